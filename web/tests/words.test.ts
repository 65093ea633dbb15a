import { describe, expect, it } from "vitest";

import { confidenceWords, humanise, segmentWords, verdictRank, worst } from "../src/lib/words";

describe("words of confidence", () => {
  it.each([
    [0.95, "very likely"],
    [0.9, "very likely"],
    [0.8999, "likely"],
    [0.75, "likely"],
    [0.6, "probably"],
    [0.5999, "cannot tell"],
    [null, "cannot tell"],
  ])("%s is %s", (value, text) => expect(confidenceWords(value)).toBe(text));

  it("an unproved segment is not blamed on anybody", () => {
    expect(segmentWords("")).toBe("Cannot tell");
    expect(segmentWords("unknown")).toBe("Cannot tell");
    expect(segmentWords("a_new_one")).toBe("Cannot tell");
  });
});

describe("worst of verdicts", () => {
  it("never lets unknown hide a measured verdict", () => {
    expect(worst(["unknown", "good"])).toBe("good");
    expect(worst(["good", "unknown"])).toBe("good");
    expect(worst(["unknown", "bad", "degraded"])).toBe("bad");
  });

  it("is unknown, not idle and not good, where nothing was measured", () => {
    expect(worst(["idle", "unknown"])).toBe("unknown");
    expect(worst([])).toBe("idle");
  });

  it("ranks unknown before good: it deserves a look", () => {
    expect(verdictRank("unknown")).toBeGreaterThan(verdictRank("good"));
  });
});

describe("an id without a title", () => {
  it.each([
    ["aec_disabled", "AEC disabled"],
    ["vpn_in_use", "VPN in use"],
    ["ecn_congestion", "ECN congestion"],
    ["rtcp_feedback_lost", "RTCP feedback lost"],
    ["memory_gib", "Memory GiB"],
    ["in_loss_high", "In loss high"],
  ])("%s is spelled %s", (id, text) => expect(humanise(id)).toBe(text));
});
