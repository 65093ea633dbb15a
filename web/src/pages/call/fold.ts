/**
 * Findings folded for reading: the same observation on several streams with one cause is one entry, its lead the gravest.
 *
 * Enters: findings, ranked. Leaves: groups in the order of their leads; children follow their parent's group.
 */
import type { Finding } from "../../lib/types";

export interface FindingGroup {
  lead: Finding;
  rest: Finding[];
}

const keyOf = (finding: Finding): string =>
  [finding.detector, finding.cause_segment, finding.cause_participant_id].join("\n");

export function fold(findings: readonly Finding[]): FindingGroup[] {
  const groups = new Map<string, FindingGroup>();
  const byId = new Map(findings.map((finding) => [finding.finding_id, finding]));
  for (const finding of findings) {
    const parent = byId.get(finding.parent_id);
    const key = keyOf(parent ?? finding);
    const group = groups.get(key);
    if (group) group.rest.push(finding);
    else groups.set(key, { lead: parent ?? finding, rest: parent ? [finding] : [] });
  }
  for (const group of groups.values()) group.rest = group.rest.filter((finding) => finding !== group.lead);
  return [...groups.values()];
}
