import { describe, expect, it } from "vitest";

import { doomed, mayErase, receiptLines, rows } from "../src/lib/keeping";

describe("deleting a call", () => {
  it("is offered to those who manage, and to nobody while it is unknown who asks", () => {
    expect(mayErase({ rights: ["manage", "read"] })).toBe(true);
    expect(mayErase({ rights: ["read", "sql"] })).toBe(false);
    expect(mayErase(null)).toBe(false);
  });

  it("names what goes", () => {
    const detail = { participants: [{}, {}], tracks: [{}], findings: [] } as never;
    expect(doomed(detail)).toBe(
      "2 people, 1 track, 0 findings, and every sample, event, metric and feature of the call",
    );
  });
});

describe("a receipt", () => {
  it("lists every table once, most rows first, and those in which something is left", () => {
    const lines = receiptLines({ removed: { calls: 1, samples: 40 }, remaining: { samples: 2, spool: 3 } });
    expect(lines).toEqual([
      { what: "samples", removed: 40, remaining: 2 },
      { what: "calls", removed: 1, remaining: 0 },
      { what: "files of the spool", removed: 0, remaining: 3 },
    ]);
  });

  it("names what is stored as people know it", () => {
    const removed = { calls_versions: 3, participant_minutes: 7, outbox: 2, inbound_rtp: 9 };
    expect(receiptLines({ removed, remaining: {} }).map((line) => line.what)).toEqual([
      "inbound_rtp",
      "participant_minutes",
      "calls",
      "reports that wait to be sent",
    ]);
  });

  it("of nothing is empty", () => {
    expect(receiptLines({ removed: {}, remaining: {} })).toEqual([]);
    expect(rows({})).toBe(0);
  });
});
