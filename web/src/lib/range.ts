/** The time range of fleet pages: a preset that ends now, or fixed ends in ms since the epoch. */

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
