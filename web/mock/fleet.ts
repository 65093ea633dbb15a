/** Fleet answers of the generated world: lists with filters, and the overview. */
import type { Fleet, SharedFate } from "../src/lib/fleet";
import type { CallItem, CallPage, Overview, Segment, Tile, Verdict } from "../src/lib/types";
import { verdictRank } from "../src/lib/words";
import { item } from "./facts";
import { findings } from "./findings";
import { seeded } from "./random";
import { PLANS, type CallPlan } from "./world";

const within = (plan: CallPlan, query: URLSearchParams): boolean => {
  const from = Number(query.get("from") ?? 0);
  const to = Number(query.get("to") ?? Number.MAX_SAFE_INTEGER);
  const app = query.get("app");
  return (!app || plan.app === app) && plan.startedAt >= from && plan.startedAt <= to;
};

function matches(plan: CallPlan, query: URLSearchParams): boolean {
  const call = item(plan);
  const verdicts = query.get("verdict")?.split(",");
  const q = query.get("q")?.toLowerCase();
  const cause = query.get("cause");
  const detector = query.get("detector");
  if (verdicts && !verdicts.includes(call.verdict)) return false;
  if (query.get("live") && !call.live) return false;
  if (cause && call.top_cause !== cause) return false;
  if (detector && !findings(plan).some((entry) => entry.detector === detector)) return false;
  return !q || [plan.name, plan.id, ...plan.people].some((text) => text.toLowerCase().includes(q));
}

const ORDERS: Record<string, (a: CallItem, b: CallItem) => number> = {
  started: (a, b) => b.started_at - a.started_at,
  duration: (a, b) => (b.duration_s ?? 0) - (a.duration_s ?? 0),
  participants: (a, b) => b.participants - a.participants,
  good: (a, b) => (a.good_participant_minutes_ratio ?? 2) - (b.good_participant_minutes_ratio ?? 2),
  worst: (a, b) =>
    verdictRank(b.verdict) - verdictRank(a.verdict) || (b.impaired_s ?? 0) - (a.impaired_s ?? 0),
};

export function calls(query: URLSearchParams): CallPage {
  const sort = (query.get("sort") ?? "started").replace(/^-/, "");
  const found = PLANS.filter((plan) => within(plan, query) && matches(plan, query)).map(item);
  found.sort(ORDERS[sort] ?? ORDERS.started);
  const from = Number(query.get("cursor") ?? 0);
  const limit = Number(query.get("limit") ?? 50);
  const next = from + limit < found.length ? String(from + limit) : null;
  return { calls: found.slice(from, from + limit), total: found.length, next };
}

function minutes(list: CallItem[], from: number, to: number): Overview["minutes"] {
  const buckets = 56;
  const width = (to - from) / buckets;
  const rows = Array.from({ length: buckets }, (_, index) => ({
    at: from + index * width,
    good: 0,
    degraded: 0,
    bad: 0,
    unknown: 0,
  }));
  for (const call of list) {
    const row = rows[Math.min(buckets - 1, Math.floor((call.started_at - from) / width))];
    if (!row || call.strip.length === 0) continue;
    const share = ((call.duration_s ?? 0) / 60 / call.strip.length) * call.participants;
    for (const verdict of call.strip) if (verdict !== "idle") row[verdict as "good"] += share;
  }
  return rows;
}

function causes(plans: CallPlan[]): Overview["causes"] {
  const found = new Map<Segment, { minutes: number; findings: number }>();
  for (const entry of plans.flatMap(findings)) {
    if (entry.detector === "telemetry_gap") continue;
    const segment = entry.cause_segment || "unknown";
    const row = found.get(segment) ?? { minutes: 0, findings: 0 };
    row.minutes += (entry.last_seen_at - entry.opened_at) / 60_000;
    row.findings += 1;
    found.set(segment, row);
  }
  return [...found].map(([segment, row]) => ({ segment, ...row })).sort((a, b) => b.minutes - a.minutes);
}

function detectors(plans: CallPlan[]): Overview["detectors"] {
  const found = new Map<string, { findings: number; calls: Set<string> }>();
  for (const plan of plans) {
    for (const entry of findings(plan)) {
      const row = found.get(entry.detector) ?? { findings: 0, calls: new Set<string>() };
      row.findings += 1;
      row.calls.add(plan.id);
      found.set(entry.detector, row);
    }
  }
  return [...found]
    .map(([detector, row]) => ({ detector, findings: row.findings, calls: row.calls.size }))
    .sort((a, b) => b.findings - a.findings);
}

type TileRow = [
  id: string,
  label: string,
  value: number | null,
  unit: string,
  n: number,
  good: Tile["good_when"],
  wave: number[],
];

function wave(scale: number, base: number): number[] {
  const random = seeded(base * 1000);
  return Array.from({ length: 24 }, () => base + (random() - 0.5) * scale);
}

