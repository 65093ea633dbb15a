/** What the detail dock shows: a person, one of their tracks, and the other end of that track. */
import type { CallDetail, Finding, Track } from "../../lib/types";

const CONTENT: Record<string, string> = { camera: "camera", microphone: "microphone", screen: "screen" };

export function trackWords(track: Track, who: (participant: string) => string): string {
  const what = CONTENT[track.content] ?? (track.kind || "media");
  if (track.direction === "outbound") return `Sends ${what}`;
  return track.peer_participant_id ? `${who(track.peer_participant_id)}’s ${what}` : `Receives ${what}`;
}

/** Whom and which stream a finding is about: `Ben receives Ada’s camera`. */
export function subjectWords(
  detail: CallDetail,
  finding: Finding,
  who: (participant: string) => string,
): string {
  if (!finding.participant_id) return "";
  const name = who(finding.participant_id);
  const track = detail.tracks.find((item) => item.track_id === finding.track_id);
  if (!track) return name;
  const words = trackWords(track, who);
  return `${name} ${track.direction === "outbound" ? words.replace(/^Sends/, "sends") : `receives ${words.replace(/^Receives /, "")}`}`;
}

const ORDER = (track: Track): string =>
  `${track.direction === "outbound" ? 0 : 1}${track.peer_participant_id}${track.kind === "audio" ? 0 : 1}${track.started_at}`;

/** A person's tracks: sent ones first, then received ones grouped by sender. */
export function tracksOf(detail: CallDetail, participant: string): Track[] {
  return detail.tracks
    .filter((track) => track.participant_id === participant)
    .sort((a, b) => ORDER(a).localeCompare(ORDER(b)));
}

/** The other end of an inbound track, where the streams could be linked. */
export function senderOf(detail: CallDetail, track: Track | null): Track | null {
  if (!track || track.direction !== "inbound") return null;
  return detail.tracks.find((other) => other.track_id === track.peer_track_id) ?? null;
}

/** The track by which `to` hears or sees `from`; the more troubled kind first, where both exist. */
export function pairTrack(detail: CallDetail, from: string, to: string): Track | null {
  const seconds = (kind: string): number =>
    detail.impact.find(
      (cell) => cell.from_participant === from && cell.to_participant === to && cell.kind === kind,
    )?.impaired_s ?? 0;
  const found = detail.tracks.filter(
    (track) =>
      track.participant_id === to && track.direction === "inbound" && track.peer_participant_id === from,
  );
  return found.sort((a, b) => seconds(b.kind) - seconds(a.kind))[0] ?? null;
}

/** Who is shown before anybody was chosen: whom the worst finding names, else the most impaired, else the first. */
export function defaultPerson(detail: CallDetail): string {
  const named = detail.findings.find((finding) => finding.participant_id)?.participant_id;
  if (named) return named;
  const ranked = [...detail.participants].sort((a, b) => (b.impaired_s ?? 0) - (a.impaired_s ?? 0));
  return ranked[0]?.participant_id ?? "";
}

/** The track shown first for a person: what a finding points at, else the most troubled, else the first. */
export function defaultTrack(tracks: readonly Track[], preferred: string): Track | null {
  const named = tracks.find((track) => track.track_id === preferred);
  if (named) return named;
  const rank = { bad: 3, degraded: 2, unknown: 1, good: 0, idle: -1 } as const;
  return (
    [...tracks].sort(
      (a, b) =>
        rank[b.verdict] - rank[a.verdict] || (b.kind === "video" ? 1 : 0) - (a.kind === "video" ? 1 : 0),
    )[0] ?? null
  );
}
