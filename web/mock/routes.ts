/**
 * The generated server: answers `/api/v1` for development and for checking pages.
 *
 * Enters: method, path, query, scenario. Leaves: status and body. Scenarios (cookie `mock`): `setup`, `signedout`,
 * `empty` (no call yet), `error` (every read fails), `slow` (reads never come back), `forbidden`,
 * `viewer` (may only read).
 */
import type { CallEvent, Columns, PersonMetrics } from "../src/lib/types";
import { DETECTORS, INGEST, TABLES, reports } from "./catalogue";
import { detail } from "./facts";
import { findings, pid } from "./findings";
import { calls, overview, sharedFate } from "./fleet";
import { erase, erasures, keep, RETENTION, savedQueries } from "./keeping";
import { columns, elapsed, streams, ticks } from "./media";
import { APPS, PLANS, type CallPlan } from "./world";

export interface Answer {
  status: number;
  body: unknown;
}

const ok = (body: unknown): Answer => ({ status: 200, body });
const fail = (status: number, code: string, message: string, hint = ""): Answer => ({
  status,
  body: { code, message, hint },
});

const ME = {
  user: { id: "u1", email: "kim@example.org", name: "Kim", role: "owner" },
  organization: { id: "o1", name: "Example" },
  apps: APPS,
  rights: ["manage", "own", "read", "sql"],
  version: "0.1.0",
};

function series(plan: CallPlan, query: URLSearchParams): Answer {
  const from = Number(query.get("from") ?? 0) || plan.startedAt;
  const to = Number(query.get("to") ?? 0) || plan.startedAt + elapsed(plan) * 1000;
  const at = ticks(plan, from, to, Number(query.get("points") ?? 600));
  const wanted = query.get("columns")?.split(",") ?? null;
  const participant = query.get("participant");
  const tracks: Record<string, Columns> = {};
  for (const stream of streams(plan)) {
    if (!participant || participant.split(",").includes(pid(plan, stream.owner)))
      tracks[stream.id] = columns(plan, stream, at, wanted);
  }
  const connections: Record<string, Columns> = {};
  plan.people.forEach((_, index) => {
    if (wanted === null && (!participant || participant.split(",").includes(pid(plan, index)))) {
      connections[`${pid(plan, index)}_c0`] = connectionColumns(plan, index, at);
    }
  });
  return ok({ tracks, connections });
}

function connectionColumns(plan: CallPlan, index: number, at: number[]): Columns {
  const video = streams(plan).find(
    (stream) => stream.owner === index && stream.kind === "video" && stream.direction === "outbound",
  );
  const rows = video ? columns(plan, video, at, null) : { at: [] };
  const rtt = (rows.rtt_s ?? []) as (number | null)[];
  const sent = (rows.bitrate_bps ?? []) as (number | null)[];
  return {
    at: rows.at,
    rtt_s: rtt,
    rtt_ice_s: rtt.map((value) => (value === null ? null : value * 0.94)),
    bitrate_out_bps: sent,
    bitrate_in_bps: sent.map((value) => (value === null ? null : value * 1.7)),
    bwe_out_bps: sent.map((value) => (value === null ? null : value * 1.25)),
    loss_out_ratio: rows.loss_ratio ?? [],
  };
}

function events(plan: CallPlan, query: URLSearchParams): Answer {
  const found: CallEvent[] = [];
  const push = (index: number, seconds: number, type: string, name: string, text = ""): void => {
    const at = plan.startedAt + seconds * 1000;
    found.push({
      at,
      received_at: at + 40,
      type,
      participant_id: pid(plan, index),
      session_id: "",
      connection_id: "",
      track_id: "",
      name,
      text,
      value: null,
    });
  };
  plan.people.forEach((_, index) => {
    const start = (index % 7) * 4;
    push(index, start, "session_opened", "joined", "Chrome 149, Windows 11");
    push(index, start + 0.4, "media_requested", "getUserMedia", "audio, video");
    push(index, start + 0.9, "connection_opened", "RTCPeerConnection created");
    push(index, start + 1.2, "ice_state", "iceConnectionState", "connected");
    if (index % 3 === 1) push(index, elapsed(plan) * 0.4, "track_muted", "mute", "video");
    if (index % 3 === 1) push(index, elapsed(plan) * 0.46, "track_unmuted", "unmute", "video");
    if (!plan.live) push(index, elapsed(plan) - 1, "session_closed", "left");
  });
  for (const fault of plan.faults)
    if (fault.kind === "uplink") push(fault.person, fault.from + 60, "ice_restart", "ICE restart");
  const wanted = query.get("participant");
  const rows = found
    .filter((event) => !wanted || event.participant_id === wanted)
    .sort((a, b) => a.at - b.at);
  return ok({ events: rows.slice(0, Number(query.get("limit") ?? 1000)) });
}

