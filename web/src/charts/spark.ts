/** Geometry of a spark line. Enters: values, null where unknown. Leaves: SVG path data, '' with fewer than two values. */

export interface SparkPaths {
  line: string;
  area: string;
}

export function sparkPaths(values: readonly (number | null)[], width: number, height: number): SparkPaths {
  const known = values.filter((value): value is number => value !== null && Number.isFinite(value));
  if (known.length < 2) return { line: "", area: "" };
  const low = Math.min(...known);
  const span = Math.max(...known) - low || 1;
  const pad = 2;
  const x = (index: number): number => round((index / (values.length - 1)) * width);
  const y = (value: number): number => round(height - pad - ((value - low) / span) * (height - 2 * pad));
  let line = "";
  let area = "";
  for (const run of runs(values)) {
    const points = run.map(({ index, value }) => `${x(index)} ${y(value)}`);
    const first = run[0];
    const last = run.at(-1);
    if (!first || !last) continue;
    line += `M${points.join("L")}`;
    area += `M${x(first.index)} ${height}L${points.join("L")}L${x(last.index)} ${height}Z`;
  }
  return { line, area };
}

interface Point {
  index: number;
  value: number;
}

function runs(values: readonly (number | null)[]): Point[][] {
  const found: Point[][] = [];
  let current: Point[] = [];
  values.forEach((value, index) => {
    if (value === null || !Number.isFinite(value)) {
      if (current.length) found.push(current);
      current = [];
    } else current.push({ index, value });
  });
  if (current.length) found.push(current);
  return found;
}

const round = (value: number): number => Math.round(value * 10) / 10;
