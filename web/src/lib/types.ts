/**
 * The rows and answers of `/api/v1`, as the server sends them: snake_case, times in ms since the epoch, null is unknown.
 * The server omits members that hold their default; `facts.ts` fills them in again.
 */
import type { Retention } from "./keeping";

export type Verdict = "good" | "degraded" | "bad" | "unknown" | "idle";
export type Severity = "info" | "low" | "medium" | "high" | "critical";
export type Segment =
  | "sender_device"
  | "sender_uplink"
  | "relay"
  | "sfu"
  | "receiver_downlink"
  | "receiver_device"
  | "signalling_config"
  | "app"
  | "person"
  | "telemetry"
  | "mixed"
  | "unknown"
  | "";

export interface Call {
  app_id: string;
  call_id: string;
  revision: number;
  external_id: string;
  name: string;
  started_at: number;
  last_seen_at: number;
  ended_at: number | null;
  end_reason: string;
  participants: number;
  participants_max: number;
  sessions: number;
  connections: number;
  tracks: number;
  topology: string;
  verdict: Verdict;
  verdict_text: string;
  top_cause: Segment;
  top_cause_participant_id: string;
  top_cause_confidence: number | null;
  findings: number;
  worst_severity: string;
  impaired_s: number | null;
  good_participant_minutes_ratio: number | null;
  formats: string[];
}

export interface Person {
  participant_id: string;
  name: string;
  verdict: Verdict;
}

export interface CauseShare {
  segment: Segment;
  participant_id: string;
  confidence: number | null;
}

export interface CallItem extends Call {
  live: boolean;
  duration_s: number | null;
  people: Person[];
  strip: Verdict[];
  causes: CauseShare[];
}

export interface Participant {
  participant_id: string;
  external_id: string;
  name: string;
  role: string;
  first_seen_at: number;
  last_seen_at: number;
  joins: number;
  observed: boolean;
  verdict: Verdict;
  verdict_text: string;
  impaired_s: number | null;
  caused_impairment_s: number | null;
  good_minute_ratio: number | null;
}

export type Features = Record<string, unknown>;

export interface Session {
  participant_id: string;
  session_id: string;
  external_id: string;
  format: string;
  started_at: number;
  last_seen_at: number;
  ended_at: number | null;
  end_reason: string;
  abrupt: boolean;
  browser: string;
  browser_version: string;
  os: string;
  os_version: string;
  device_type: string;
  user_agent: string;
  sdk: string;
  sdk_version: string;
  app_version: string;
  country: string;
  clock_offset_ms: number | null;
  clock_uncertainty_ms: number | null;
  tags: Record<string, string>;
  features: Features;
}

export interface Connection {
  participant_id: string;
  session_id: string;
  connection_id: string;
  external_id: string;
  peer_external_id: string;
  peer_participant_id: string;
  sfu: boolean | null;
  started_at: number;
  connected_at: number | null;
  last_seen_at: number;
  ended_at: number | null;
  end_reason: string;
  signaling_state: string;
  ice_state: string;
  connection_state: string;
  path_type: string;
  relay_url: string;
  rtt_s: number | null;
  features: Features;
}

export interface Track {
  participant_id: string;
  session_id: string;
  connection_id: string;
  track_id: string;
  external_id: string;
  kind: string;
  direction: string;
  content: string;
  mid: string;
  ssrcs: number[];
  codec: string;
  peer_track_id: string;
  peer_participant_id: string;
  started_at: number;
  last_seen_at: number;
  ended_at: number | null;
  end_reason: string;
  verdict: Verdict;
  impaired_s: number | null;
  features: Features;
}

export interface Evidence {
  metric: string;
  subject: string;
  from_at: number;
  to_at: number;
  observed: number | string | null;
  threshold: number | string | null;
  unit: string;
  n: number;
  coverage: number | null;
  source: string;
  text: string;
}

export interface Finding {
  finding_id: string;
  participant_id: string;
  session_id: string;
  connection_id: string;
  track_id: string;
  scope: string;
  subject: string;
  peer_subject: string;
  detector: string;
  detector_version: number;
  severity: Severity;
  opened_at: number;
  closed_at: number | null;
  last_seen_at: number;
  close_reason: string;
  confidence: number;
  statement: string;
  cause_segment: Segment;
  cause_participant_id: string;
  cause_confidence: number | null;
  cause_rule: string;
  cause_reason: string;
  cause_alternatives: Record<string, number>;
  parent_id: string;
  impact: Record<string, unknown>;
  remedy: string;
  evidence: Evidence[];
}

