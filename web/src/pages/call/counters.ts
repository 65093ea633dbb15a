/** The counter inspector's arithmetic: readings side by side, differences against a held report. */
import { clock, NONE } from "../../lib/format";
import type { Reports } from "../../lib/types";

export interface Reading {
  name: string;
  text: string;
  delta: string;
}

export interface ReportGroup {
  id: string;
  table: string;
  title: string;
  rows: Reading[];
}

const TITLE_MEMBERS = ["kind", "mid", "rid", "ssrc", "state", "id"] as const;

/** Numbers that name something; separators would only hide them. */
const NAMES = /ssrc|id$|port|priority|payloadType|mid|index/i;
const EPOCH_MS = 1e12;

function text(value: unknown, name: string): string {
  if (value === null || value === undefined) return NONE;
  if (typeof value === "object") return JSON.stringify(value);
  if (typeof value !== "number" || NAMES.test(name)) return String(value);
  if (/timestamp$/i.test(name) && value > EPOCH_MS)
    return `${clock(value)}.${String(Math.floor(value) % 1000).padStart(3, "0")}`;
  return value.toLocaleString("en", { maximumFractionDigits: 6 });
}

function delta(now: unknown, before: unknown): string {
  if (typeof now !== "number" || typeof before !== "number") return "";
  const change = now - before;
  if (change === 0) return "0";
  return `${change > 0 ? "+" : "−"}${Math.abs(change).toLocaleString("en", { maximumFractionDigits: 6 })}`;
}

const key = (table: string, report: Record<string, unknown>, index: number): string =>
  `${table}:${String(report.id ?? index)}`;

/** Every report of a moment as a group of readings; members that are null are left out, they were not reported. */
export function readings(now: Reports, held: Reports | null): ReportGroup[] {
  const before = new Map<string, Record<string, unknown>>();
  for (const [table, list] of Object.entries(held?.reports ?? {}))
    list.forEach((report, index) => before.set(key(table, report, index), report));
  const groups: ReportGroup[] = [];
  for (const [table, list] of Object.entries(now.reports)) {
    list.forEach((report, index) => {
      const id = key(table, report, index);
      const old = before.get(id);
      const title = TITLE_MEMBERS.map((member) => report[member])
        .filter((value) => value !== undefined && value !== null && value !== "")
        .slice(0, 3)
        .join(" · ");
      const rows = Object.entries(report)
        .filter(([name, value]) => name !== "id" && value !== null && value !== undefined && value !== "")
        .map(([name, value]) => ({
          name,
          text: text(value, name),
          delta: old ? delta(value, old[name]) : "",
        }));
      groups.push({ id, table, title, rows });
    });
  }
  return groups;
}
