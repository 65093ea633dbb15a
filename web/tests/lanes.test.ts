import { describe, expect, it } from "vitest";

import { callDetail } from "../src/lib/facts";
import type { Finding } from "../src/lib/types";
import { fold } from "../src/pages/call/fold";
import { neighbour } from "../src/pages/call/keys";
import { laneAt, lanes, verdictRuns, worse } from "../src/pages/call/lanes";
import { buildMatrix } from "../src/pages/call/matrix";
import { glyphOf } from "../src/pages/call/glyph";
import { tickStep, ticks } from "../src/pages/call/ticks";

const five = (n: number): number[] => Array.from({ length: n }, (_, index) => 1_000_000 + (index + 1) * 5000);

describe("verdict runs", () => {
  it("cover each slice from its predecessor to its end", () => {
    const [run, ...rest] = verdictRuns([{ at: five(4), verdict: ["good", "good", "good", "good"] }]);
    expect(rest).toEqual([]);
    expect(run).toEqual({ from: 1_000_000, to: 1_020_000, verdict: "good" });
  });

  it("take the worst of several tracks", () => {
    const runs = verdictRuns([
      { at: five(3), verdict: ["good", "good", "good"] },
      { at: five(3), verdict: ["good", "bad", "unknown"] },
    ]);
    expect(runs.map((run) => run.verdict)).toEqual(["good", "bad", "good"]);
    expect(runs[1]?.to).toBe(1_010_000);
  });

  it("leave a hole where nothing was reported", () => {
    const at = [5000, 10_000, 15_000, 20_000, 60_000, 65_000];
    const runs = verdictRuns([{ at, verdict: at.map(() => "good") }]);
    expect(runs).toHaveLength(2);
    expect(runs[0]?.to).toBe(20_000);
    expect(runs[1]?.from).toBeGreaterThanOrEqual(54_000);
  });

  it("are continuous over the pairs of a decimated curve", () => {
    const at = [0, 25, 30, 55, 60, 85].map((second) => 1_000_000 + second * 1000);
    expect(verdictRuns([{ at, verdict: at.map(() => "good") }])).toHaveLength(1);
  });

  it("of nothing are nothing", () => expect(verdictRuns([])).toEqual([]));

  it("prefer what was measured to what is unknown, unknown to idle", () => {
    expect(worse("unknown", "good")).toBe("good");
    expect(worse("idle", "unknown")).toBe("unknown");
    expect(worse("degraded", "bad")).toBe("bad");
  });
});

const detail = callDetail({
  participants: [
    { participant_id: "b", name: "Ben", first_seen_at: 2 },
    { participant_id: "a", name: "", external_id: "ana", first_seen_at: 1, caused_impairment_s: 30 },
  ] as never,
  findings: [
    { finding_id: "f", participant_id: "a", opened_at: 100, closed_at: 200, statement: "Loss." },
  ] as never,
});

describe("lanes", () => {
  it("stand in the order of joining, or of trouble, or of names", () => {
    const order = (by: "join" | "trouble" | "name"): string[] =>
      lanes(detail, null, [], by).map((lane) => lane.participant.participant_id);
    expect(order("join")).toEqual(["a", "b"]);
    expect(order("trouble")).toEqual(["a", "b"]);
    expect(order("name")).toEqual(["a", "b"]);
  });

  it("say what a moment holds", () => {
    const [lane] = lanes(detail, null, [], "join");
    expect(lane && laneAt(lane, 150, 10)).toBe("ana · not present · Loss.");
  });

  it("give joins and mutes their own glyph", () => {
    expect(glyphOf({ type: "session_opened", name: "" })).toBe("in");
    expect(glyphOf({ type: "track_muted", name: "mute" })).toBe("mute");
    expect(glyphOf({ type: "anything", name: "" })).toBe("dot");
  });
});

describe("impact matrix", () => {
  const cell = (from: string, to: string, kind: string, impaired_s: number | null): never =>
    ({ from_participant: from, to_participant: to, kind, impaired_s }) as never;

  it("sums rows and columns and keeps the unjudged apart from 0", () => {
    const matrix = buildMatrix(
      [cell("a", "b", "audio", 10), cell("a", "b", "video", 5), cell("b", "a", "audio", null)],
      detail.participants,
      12,
    );
    expect(matrix.cell("a", "b")).toMatchObject({ audio: 10, video: 5, total: 15, judged: true });
    expect(matrix.cell("b", "a").judged).toBe(false);
    expect(matrix.given("a")).toBe(15);
    expect(matrix.received("b")).toBe(15);
  });

  it("keeps the most affected when there are many, in their usual order", () => {
    const matrix = buildMatrix([cell("a", "x", "audio", 10)], detail.participants, 1);
    expect(matrix.people.map((person) => person.participant_id)).toEqual(["a"]);
    expect(matrix.hidden).toBe(1);
  });
});

describe("walking findings", () => {
  const list = [
    { finding_id: "late", opened_at: 9 },
    { finding_id: "early", opened_at: 1 },
  ] as Finding[];
  it("goes by time, not by rank", () => {
    expect(neighbour(list, "early", 1)?.finding_id).toBe("late");
    expect(neighbour(list, "", 1)?.finding_id).toBe("early");
    expect(neighbour(list, "", -1)?.finding_id).toBe("late");
    expect(neighbour(list, "late", 1)).toBeNull();
  });
});

describe("axis ticks", () => {
  it("are round and few", () => {
    expect(tickStep(3_600_000, 6)).toBe(600_000);
    expect(ticks(0, 3_600_000, 6, null).length).toBeLessThanOrEqual(6);
  });

  it("count from the start of the call when asked to", () => {
    expect(ticks(7000, 67_000, 4, 7000).map((tick) => tick.text)).toEqual(["+0:15", "+0:30", "+0:45"]);
  });

  it("of an empty span are none", () => expect(ticks(5, 5, 4, null)).toEqual([]));
});

describe("folding findings", () => {
  const finding = (finding_id: string, detector: string, more: Partial<Finding> = {}): Finding =>
    ({
      finding_id,
      detector,
      cause_segment: "sfu",
      cause_participant_id: "",
      parent_id: "",
      ...more,
    }) as Finding;
  const shape = (list: Finding[]): string[][] =>
    fold(list).map((group) => [group.lead, ...group.rest].map((item) => item.finding_id));

  it("puts the same observation with the same cause together, in the given order", () => {
    expect(shape([finding("1", "loss"), finding("2", "jitter"), finding("3", "loss")])).toEqual([
      ["1", "3"],
      ["2"],
    ]);
  });

  it("keeps different causes apart", () => {
    expect(shape([finding("1", "loss"), finding("2", "loss", { cause_segment: "relay" })])).toEqual([
      ["1"],
      ["2"],
    ]);
  });

  it("puts children under their parent, wherever they rank", () => {
    expect(
      shape([finding("c", "freeze", { parent_id: "p" }), finding("p", "loss"), finding("x", "loss")]),
    ).toEqual([["p", "c", "x"]]);
  });

  it("loses and doubles nothing", () => {
    const list = [
      finding("a", "loss"),
      finding("b", "loss", { parent_id: "gone" }),
      finding("c", "x", { parent_id: "a" }),
    ];
    expect(shape(list).flat().sort()).toEqual(["a", "b", "c"]);
  });
});
