/** How long telemetry is kept, what was erased, and the queries that people keep: answers of `/api/v1`. */

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

export interface SavedQuery {
  id: string;
  name: string;
  query: string;
  description: string;
}
