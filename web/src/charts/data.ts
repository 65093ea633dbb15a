/** Preparation of columns for drawing. Enters: columns of `/series`. Leaves: what a line chart can draw honestly. */

export type Values = (number | null)[];

/**
 * Usual distance between neighbouring moments, in ms; 0 with fewer than two. The upper fifth counts, not the median:
 * decimated curves come as pairs, a short and a long step in turn.
 */
export function interval(at: readonly number[]): number {
  const steps: number[] = [];
  for (let index = 1; index < at.length; index += 1)
    steps.push((at[index] as number) - (at[index - 1] as number));
  steps.sort((a, b) => a - b);
  return steps[Math.floor((steps.length - 1) * 0.8)] ?? 0;
}

/** Breaks lines where more than two intervals passed without data: a null goes in, so that nothing is bridged. */
export function withGaps(at: readonly number[], columns: readonly Values[]): [number[], Values[]] {
  const limit = interval(at) * 2.05;
  const moments: number[] = [];
  const values: Values[] = columns.map(() => []);
  at.forEach((moment, index) => {
    const before = at[index - 1];
    if (before !== undefined && limit > 0 && moment - before > limit) {
      moments.push(before + limit / 2);
      for (const column of values) column.push(null);
    }
    moments.push(moment);
    columns.forEach((column, n) => values[n]?.push(column[index] ?? null));
  });
  return [moments, values];
}

export function numbers(column: readonly (number | string | null)[] | undefined, length: number): Values {
  if (!column) return new Array<null>(length).fill(null);
  return column.map((value) => (typeof value === "number" && Number.isFinite(value) ? value : null));
}

/** Index of the moment nearest to `at`, or -1 when none is within `reach` ms. `moments` ascend. */
export function nearest(moments: readonly number[], at: number, reach: number): number {
  let low = 0;
  let high = moments.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((moments[middle] as number) < at) low = middle + 1;
    else high = middle;
  }
  const candidates = [low - 1, low].filter((index) => index >= 0 && index < moments.length);
  const best = candidates.sort(
    (a, b) => Math.abs((moments[a] as number) - at) - Math.abs((moments[b] as number) - at),
  )[0];
  return best !== undefined && Math.abs((moments[best] as number) - at) <= reach ? best : -1;
}

export interface Extent {
  low: number;
  high: number;
  median: number;
  n: number;
  missing: number;
}

/** Range and middle of the known values between two moments; null when nothing is known there. */
export function extent(at: readonly number[], values: Values, from: number, to: number): Extent | null {
  const known: number[] = [];
  let missing = 0;
  at.forEach((moment, index) => {
    if (moment < from || moment > to) return;
    const value = values[index];
    if (value === null || value === undefined) missing += 1;
    else known.push(value);
  });
  if (known.length === 0) return null;
  known.sort((a, b) => a - b);
  return {
    low: known[0] as number,
    high: known.at(-1) as number,
    median: known[Math.floor(known.length / 2)] as number,
    n: known.length,
    missing,
  };
}
