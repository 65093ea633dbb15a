/**
 * The impact matrix: who impaired whom, in seconds.
 *
 * Enters: cells of the API (sender, receiver, kind, seconds or null). Leaves: rows of senders, columns of receivers,
 * both cut to the most troubled when there are many; a missing cell was never judged, which is not 0.
 */
import type { Impact, Participant } from "../../lib/types";

export interface Cell {
  audio: number | null;
  video: number | null;
  judged: boolean;
  total: number;
}

export interface Matrix {
  people: Participant[];
  hidden: number;
  peak: number;
  cell: (from: string, to: string) => Cell;
  given: (from: string) => number;
  received: (to: string) => number;
}

const UNJUDGED: Cell = { audio: null, video: null, judged: false, total: 0 };

export function buildMatrix(
  impact: readonly Impact[],
  participants: readonly Participant[],
  limit: number,
): Matrix {
  const cells = new Map<string, Cell>();
  const given = new Map<string, number>();
  const received = new Map<string, number>();
  const add = (sums: Map<string, number>, id: string, seconds: number): void =>
    void sums.set(id, (sums.get(id) ?? 0) + seconds);
  for (const entry of impact) {
    const key = `${entry.from_participant}\n${entry.to_participant}`;
    const cell = cells.get(key) ?? { ...UNJUDGED };
    if (entry.impaired_s !== null) {
      if (entry.kind === "audio") cell.audio = (cell.audio ?? 0) + entry.impaired_s;
      else cell.video = (cell.video ?? 0) + entry.impaired_s;
      cell.judged = true;
      cell.total += entry.impaired_s;
      add(given, entry.from_participant, entry.impaired_s);
      add(received, entry.to_participant, entry.impaired_s);
    }
    cells.set(key, cell);
  }
  const sum = (id: string): number => (given.get(id) ?? 0) + (received.get(id) ?? 0);
  const ranked = [...participants].sort((a, b) => sum(b.participant_id) - sum(a.participant_id));
  const kept = new Set(ranked.slice(0, limit));
  return {
    people: participants.filter((participant) => kept.has(participant)),
    hidden: Math.max(0, participants.length - limit),
    peak: Math.max(1, ...[...cells.values()].map((cell) => cell.total)),
    cell: (from, to) => cells.get(`${from}\n${to}`) ?? UNJUDGED,
    given: (id) => given.get(id) ?? 0,
    received: (id) => received.get(id) ?? 0,
  };
}
