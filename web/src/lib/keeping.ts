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
  table: string;
  removed: number;
  remaining: number;
}

/** A receipt by table, most rows first; a table in which only something remains is listed too. */
export function receiptLines(receipt: Pick<Receipt, "removed" | "remaining">): ReceiptLine[] {
  const tables = [...new Set([...Object.keys(receipt.removed), ...Object.keys(receipt.remaining)])];
  return tables
    .map((table) => ({
      table,
      removed: receipt.removed[table] ?? 0,
      remaining: receipt.remaining[table] ?? 0,
    }))
    .sort((a, b) => b.removed - a.removed || a.table.localeCompare(b.table));
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
