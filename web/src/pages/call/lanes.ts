/**
 * What a swimlane shows: verdict per slice, presence, findings and events of one participant.
 *
 * Enters: tracks with their verdict columns, sessions, findings, events. Leaves: runs of equal verdicts and marks, in
 * ms since the epoch, ready to draw at any zoom.
 */
import type {
  CallDetail,
  CallEvent,
  Finding,
  Participant,
  Series,
  Session,
  Track,
  Verdict,
} from "../../lib/types";
import { severityRank, verdictRank } from "../../lib/words";
import { interval } from "../../charts/data";

export interface Run {
  from: number;
  to: number;
  verdict: Verdict;
}

export interface Lane {
  participant: Participant;
  sessions: Session[];
  runs: Run[];
  findings: Finding[];
  events: CallEvent[];
  trouble: number;
}

const known = (verdict: Verdict): boolean => verdict !== "unknown" && verdict !== "idle";

/** The worse of two verdicts of one slice; a measured verdict wins over unknown, unknown over idle. */
export function worse(a: Verdict, b: Verdict): Verdict {
  if (known(a) !== known(b)) return known(a) ? a : b;
  return verdictRank(a) >= verdictRank(b) ? a : b;
}

interface VerdictColumn {
  at: readonly number[];
  verdict: readonly unknown[];
}

const BINS = 1440;
const MIN_BIN_MS = 1000;

/**
 * Worst verdict of several tracks over time, merged into runs. Each slice ends at its `at` and begins where the one
 * before ended, but never further back than the track's usual interval: what lies between is a gap.
 */
export function verdictRuns(tracks: readonly VerdictColumn[]): Run[] {
  const first = Math.min(
    ...tracks.map((track) => (track.at[0] ?? Infinity) - (interval(track.at) || SLICE_MS)),
  );
  const last = Math.max(...tracks.map((track) => track.at.at(-1) ?? -Infinity));
  if (!(last > first)) return [];
  const width = Math.max(MIN_BIN_MS, (last - first) / BINS);
  const bins = new Array<Verdict | undefined>(Math.ceil((last - first) / width)).fill(undefined);
  for (const track of tracks) fill(bins, track, first, width);
  return merge(bins, first, width);
}

const SLICE_MS = 5000;

function fill(bins: (Verdict | undefined)[], track: VerdictColumn, first: number, width: number): void {
  const usual = (interval(track.at) || SLICE_MS) * 1.05;
  track.at.forEach((at, index) => {
    const from = Math.max(track.at[index - 1] ?? -Infinity, at - usual);
    const verdict = (track.verdict[index] as Verdict | null | undefined) ?? "unknown";
    const end = Math.min(bins.length, Math.round((at - first) / width));
    for (let bin = Math.max(0, Math.round((from - first) / width)); bin < end; bin += 1) {
      const before = bins[bin];
      bins[bin] = before === undefined ? verdict : worse(before, verdict);
    }
  });
}

function merge(bins: readonly (Verdict | undefined)[], first: number, width: number): Run[] {
  const runs: Run[] = [];
  bins.forEach((verdict, index) => {
    if (verdict === undefined) return;
    const from = first + index * width;
    const last = runs.at(-1);
    if (last && last.verdict === verdict && from - last.to < width / 2) last.to = from + width;
    else runs.push({ from, to: from + width, verdict });
  });
  return runs;
}

function verdictsOf(
  series: Series,
  tracks: readonly Track[],
): { at: number[]; verdict: (number | string | null)[] }[] {
  return tracks.flatMap((track) => {
    const columns = series.tracks[track.track_id];
    return columns?.verdict ? [{ at: columns.at, verdict: columns.verdict }] : [];
  });
}

function groupBy<T>(rows: readonly T[], key: (row: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const row of rows) {
    const id = key(row);
    const group = groups.get(id);
    if (group) group.push(row);
    else groups.set(id, [row]);
  }
  return groups;
}

export type LaneOrder = "join" | "trouble" | "name";

/** One lane per participant. Live calls keep the order of joining, so that nobody moves while being looked at. */
export function lanes(
  detail: CallDetail,
  series: Series | null,
  events: readonly CallEvent[],
  order: LaneOrder,
): Lane[] {
  const tracks = groupBy(detail.tracks, (track) => track.participant_id);
  const sessions = groupBy(detail.sessions, (session) => session.participant_id);
  const findings = groupBy(detail.findings, (finding) => finding.participant_id);
  const happened = groupBy(events, (event) => event.participant_id);
  const made = detail.participants.map((participant): Lane => {
    const id = participant.participant_id;
    return {
      participant,
      sessions: sessions.get(id) ?? [],
      runs: series ? verdictRuns(verdictsOf(series, tracks.get(id) ?? [])) : [],
      // Painted in this order: the gravest last, on top.
      findings: [...(findings.get(id) ?? [])].sort(
        (a, b) => severityRank(a.severity) - severityRank(b.severity),
      ),
      events: happened.get(id) ?? [],
      trouble: (participant.impaired_s ?? 0) + (participant.caused_impairment_s ?? 0),
    };
  });
  return made.sort(ORDERS[order]);
}

const byJoin = (a: Lane, b: Lane): number => a.participant.first_seen_at - b.participant.first_seen_at;
const ORDERS: Record<LaneOrder, (a: Lane, b: Lane) => number> = {
  join: byJoin,
  trouble: (a, b) => b.trouble - a.trouble || byJoin(a, b),
  name: (a, b) => a.participant.name.localeCompare(b.participant.name) || byJoin(a, b),
};

export const personName = (
  participant: Pick<Participant, "name" | "external_id" | "participant_id"> | undefined,
): string =>
  participant ? participant.name || participant.external_id || participant.participant_id : "somebody";

/** What a moment of a lane says: verdict, open finding, nearest event; for the reading line and for screen readers. */
export function laneAt(lane: Lane, at: number, reach: number): string {
  const run = lane.runs.find((item) => at >= item.from && at < item.to);
  const finding = lane.findings.find(
    (item) => at >= item.opened_at && at <= (item.closed_at ?? item.last_seen_at),
  );
  const event = lane.events.find((item) => Math.abs(item.at - at) <= reach);
  const parts = [personName(lane.participant), run?.verdict ?? "not present"];
  if (finding) parts.push(finding.statement);
  if (event) parts.push(event.name || event.type);
  return parts.join(" · ");
}
