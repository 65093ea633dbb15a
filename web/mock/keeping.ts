/** Retention, erasures and saved queries of the generated server, kept in memory; an erased call stays, so that walks repeat. */
import type { Receipt, Retention, SavedQuery } from "../src/lib/keeping";
import { NOW } from "./world";

export const RETENTION: Retention = {
  full_days: 7,
  window_days: 30,
  window_s: 30,
  slices_days: 400,
  facts_days: null,
  after_call: false,
};

let saved: SavedQuery[] = [
  { id: "q1", name: "Worst calls of the week", query: "SELECT * FROM calls", description: "" },
  {
    id: "q2",
    name: "Loss by browser, network and region of the TURN server",
    query: "SELECT 1",
    description: "",
  },
];
const erased: Receipt[] = [receipt("app_meet", "call_3b3de533e022eee7a504", NOW - 7_200_000)];

function receipt(app_id: string, call_id: string, at: number): Receipt {
  return {
    erasure_id: `erasure_${at.toString(16)}`,
    app_id,
    call_id,
    participant_id: "",
    requested_at: at,
    requested_by: "user:u1",
    removed: { samples: 4210, track_slices: 618, events: 96, findings: 7, participants: 3, calls: 1 },
    remaining: {},
    completed_at: at + 900,
  };
}

export const erasures = (): Receipt[] => erased;
export const savedQueries = (): SavedQuery[] => saved;

export function erase(app: string, call: string): Receipt {
  const found = receipt(app, call, Date.now());
  erased.unshift(found);
  return found;
}

export function keep(method: string, id: string, body: Partial<SavedQuery>): SavedQuery {
  const one = { id: id || `q${saved.length + 3}`, name: "", query: "", description: "", ...body };
  saved = saved.filter((query) => query.id !== id);
  if (method !== "DELETE") saved.push(one);
  return one;
}