function sql(body: unknown): Answer {
  const query = String((body as { query?: string } | null)?.query ?? "");
  if (/insert|drop|delete|system\./i.test(query))
    return fail(
      400,
      "sql_forbidden",
      "Only reading is allowed.",
      "Start with SELECT; tables are listed beside the editor.",
    );
  if (/nonsense/i.test(query))
    return fail(400, "sql_error", "Unknown column 'nonsense' at line 1, position 8.", "Did you mean name?");
  const rows = PLANS.slice(0, 40).map((plan) => [
    plan.id,
    plan.name,
    new Date(plan.startedAt).toISOString(),
    plan.people.length,
    findings(plan).length,
    plan.faults.length ? 12.5 * plan.faults.length : null,
  ]);
  const names: [string, string][] = [
    ["call_id", "String"],
    ["name", "String"],
    ["started_at", "DateTime64(3)"],
    ["participants", "Int32"],
    ["findings", "Int32"],
    ["impaired_s", "Nullable(Float64)"],
  ];
  return ok({
    columns: names.map(([name, type]) => ({ name, type })),
    rows,
    elapsed_ms: 3.4,
    read_rows: 1284,
    truncated: false,
  });
}

const amounts = (plan: CallPlan, place: number): PersonMetrics => ({
  participant_id: pid(plan, place),
  talk_s: 95 + 40 * place,
  talk_ratio: 0.12 + 0.05 * place,
  double_talk_s: 6,
  silent_s: 0,
  frozen_s: plan.faults.length ? 7.5 : 0,
  hd_s: 300,
  md_s: 120,
  ld_s: 20,
  av_mos: plan.faults.length ? 3.1 : 4.2,
});

function call(rest: string[], query: URLSearchParams): Answer {
  const plan = PLANS.find((entry) => entry.id === rest[0]);
  if (!plan)
    return fail(
      404,
      "call_not_found",
      "There is no such call.",
      "It may have expired, or belong to another organisation.",
    );
  if (rest.length === 1) return ok(detail(plan));
  if (rest[1] === "series") return series(plan, query);
  if (rest[1] === "events") return events(plan, query);
  if (rest[1] === "metrics")
    return ok({ people: plan.people.map((_person, place) => amounts(plan, place)), streams: [] });
  return ok(reports(query.get("connection_id") ?? "", Number(query.get("at"))));
}

const EMPTY_INGEST = { formats: [], refusals: [], recent: [] };
let tokens = [
  {
    id: "t1",
    name: "grafana",
    created_at: Date.now() - 9e8,
    last_used_at: Date.now() - 60_000,
    expires_at: null,
  },
];

function write(method: string, path: string, body: unknown): Answer {
  const values = (body ?? {}) as Record<string, string>;
  if (path === "/sql") return sql(body);
  const [room = "", id = "", part = ""] = path.split("/").filter(Boolean);
  if (method === "DELETE" && room === "calls") return ok(erase("app_meet", id));
  if (method === "DELETE" && part === "telemetry") return ok(erase(id, ""));
  if (part === "retention") return ok({ samples: 18_240, track_slices: 0 });
  if (room === "sql" && id === "saved") return ok(keep(method, part, values));
  if (path === "/apps")
    return ok({
      id: "app_x",
      name: values.name,
      api_key: "n0n5e2k8e1y7a3p9p4l6i0c2a8t5i1on",
      token: "rtc_pat_once_5f2c",
    });
  if (path === "/tokens") return ok({ id: "t2", name: values.name, token: "rtc_pat_9d8b7a6c5e4f" });
  if (method === "DELETE") tokens = tokens.filter((entry) => !path.endsWith(entry.id));
  if (path === "/sign-in" && values.password === "wrong")
    return fail(
      401,
      "bad_credentials",
      "E-mail or password is wrong.",
      "After five attempts there is a pause.",
    );
  return ok({ user: ME.user });
}

function read(path: string, query: URLSearchParams, empty: boolean): Answer {
  const rest = path.split("/").filter(Boolean);
  const none = new URLSearchParams([["app", "app_new"], ...query]);
  if (empty) none.set("app", "app_new");
  switch (rest[0]) {
    case "overview":
      return ok(overview(empty ? none : query));
    case "calls":
      return rest.length > 1 ? call(rest.slice(1), query) : ok(calls(empty ? none : query));
    case "fleet":
      return ok(sharedFate(empty || query.get("app") === "app_new"));
    case "ingest":
      return ok(empty || query.get("app") === "app_new" ? EMPTY_INGEST : INGEST);
    case "detectors":
      return ok(DETECTORS);
    case "sql":
      return ok(rest[1] === "saved" ? (empty ? [] : savedQueries()) : { tables: TABLES });
    case "tokens":
      return ok(tokens);
    case "apps":
      return ok(APPS.map((app) => ({ ...app, retention: RETENTION })));
    case "erasures":
      return ok(empty ? [] : erasures());
    default:
      return fail(404, "not_found", "No such route.");
  }
}

export function answer(
  method: string,
  path: string,
  query: URLSearchParams,
  body: unknown,
  scenario: string,
): Answer {
  if (path === "/setup" && method === "GET") return ok({ needed: scenario === "setup" });
  if (method !== "GET") return write(method, path, body);
  if (path === "/me")
    return scenario === "signedout"
      ? fail(401, "signed_out", "Sign in first.")
      : ok(scenario === "viewer" ? { ...ME, rights: ["read"] } : ME);
  if (scenario === "error")
    return fail(
      503,
      "store_unavailable",
      "The store does not answer.",
      "It is tried again automatically; see Ingest health.",
    );
  if (scenario === "forbidden")
    return fail(403, "forbidden", "This needs the role admin.", "Ask an owner of the organisation.");
  return read(path, query, scenario === "empty");
}
