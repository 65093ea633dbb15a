/** The answer of `/api/v1/fleet`: what people share whose calls went badly. */
import type { Segment, Severity } from "./types";

/** People who share `value` have an issue more often than those who do not; rates are 0 to 1, of the time from `since` on where it is given. */
export interface SharedFate {
  id: string;
  detector: string;
  axis: string;
  axis_title: string;
  value: string;
  issue: string;
  statement: string;
  control: string;
  severity: Severity;
  segment: Segment;
  confidence: number;
  people: number;
  affected: number;
  rate: number;
  control_people: number;
  control_affected: number;
  control_rate: number;
  risk_ratio: number;
  risk_low: number;
  risk_high: number;
  adjusted_ratio: number | null;
  p: number;
  q: number;
  calls: number;
  lost_s: number;
  explains: string[];
  remedy: string;
  since: number | null;
  before_people: number;
  before_affected: number;
  before_rate: number | null;
}

export interface Fleet {
  sentence: string;
  findings: SharedFate[];
  people: number;
  calls: number;
  tests: number;
  too_few: number;
}
