import { describe, expect, it } from "vitest";

import type { PersonMetrics } from "../src/lib/types";
import { personAmounts } from "../src/pages/call/person";

const UNKNOWN: PersonMetrics = {
  participant_id: "a",
  talk_s: null,
  talk_ratio: null,
  double_talk_s: null,
  silent_s: null,
  frozen_s: null,
  hd_s: null,
  md_s: null,
  ld_s: null,
  av_mos: null,
};

describe("what a call amounted to for a person", () => {
  it("leaves out what is not known", () => {
    expect(personAmounts(undefined)).toEqual([]);
    expect(personAmounts(UNKNOWN)).toEqual([]);
  });

  it("tells talk with its share, and sizes as shares of the time they are known", () => {
    const known = { ...UNKNOWN, talk_s: 75, talk_ratio: 0.25, hd_s: 60, md_s: 20, ld_s: 20, av_mos: 4.16 };
    expect(personAmounts(known)).toEqual([
      ["Talked", "1 min 15 s (25 %)"],
      ["Sound and picture", "4.2 of 5"],
      ["Received in HD", "60 %"],
      ["Received small", "20 %"],
    ]);
  });
});
