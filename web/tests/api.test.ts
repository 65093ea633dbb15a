import { describe, expect, it } from "vitest";

import { queryText } from "../src/lib/api";
import { csv } from "../src/lib/csv";
import { callDetail, callItem, overview } from "../src/lib/facts";
import { narrower, readRange } from "../src/lib/range";
import { keyName } from "../src/lib/keyname";
import { snippets } from "../src/lib/snippets";
import { parseWindow } from "../src/lib/window";
import { thresholdText } from "../src/pages/detectors";
import { toggled } from "../src/ui/filters";

describe("rows the server shortened", () => {
  it("get their defaults back, and unknown stays null", () => {
    const call = callItem({ call_id: "c", started_at: 1000, last_seen_at: 61_000 });
    expect(call.verdict).toBe("unknown");
    expect(call.impaired_s).toBeNull();
    expect(call.good_participant_minutes_ratio).toBeNull();
    expect(call.duration_s).toBe(60);
  });

  it("are complete in every list of a call", () => {
    const detail = callDetail({
      findings: [{ finding_id: "f", evidence: [{ metric: "loss_ratio" }] }] as never,
    });
    expect(detail.findings[0]?.closed_at).toBeNull();
    expect(detail.findings[0]?.evidence[0]?.observed).toBeNull();
    expect(detail.tracks).toEqual([]);
  });

  it("an empty overview has no invented numbers", () => {
    expect(overview({ tiles: [{ id: "x", label: "X" }] as never }).tiles[0]?.value).toBeNull();
  });
});

describe("queries", () => {
  it("leave out what is not set, keep 0", () => {
    expect(queryText({ a: "", b: null, c: undefined, d: 0, e: "x y" })).toBe("?d=0&e=x+y");
    expect(queryText({})).toBe("");
  });

  it("toggle one value of a list", () => {
    expect(toggled(null, "bad")).toBe("bad");
    expect(toggled("bad,good", "bad")).toBe("good");
    expect(toggled("bad", "bad")).toBe("");
  });
});

describe("time range", () => {
  const now = 10_000_000_000;
  it("prefers fixed ends to a preset", () => {
    expect(readRange(new URLSearchParams("from=5&to=9&range=1h"), now)).toEqual({
      from: 5,
      to: 9,
      preset: null,
    });
  });

  it("falls back where the address makes no sense", () => {
    expect(readRange(new URLSearchParams("range=nonsense&from=9&to=5"), now).preset).toBe("7d");
    expect(readRange(new URLSearchParams("range=1h"), now).from).toBe(now - 3_600_000);
  });

  it("narrows to the shortest preset that holds everything", () => {
    const day = 86_400_000;
    const rows = Array.from({ length: 56 }, (_, index) => ({
      at: now - 7 * day + index * (day / 8),
      good: index === 55 ? 3 : 0,
      degraded: 0,
      bad: 0,
      unknown: 0,
    }));
    const range = readRange(new URLSearchParams(), now);
    expect(narrower(rows, range)).toBe("6h");
    expect(narrower([{ ...rows[0], at: range.from, good: 1 } as never, ...rows.slice(1)], range)).toBeNull();
    expect(narrower([], range)).toBeNull();
  });

  it("of a call page is two moments in order", () => {
    expect(parseWindow("5-9")).toEqual({ from: 5, to: 9 });
    expect(parseWindow("9-5")).toBeNull();
    expect(parseWindow("x")).toBeNull();
    expect(parseWindow(null)).toBeNull();
  });
});

describe("CSV", () => {
  const columns = [
    { name: "a", type: "String" },
    { name: 'b"c', type: "String" },
  ];
  it("quotes what needs it; NULL is empty", () => {
    expect(
      csv({
        columns,
        rows: [
          ["x,y", null],
          ["line\nbreak", 5],
        ],
      }),
    ).toBe('a,"b""c"\r\n"x,y",\r\n"line\nbreak",5\r\n');
  });

  it("does not let a name become a formula", () => {
    expect(csv({ columns, rows: [["=HYPERLINK(1)", -3]] })).toContain("'=HYPERLINK(1),-3");
  });
});

describe("keys", () => {
  it.each([
    [{ key: "Z", shiftKey: true, altKey: false }, "Shift+z"],
    [{ key: "?", shiftKey: true, altKey: false }, "?"],
    [{ key: "ArrowLeft", shiftKey: true, altKey: false }, "Shift+ArrowLeft"],
    [{ key: "j", shiftKey: false, altKey: false }, "j"],
  ])("%o is %s", (event, name) => expect(keyName(event)).toBe(name));
});

describe("snippets", () => {
  it("carry this server's address and the app's key", () => {
    for (const snippet of snippets("https://watch.example", "KEY")) {
      expect(snippet.code).toMatch(/watch\.example/);
      if (snippet.id !== "file") expect(snippet.code).toContain("KEY");
    }
  });

  it("open secure sockets from a secure page", () => {
    expect(snippets("https://w.example", "K").find((item) => item.id === "rtcstats")?.code).toContain(
      "wss://w.example/rtcstats/K",
    );
    expect(snippets("http://w.example", "K").find((item) => item.id === "observertc")?.code).toContain(
      "ws://w.example/observertc/K",
    );
  });
});

describe("thresholds", () => {
  it("read as a line whatever they were declared with", () => {
    expect(thresholdText({ name: "loss", default: 0.05, unit: "ratio", range: [0.02, 0.15] })).toBe(
      "loss 0.05 ratio (sensible 0.02 to 0.15)",
    );
    expect(thresholdText({ odd: 1 })).toBe('{"odd":1}');
    expect(thresholdText("plain")).toBe("plain");
  });
});
