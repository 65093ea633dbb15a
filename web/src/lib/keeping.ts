/** How long telemetry is kept, what was erased, and the queries that people keep: answers of `/api/v1`. */

import { plural } from "./format";
import type { CallDetail, Me } from "./types";

/** Days; null keeps for ever. */
export interface Retention {
  full_days: number | null;
  window_days: number | null;
  window_s: number;
  slices_days: number | null;
  facts_days: number | null;
  after_call: boolean;
}

/** An erasure: rows removed and rows left, by table. */
export interface Receipt {
  erasure_id: string;
  app_id: string;
  call_id: string;
  participant_id: string;
  requested_at: number;
  requested_by: string;
  removed: Record<string, number>;
  remaining: Record<string, number>;
  completed_at: number | null;
}

/** Rows of a receipt, all tables together. */
export const rows = (counts: Record<string, number>): number =>
  Object.values(counts).reduce((sum, n) => sum + n, 0);

export interface ReceiptLine {
  what: string;
  removed: number;
  remaining: number;
}

/** What is not a table that can be asked for by SQL. */
const PLACES: Record<string, string> = {
  outbox: "reports that wait to be sent",
  dead_letters: "reports that could not be sent",
  refusals: "refused input",
  spool: "files of the spool",
};

/** A table under the name that people ask for it by: facts are stored by version, and read without. */
export const tableWords = (table: string): string => PLACES[table] ?? table.replace(/_(versions|local)$/, "");

/** A receipt by table, most rows first; a table in which only something remains is listed too. */
export function receiptLines(receipt: Pick<Receipt, "removed" | "remaining">): ReceiptLine[] {
  const lines = new Map<string, ReceiptLine>();
  const line = (table: string): ReceiptLine => {
    const what = tableWords(table);
    const found = lines.get(what) ?? { what, removed: 0, remaining: 0 };
    lines.set(what, found);
    return found;
  };
  for (const [table, n] of Object.entries(receipt.removed)) line(table).removed += n;
  for (const [table, n] of Object.entries(receipt.remaining)) line(table).remaining += n;
  return [...lines.values()].sort((a, b) => b.removed - a.removed || a.what.localeCompare(b.what));
}

/** What goes with a call, counted as far as the call page knows it. */
export function doomed(detail: Pick<CallDetail, "participants" | "tracks" | "findings">): string {
  const counted = [
    plural(detail.participants.length, "person", "people"),
    plural(detail.tracks.length, "track"),
    plural(detail.findings.length, "finding"),
  ];
  return `${counted.join(", ")}, and every sample, event, metric and feature of the call`;
}

/** Whether the signed-in person may delete telemetry; the server checks it again. */
export const mayErase = (me: Pick<Me, "rights"> | null): boolean => me?.rights?.includes("manage") ?? false;

export interface SavedQuery {
  id: string;
  name: string;
  query: string;
  description: string;
}
