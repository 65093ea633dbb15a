/** The time range of fleet pages: a preset that ends now, or fixed ends in ms since the epoch. */

import type { Minutes } from "./types";

export const PRESETS: readonly { id: string; label: string; ms: number }[] = [
  { id: "15m", label: "15 min", ms: 900_000 },
  { id: "1h", label: "1 hour", ms: 3_600_000 },
  { id: "6h", label: "6 hours", ms: 21_600_000 },
  { id: "24h", label: "24 hours", ms: 86_400_000 },
  { id: "7d", label: "7 days", ms: 604_800_000 },
  { id: "30d", label: "30 days", ms: 2_592_000_000 },
  { id: "90d", label: "90 days", ms: 7_776_000_000 },
];
const DEFAULT = "7d";

export interface Range {
  from: number;
  to: number;
  preset: string | null;
}

/** `from` and `to` win over `range`; anything unreadable falls back to the default preset. */
export function readRange(query: URLSearchParams, now: number): Range {
  const from = Number(query.get("from"));
  const to = Number(query.get("to"));
  if (from > 0 && to > from) return { from, to, preset: null };
  const wanted = query.get("range") ?? DEFAULT;
  const preset = PRESETS.find((item) => item.id === wanted) ?? PRESETS.find((item) => item.id === DEFAULT);
  return { from: now - (preset?.ms ?? 604_800_000), to: now, preset: preset?.id ?? DEFAULT };
}

type Bucket = Pick<Minutes, "at" | "good" | "degraded" | "bad" | "unknown">;

/** The shortest preset that still holds every minute there is; null when that is the one already shown. */
export function narrower(rows: readonly Bucket[], range: Range): string | null {
  const first = rows.find((row) => row.good + row.degraded + row.bad + row.unknown > 0);
  if (!first || range.preset === null) return null;
  const width = rows.length > 1 ? (rows[1] as Bucket).at - (rows[0] as Bucket).at : 0;
  // The first minute may lie anywhere in its bucket; the bucket's begin is the cautious reading, but never more than asked.
  const needed = Math.min(range.to - first.at, range.to - range.from) - width * 0.02;
  const fitting = PRESETS.find((preset) => preset.ms >= needed);
  return fitting && fitting.id !== range.preset ? fitting.id : null;
}