function tiles(list: CallItem[], rows: Overview["minutes"]): Tile[] {
  const sum = (key: "good" | "degraded" | "bad"): number => rows.reduce((total, row) => total + row[key], 0);
  const judged = Math.round(sum("good") + sum("degraded") + sum("bad"));
  const live = list.filter((call) => call.live);
  const people = live.reduce((n, call) => n + call.participants, 0);
  const joins = list.length * 3;
  const some = (value: number): number | null => (list.length ? value : null);
  const table: TileRow[] = [
    ["live_participants", "In calls now", people, "", live.length, "", wave(6, 4)],
    [
      "good_minutes",
      "Good minutes",
      judged ? (sum("good") / judged) * 100 : null,
      "%",
      judged,
      "high",
      wave(0.06, 0.95),
    ],
    ["join_success", "Joins that worked", some(98.7), "%", joins, "high", wave(0.03, 0.98)],
    ["first_media", "Time to first media, p95", some(2.31), "s", joins, "low", wave(0.8, 2.3)],
    ["freeze_minutes", "Freeze minutes per 100", some(1.42), "", judged, "low", wave(0.9, 1.4)],
    ["concealment", "Audible concealment", null, "%", 0, "low", []],
    ["relayed", "Relayed share", some(21), "%", list.length, "", wave(0.06, 0.2)],
  ];
  return table.map(([id, label, value, unit, n, good_when, spark]) => ({
    id,
    label,
    value,
    unit,
    n,
    good_when,
    spark,
  }));
}

const rank = (values: [string, number, number | null][]): Overview["breakdowns"][string] =>
  values.map(([value, n, bad_ratio]) => ({ value, calls: n, bad_ratio }));

export function overview(query: URLSearchParams): Overview {
  const plans = PLANS.filter((plan) => within(plan, query));
  const list = plans.map(item);
  const rows = minutes(list, Number(query.get("from")), Number(query.get("to")));
  const ranked = [...list]
    .sort(ORDERS.worst)
    .filter((call) => ["bad", "degraded"].includes(call.verdict as Verdict));
  const top = causes(plans)[0];
  const good = tiles(list, rows)[1]?.value;
  const sentence =
    list.length === 0
      ? ""
      : `Mostly fine: ${(good ?? 0).toFixed(1)} % good minutes in ${list.length} calls. The sender's uplink cost most, ${Math.round(top?.minutes ?? 0)} minutes.`;
  return {
    sentence,
    tiles: tiles(list, rows),
    minutes: rows,
    causes: causes(plans),
    detectors: detectors(plans),
    calls: ranked.slice(0, 10),
    live: list.filter((call) => call.live),
    breakdowns:
      list.length === 0
        ? {}
        : {
            browser: rank([
              ["Chrome 149", 212, 0.06],
              ["Chrome 150", 96, 0.07],
              ["Safari 19", 61, 0.13],
              ["Firefox 153", 44, 0.05],
              ["Edge 149", 23, 0.09],
              ["", 4, null],
            ]),
            os: rank([
              ["Windows 11", 188, 0.06],
              ["macOS 15", 120, 0.05],
              ["iOS 19", 72, 0.15],
              ["Android 17", 41, 0.12],
            ]),
            path: rank([
              ["direct_srflx", 240, 0.05],
              ["relay_udp", 84, 0.08],
              ["direct_host", 31, 0.02],
              ["relay_tls", 19, 0.26],
            ]),
            sdk: rank([
              ["peermetrics 2.8.0", 190, 0.07],
              ["observertc 4.8", 120, 0.07],
              ["rtcstats 5.0", 64, 0.08],
            ]),
          },
  };
}

const INTERVAL = { risk_low: 5.1, risk_high: 13.4, adjusted_ratio: 7.9, p: 1e-12, q: 2e-10 };
const AT_ONCE = { since: null, before_people: 0, before_affected: 0, before_rate: null };
const BAD_RELAY: SharedFate = {
  ...INTERVAL,
  ...AT_ONCE,
  id: "fleet_1",
  detector: "turn_degraded",
  axis: "turn",
  axis_title: "TURN server",
  value: "turn-fra-2.example.net",
  issue: "network",
  statement:
    "41 of 84 people with TURN server turn-fra-2.example.net met loss, delay or missing media, 17 of 288 people with another TURN server.",
  control: "people with another TURN server",
  severity: "high",
  segment: "relay",
  confidence: 0.77,
  people: 84,
  affected: 41,
  rate: 0.488,
  control_people: 288,
  control_affected: 17,
  control_rate: 0.059,
  risk_ratio: 8.27,
  calls: 29,
  lost_s: 8640,
  explains: [
    "network or region DE: loss, delay or missing media",
    "kind of path relayed over UDP: bad pictures",
  ],
  remedy: "Drain it; check its egress, CPU and UDP reach.",
};
const BAD_RELEASE: SharedFate = {
  ...INTERVAL,
  since: Date.now() - 3 * 86_400_000,
  before_people: 212,
  before_affected: 13,
  before_rate: 0.061,
  id: "fleet_2",
  detector: "population_issue",
  axis: "browser",
  axis_title: "browser version",
  value: "Safari 19",
  issue: "audio",
  statement:
    "22 of 61 people with browser version Safari 19 met bad sound, 21 of 375 people with another browser version.",
  control: "people with another browser version",
  severity: "medium",
  segment: "",
  confidence: 0.7,
  people: 61,
  affected: 22,
  rate: 0.361,
  control_people: 375,
  control_affected: 21,
  control_rate: 0.056,
  risk_ratio: 6.44,
  calls: 19,
  lost_s: 1740,
  explains: [],
  remedy: "Reproduce on it; report it or work around it.",
};

/** One bad relay with what it explains, and one bad release; the app without calls has nobody to compare. */
export function sharedFate(empty: boolean): Fleet {
  const findings = empty ? [] : [BAD_RELAY, BAD_RELEASE];
  const sentence = empty
    ? "0 people are too few to compare: 20 on either side are needed."
    : "Trouble gathers at TURN server turn-fra-2.example.net, and 1 more.";
  const counted = empty ? [0, 0, 0, 0] : [436, 161, 114, 9];
  const [people = 0, calls = 0, tests = 0, too_few = 0] = counted;
  return { sentence, findings, people, calls, tests, too_few };
}
