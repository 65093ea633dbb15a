/** Findings as bands behind a chart. Enters: findings. Leaves: disjoint spans by gravity, so that overlaps do not darken. */
import type { Finding } from "../lib/types";
import { severityRank } from "../lib/words";

export interface Span {
  from: number;
  to: number;
}

/** Union of intervals, in order. */
export function union(spans: readonly Span[]): Span[] {
  const merged: Span[] = [];
  for (const span of [...spans].sort((a, b) => a.from - b.from)) {
    const last = merged.at(-1);
    if (last && span.from <= last.to) last.to = Math.max(last.to, span.to);
    else merged.push({ ...span });
  }
  return merged;
}

/** High and critical findings apart from the lesser ones. */
export function bandsOf(findings: readonly Finding[]): { grave: Span[]; lesser: Span[] } {
  const spans = (grave: boolean): Span[] =>
    findings
      .filter((finding) => severityRank(finding.severity) >= 3 === grave)
      .map((finding) => ({ from: finding.opened_at, to: finding.closed_at ?? finding.last_seen_at }));
  return { grave: union(spans(true)), lesser: union(spans(false)) };
}
