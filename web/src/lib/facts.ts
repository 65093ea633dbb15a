/**
 * Fills in what the server left out because it held its default, so that pages never meet `undefined`.
 *
 * Enters: JSON of `/api/v1`. Leaves: complete rows of `types.ts`; an absent number is `null` (unknown), never 0.
 */
import type {
  CallDetail,
  CallItem,
  Connection,
  Evidence,
  Finding,
  Impact,
  Overview,
  Participant,
  Score,
  Series,
  Session,
  Track,
} from "./types";

type Raw<T> = Partial<T>;

const CALL: CallItem = {
  app_id: "",
  call_id: "",
  revision: 0,
  external_id: "",
  name: "",
  started_at: 0,
  last_seen_at: 0,
  ended_at: null,
  end_reason: "",
  participants: 0,
  participants_max: 0,
  sessions: 0,
  connections: 0,
  tracks: 0,
  topology: "",
  verdict: "unknown",
  verdict_text: "",
  top_cause: "",
  top_cause_participant_id: "",
  top_cause_confidence: null,
  findings: 0,
  worst_severity: "",
  impaired_s: null,
  good_participant_minutes_ratio: null,
  formats: [],
  live: false,
  duration_s: null,
  people: [],
  strip: [],
  causes: [],
};
const PARTICIPANT: Participant = {
  participant_id: "",
  external_id: "",
  name: "",
  role: "client",
  first_seen_at: 0,
  last_seen_at: 0,
  joins: 0,
  observed: true,
  verdict: "unknown",
  verdict_text: "",
  impaired_s: null,
  caused_impairment_s: null,
  good_minute_ratio: null,
};
const SESSION: Session = {
  participant_id: "",
  session_id: "",
  external_id: "",
  format: "",
  started_at: 0,
  last_seen_at: 0,
  ended_at: null,
  end_reason: "",
  abrupt: false,
  browser: "",
  browser_version: "",
  os: "",
  os_version: "",
  device_type: "",
  user_agent: "",
  sdk: "",
  sdk_version: "",
  app_version: "",
  country: "",
  clock_offset_ms: null,
  clock_uncertainty_ms: null,
  tags: {},
  features: {},
};
const CONNECTION: Connection = {
  participant_id: "",
  session_id: "",
  connection_id: "",
  external_id: "",
  peer_external_id: "",
  peer_participant_id: "",
  sfu: null,
  started_at: 0,
  connected_at: null,
  last_seen_at: 0,
  ended_at: null,
  end_reason: "",
  signaling_state: "",
  ice_state: "",
  connection_state: "",
  path_type: "",
  relay_url: "",
  rtt_s: null,
  features: {},
};
const TRACK: Track = {
  participant_id: "",
  session_id: "",
  connection_id: "",
  track_id: "",
  external_id: "",
  kind: "",
  direction: "",
  content: "",
  mid: "",
  ssrcs: [],
  codec: "",
  peer_track_id: "",
  peer_participant_id: "",
  started_at: 0,
  last_seen_at: 0,
  ended_at: null,
  end_reason: "",
  verdict: "unknown",
  impaired_s: null,
  features: {},
};
const FINDING: Finding = {
  finding_id: "",
  participant_id: "",
  session_id: "",
  connection_id: "",
  track_id: "",
  scope: "",
  subject: "",
  peer_subject: "",
  detector: "",
  detector_version: 1,
  severity: "info",
  opened_at: 0,
  closed_at: null,
  last_seen_at: 0,
  close_reason: "",
  confidence: 1,
  statement: "",
  cause_segment: "",
  cause_participant_id: "",
  cause_confidence: null,
  cause_rule: "",
  cause_reason: "",
  cause_alternatives: {},
  parent_id: "",
  impact: {},
  remedy: "",
  evidence: [],
};
const EVIDENCE: Evidence = {
  metric: "",
  subject: "",
  from_at: 0,
  to_at: 0,
  observed: null,
  threshold: null,
  unit: "",
  n: 0,
  coverage: null,
  source: "",
  text: "",
};
const SCORE: Score = {
  score_id: "",
  scope: "",
  subject: "",
  scorer: "",
  from_at: 0,
  to_at: 0,
  value: null,
  scale: "",
  n: 0,
  covered_s: 0,
  confidence: null,
  reasons: {},
};
const IMPACT: Impact = { from_participant: "", to_participant: "", kind: "", impaired_s: null };

function each<T extends object>(defaults: T, rows: Raw<T>[] | null | undefined): T[] {
  return (rows ?? []).map((row) => ({ ...defaults, ...row }));
}

export function callItem(raw: Raw<CallItem>): CallItem {
  const call = { ...CALL, ...raw };
  call.people = (raw.people ?? []).map((person) => ({ ...person, verdict: person.verdict ?? "unknown" }));
  const until = call.ended_at ?? call.last_seen_at;
  if (call.duration_s === null && call.started_at > 0 && until >= call.started_at) {
    call.duration_s = (until - call.started_at) / 1000;
  }
  return call;
}

export function finding(raw: Raw<Finding>): Finding {
  return { ...FINDING, ...raw, evidence: each(EVIDENCE, raw.evidence) };
}

export function callDetail(raw: Raw<CallDetail>): CallDetail {
  return {
    call: callItem(raw.call ?? {}),
    participants: each(PARTICIPANT, raw.participants),
    sessions: each(SESSION, raw.sessions),
    connections: each(CONNECTION, raw.connections),
    tracks: each(TRACK, raw.tracks),
    findings: (raw.findings ?? []).map(finding),
    scores: each(SCORE, raw.scores),
    impact: each(IMPACT, raw.impact),
    narrative: (raw.narrative ?? []).map((part) => ({
      text: part.text,
      finding_ids: part.finding_ids ?? [],
    })),
  };
}

export function overview(raw: Raw<Overview>): Overview {
  return {
    sentence: raw.sentence ?? "",
    tiles: (raw.tiles ?? []).map((tile) => ({
      ...tile,
      value: tile.value ?? null,
      unit: tile.unit ?? "",
      n: tile.n ?? null,
      spark: tile.spark ?? [],
      good_when: tile.good_when ?? "",
    })),
    minutes: raw.minutes ?? [],
    causes: raw.causes ?? [],
    detectors: raw.detectors ?? [],
    calls: (raw.calls ?? []).map(callItem),
    live: (raw.live ?? []).map(callItem),
    breakdowns: raw.breakdowns ?? {},
  };
}

export function series(raw: Raw<Series>): Series {
  return { tracks: raw.tracks ?? {}, connections: raw.connections ?? {} };
}
