/** Round moments for a time axis. Enters: span in ms, wanted number. Leaves: moments with their text and place. */
import { clock, clockShort, offset } from "../../lib/format";

export interface Tick {
  at: number;
  share: number;
  text: string;
}

const STEPS = [
  1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 21_600, 43_200, 86_400,
].map((s) => s * 1000);

export function tickStep(span: number, wanted: number): number {
  return STEPS.find((step) => span / step <= wanted) ?? (STEPS.at(-1) as number);
}

/** `origin` not null: times count from there (`+1:30`), and the round moments do too. */
export function ticks(from: number, to: number, wanted: number, origin: number | null): Tick[] {
  const span = to - from;
  if (!(span > 0)) return [];
  const step = tickStep(span, wanted);
  const shift = origin ?? 0;
  // Texts are centred; one that sticks out of the axis would be cut.
  const margin = Math.min(0.15, Math.max(0.02, 0.25 / wanted));
  const found: Tick[] = [];
  for (let at = Math.ceil((from - shift) / step) * step + shift; at <= to; at += step) {
    const share = (at - from) / span;
    if (share < margin || share > 1 - margin) continue;
    const text = origin === null ? (step < 60_000 ? clock(at) : clockShort(at)) : offset(at - origin);
    found.push({ at, share, text });
  }
  return found;
}