export interface Score {
  score_id: string;
  scope: string;
  subject: string;
  scorer: string;
  from_at: number;
  to_at: number;
  value: number | null;
  scale: string;
  n: number;
  covered_s: number;
  confidence: number | null;
  reasons: Record<string, number>;
}

export interface Impact {
  from_participant: string;
  to_participant: string;
  kind: string;
  impaired_s: number | null;
}

export interface CallDetail {
  call: CallItem;
  participants: Participant[];
  sessions: Session[];
  connections: Connection[];
  tracks: Track[];
  findings: Finding[];
  scores: Score[];
  impact: Impact[];
  narrative: { text: string; finding_ids: string[] }[];
}

/** A person over a whole call; `av_mos` is 1 to 5, ratios are 0 to 1. */
export interface PersonMetrics {
  participant_id: string;
  talk_s: number | null;
  talk_ratio: number | null;
  double_talk_s: number | null;
  silent_s: number | null;
  frozen_s: number | null;
  hd_s: number | null;
  md_s: number | null;
  ld_s: number | null;
  av_mos: number | null;
}

/** The part of `/calls/{id}/metrics` that pages show. */
export interface CallMetrics {
  people: PersonMetrics[];
}

/** One track or connection: `at` is the end of each slice, every other column is as long as `at`. */
export interface Columns {
  at: number[];
  [metric: string]: (number | string | null)[];
}

export interface Series {
  tracks: Record<string, Columns>;
  connections: Record<string, Columns>;
}

export interface CallEvent {
  at: number;
  received_at: number | null;
  type: string;
  participant_id: string;
  session_id: string;
  connection_id: string;
  track_id: string;
  name: string;
  text: string;
  value: unknown;
}

export interface Tile {
  id: string;
  label: string;
  value: number | null;
  unit: string;
  n: number | null;
  spark: (number | null)[];
  good_when: "high" | "low" | "";
}

export interface Breakdown {
  value: string;
  calls: number;
  bad_ratio: number | null;
}

export interface Minutes {
  at: number;
  good: number;
  degraded: number;
  bad: number;
  unknown: number;
}

export interface Overview {
  sentence: string;
  tiles: Tile[];
  minutes: Minutes[];
  causes: { segment: Segment; minutes: number; findings: number }[];
  detectors: { detector: string; findings: number; calls: number }[];
  calls: CallItem[];
  live: CallItem[];
  breakdowns: Record<string, Breakdown[]>;
}

export interface CallPage {
  calls: CallItem[];
  total: number;
  next: string | null;
}

export interface App {
  id: string;
  name: string;
  api_key: string;
  paused: boolean;
  /** Of `/apps`; the session's apps come without. */
  retention?: Retention;
}

export interface Me {
  user: { id: string; email: string; name: string; role: string };
  organization: { id: string; name: string };
  apps: App[];
  rights: string[];
  version: string;
}

export interface SqlResult {
  columns: { name: string; type: string }[];
  rows: unknown[][];
  elapsed_ms: number;
  read_rows: number | null;
  truncated: boolean;
}

export interface SqlTable {
  name: string;
  description: string;
  columns: { name: string; type: string; description: string }[];
}

export interface Refusal {
  code: string;
  format: string;
  count: number;
  last_at: number | null;
  message: string;
  hint: string;
}

export interface Ingest {
  formats: { format: string; batches: number; events: number; samples: number; last_at: number | null }[];
  refusals: Refusal[];
  recent: Record<string, unknown>[];
}

export interface Detector {
  id: string;
  scope: string;
  severity: Severity;
  title: string;
  statement: string;
  opens: string;
  closes: string;
  remedy: { person: string; operator: string };
  thresholds: unknown[];
}

export interface Reports {
  at: number | null;
  reports: Record<string, Record<string, unknown>[]>;
}

export interface Token {
  id: string;
  name: string;
  created_at?: number | null;
  last_used_at?: number | null;
  expires_at?: number | null;
  token?: string;
}
