import { describe, expect, it } from "vitest";

import { ago, bitrate, duration, minutes, NONE, offset, percent, quantity } from "../src/lib/format";

describe("durations", () => {
  it.each([
    [0, "0 s"],
    [4.25, "4.3 s"],
    [9.96, "10 s"],
    [59.4, "59 s"],
    [59.6, "1 min 00 s"],
    [64, "1 min 04 s"],
    [3599.7, "1 h 00 min"],
    [7500, "2 h 05 min"],
  ])("%d s reads %s", (seconds, text) => expect(duration(seconds)).toBe(text));

  it("is a dash where unknown, never 0", () => {
    expect(duration(null)).toBe(NONE);
    expect(duration(Number.NaN)).toBe(NONE);
    expect(percent(null)).toBe(NONE);
    expect(minutes(undefined)).toBe(NONE);
    expect(quantity(null, "s")).toBe(NONE);
  });
});

describe("quantities", () => {
  it.each([
    [0.098, "ratio", "9.8 %"],
    [0.997, "ratio", "99.7 %"],
    [1, "ratio", "100 %"],
    [97.8, "%", "98 %"],
    [0.0042, "s", "4.2 ms"],
    [0.342, "s", "342 ms"],
    [12, "s", "12 s"],
    [1_830_000, "bps", "1.83 Mbit/s"],
    [12.34, "fps", "12.3 fps"],
    ["cpu", "", "cpu"],
  ] as const)("%s %s reads %s", (value, unit, text) => expect(quantity(value, unit)).toBe(text));

  it("rates switch their prefix at the decimal thousand", () => {
    expect([999, 1000, 999_999, 1e6].map(bitrate)).toEqual([
      "999 bit/s",
      "1 kbit/s",
      "1,000 kbit/s",
      "1 Mbit/s",
    ]);
  });
});

describe("moments", () => {
  it("counts from the start of a call, with hours only where needed", () => {
    expect([0, 64_000, 3_723_000, -5000].map(offset)).toEqual(["+0:00", "+1:04", "+1:02:03", "−0:05"]);
  });

  it("says how long ago, and never for nothing", () => {
    expect(ago(1_000_000, 1_000_000 + 59_000)).toBe("59 s ago");
    expect(ago(1_000_000, 1_000_000 + 3_600_000)).toBe("1 h ago");
    expect(ago(null, 5)).toBe("never");
    expect(ago(0, 5)).toBe("never");
  });
});
