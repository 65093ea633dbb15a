import { describe, expect, it } from "vitest";

import { bandsOf, union } from "../src/charts/bands";
import { extent, interval, nearest, numbers, withGaps } from "../src/charts/data";
import { chartsFor, metricWords } from "../src/charts/panels";
import { sparkPaths } from "../src/charts/spark";

describe("gaps", () => {
  it("break the line where more than two intervals are missing", () => {
    const [at, [values]] = withGaps([0, 5, 10, 40, 45], [[1, 2, 3, 4, 5]]);
    expect(values).toEqual([1, 2, 3, null, 4, 5]);
    expect(at).toHaveLength(6);
    expect([...at].sort((a, b) => a - b)).toEqual(at);
  });

  it("do not appear between the pairs of a decimated curve", () => {
    const pairs = [0, 25, 30, 55, 60, 85, 90, 115];
    const [, [values]] = withGaps(pairs, [pairs.map(() => 1)]);
    expect(values).not.toContain(null);
    expect(interval(pairs)).toBe(25);
  });

  it("stay nulls: a missing value is never drawn as 0", () => {
    const [, [values]] = withGaps([0, 5, 10], [[1, null, 3]]);
    expect(values).toEqual([1, null, 3]);
    expect(numbers(undefined, 2)).toEqual([null, null]);
    expect(numbers([1, "x", null, Number.NaN], 4)).toEqual([1, null, null, null]);
  });
});

describe("reading a moment", () => {
  const at = [0, 10, 20, 100];
  it.each([
    [4, 0],
    [6, 1],
    [22, 2],
    [60, -1],
    [99, 3],
    [-50, -1],
  ])("%d reads index %d", (moment, index) => expect(nearest(at, moment, 15)).toBe(index));

  it("finds nothing in nothing", () => expect(nearest([], 5, 100)).toBe(-1));
});

describe("extent", () => {
  it("counts what is missing apart from what is known", () => {
    expect(extent([0, 1, 2, 3], [5, null, 1, 9], 0, 2)).toEqual({
      low: 1,
      high: 5,
      median: 5,
      n: 2,
      missing: 1,
    });
  });

  it("is null where nothing is known in the window", () => {
    expect(extent([0, 1], [null, null], 0, 1)).toBeNull();
    expect(extent([0, 1], [1, 2], 5, 9)).toBeNull();
  });
});

describe("panels", () => {
  it("name what the browser did not measure instead of drawing an empty chart", () => {
    const split = chartsFor("inbound video", { at: [1, 2], fps: [30, null], freeze_ratio: [null, null] });
    expect(split.drawn.map((spec) => spec.id)).toEqual(["fps"]);
    expect(split.missing.map((spec) => spec.id)).toContain("freeze");
  });

  it("drop only the missing line of a chart", () => {
    const [bitrate] = chartsFor("outbound video", { at: [1], bitrate_bps: [5], target_bps: [null] }).drawn;
    expect(bitrate?.lines.map((line) => line.column)).toEqual(["bitrate_bps"]);
  });

  it("give evidence rows their metric's title and unit", () => {
    expect(metricWords("loss_ratio")).toEqual({ title: "Packet loss", unit: "ratio" });
    expect(metricWords("audible_ratio")).toEqual({ title: "Audible", unit: "ratio" });
    expect(metricWords("relay_candidates")).toEqual({ title: "Relay candidates", unit: "" });
  });
});

describe("spark lines", () => {
  it("break at unknown values", () => {
    const { line } = sparkPaths([1, 2, null, 3, 4], 100, 20);
    expect(line.match(/M/g)).toHaveLength(2);
  });

  it("need two values", () => expect(sparkPaths([null, 3], 100, 20).line).toBe(""));
  it("draw a constant without dividing by zero", () =>
    expect(sparkPaths([2, 2, 2], 100, 20).line).not.toMatch(/NaN/));
});

describe("bands", () => {
  it("merge overlapping findings, so that many do not look worse than one", () => {
    expect(
      union([
        { from: 5, to: 9 },
        { from: 0, to: 6 },
        { from: 20, to: 21 },
      ]),
    ).toEqual([
      { from: 0, to: 9 },
      { from: 20, to: 21 },
    ]);
  });

  it("keep grave and lesser findings apart; an open one reaches to where it was last seen", () => {
    const finding = (severity: string, opened_at: number, closed_at: number | null): never =>
      ({ severity, opened_at, closed_at, last_seen_at: 50 }) as never;
    const bands = bandsOf([finding("high", 10, null), finding("low", 0, 5)]);
    expect(bands).toEqual({ grave: [{ from: 10, to: 50 }], lesser: [{ from: 0, to: 5 }] });
  });
});
