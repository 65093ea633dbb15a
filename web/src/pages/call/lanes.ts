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
import { verdictRank } from "../../lib/words";

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

/** Worst verdict of several tracks over time, merged into runs. Each slice ends at its `at` and begins at the one before. */
export function verdictRuns(
  tracks: readonly { at: readonly number[]; verdict: readonly unknown[] }[],
  stepMs: number,
): Run[] {
  if (stepMs <= 0) return [];
  const worstAt = new Map<number, Verdict>();
  for (const track of tracks) {
    track.at.forEach((at, index) => {
      const slot = Math.round(at / stepMs);
      const verdict = (track.verdict[index] as Verdict | null | undefined) ?? "unknown";
      const before = worstAt.get(slot);
      worstAt.set(slot, before === undefined ? verdict : worse(before, verdict));
    });
  }
  return mergeSlots(
    [...worstAt].sort((a, b) => a[0] - b[0]),
    stepMs,
  );
}

function mergeSlots(slots: [number, Verdict][], stepMs: number): Run[] {
  const runs: Run[] = [];
  for (const [slot, verdict] of slots) {
    const from = (slot - 1) * stepMs;
    const last = runs.at(-1);
    if (last && last.verdict === verdict && from - last.to <= stepMs * 0.5) last.to = from + stepMs;
    else runs.push({ from, to: from + stepMs, verdict });
  }
  return runs;
}

function stepOf(series: Series): number {
  let best = 0;
  for (const columns of Object.values(series.tracks)) {
    const { at } = columns;
    if (at.length < 2) continue;
    const step = ((at.at(-1) as number) - (at[0] as number)) / (at.length - 1);
    if (best === 0 || step < best) best = step;
  }
  return best || 5000;
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
  const step = series ? stepOf(series) : 5000;
  const tracks = groupBy(detail.tracks, (track) => track.participant_id);
  const sessions = groupBy(detail.sessions, (session) => session.participant_id);
  const findings = groupBy(detail.findings, (finding) => finding.participant_id);
  const happened = groupBy(events, (event) => event.participant_id);
  const made = detail.participants.map((participant): Lane => {
    const id = participant.participant_id;
    return {
      participant,
      sessions: sessions.get(id) ?? [],
      runs: series ? verdictRuns(verdictsOf(series, tracks.get(id) ?? []), step) : [],
      findings: findings.get(id) ?? [],
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
