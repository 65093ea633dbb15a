/** Facts of a generated call, derived from its plan as the analysis would derive them from samples. */
import type { Call, CallDetail, CallItem, Finding, Impact, Verdict } from "../src/lib/types";
import { confidenceWords, segmentWords, worst } from "../src/lib/words";
import { findings, nameOf, pid } from "./findings";
import { elapsed, slice, sources, streams, type Stream } from "./media";
import { hash, pick, seeded } from "./random";
import type { CallPlan, Fault } from "./world";

/** Verdict of one participant in the slice ending at `t`: the worst of what they receive and send. */
function personVerdict(plan: CallPlan, own: Stream[], t: number): Verdict {
  return worst(own.map((stream) => slice(plan, stream, t).verdict));
}

function strip(plan: CallPlan, buckets = 60): Verdict[] {
  const touched = new Set([0, ...plan.faults.map((fault) => fault.person)]);
  const own = streams(plan).filter((stream) => touched.has(stream.owner));
  const length = elapsed(plan);
  const n = Math.max(1, Math.min(buckets, Math.ceil(length / 5)));
  return Array.from({ length: n }, (_, index) =>
    personVerdict(plan, own, Math.max(5, ((index + 1) / n) * length)),
  );
}

function overall(plan: CallPlan): Verdict {
  const kinds = plan.faults.map((fault) =>
    fault.kind === "gap" ? 0 : fault.strength * Math.min(1, (fault.to - fault.from) / 90),
  );
  const top = Math.max(0, ...kinds);
  if (plan.seconds < 10 && !plan.live) return "unknown";
  return top > 0.75 ? "bad" : top > 0.3 ? "degraded" : "good";
}

function sentence(plan: CallPlan, top: Finding | undefined): string {
  const verdict = overall(plan);
  const tense = plan.live ? "has" : "had";
  if (verdict === "unknown") return "Too short to judge: fewer than three slices were measured.";
  if (!top || verdict === "good")
    return plan.people.length > 1
      ? "Nobody was impaired; every stream stayed within its limits."
      : "Nothing went wrong, and nobody else was there to hear it.";
  const who = nameOf(plan, plan.faults[0]?.person ?? 0);
  const seconds = Math.round((top.last_seen_at - top.opened_at) / 1000);
  const length = seconds > 90 ? `${Math.round(seconds / 60)} min` : `${seconds} s`;
  if (!top.cause_segment)
    return `Both sides ${tense} ${length} of late packets; whose network it was cannot be told from one side's data.`;
  const people = top.cause_segment === "receiver_downlink" ? who : `Everybody hearing ${who}`;
  return `${people} ${tense} ${length} of impaired media, ${confidenceWords(top.cause_confidence)} because of ${who}'s ${segmentWords(top.cause_segment).replace(/^.*?'s /, "")}.`;
}

const shown = new Map<string, CallItem>();

const troubleSeconds = (list: readonly Finding[]): number =>
  list
    .filter((entry) => entry.detector !== "telemetry_gap")
    .reduce((sum, entry) => sum + entry.last_seen_at - entry.opened_at, 0) / 1000;

function fact(plan: CallPlan, list: readonly Finding[], top: Finding | undefined): Call {
  const length = elapsed(plan);
  const end = plan.startedAt + length * 1000;
  const impaired = troubleSeconds(list);
  const n = plan.people.length;
  return {
    app_id: plan.app,
    call_id: plan.id,
    revision: Math.floor(length),
    external_id: plan.name.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-"),
    name: plan.name,
    started_at: plan.startedAt,
    last_seen_at: end,
    ended_at: plan.live ? null : end,
    end_reason: plan.live ? "" : "left",
    participants: n,
    participants_max: n,
    sessions: n,
    connections: n,
    tracks: streams(plan).length,
    topology: n > 1 ? plan.topology : "",
    verdict: overall(plan),
    verdict_text: sentence(plan, top),
    top_cause: top?.cause_segment ?? "",
    top_cause_participant_id: top?.cause_participant_id ?? "",
    top_cause_confidence: top?.cause_confidence ?? null,
    findings: list.length,
    worst_severity: list[0]?.severity ?? "",
    impaired_s: impaired,
    good_participant_minutes_ratio:
      length < 10 ? null : Math.max(0.2, 1 - impaired / length / Math.max(1, n / 2)),
    formats: [plan.format],
  };
}

export function item(plan: CallPlan): CallItem {
  const known = shown.get(plan.id);
  if (known && !plan.live) return known;
  const list = findings(plan);
  const top = list.find((entry) => entry.detector !== "telemetry_gap");
  const call = fact(plan, list, top);
  const troubled = new Set(plan.faults.filter((fault) => fault.kind !== "gap").map((fault) => fault.person));
  const full: CallItem = {
    ...call,
    live: plan.live,
    duration_s: elapsed(plan),
    strip: strip(plan),
    people: plan.people.map((name, index) => ({
      participant_id: pid(plan, index),
      name,
      verdict: troubled.has(index) ? call.verdict : "good",
    })),
    causes: top?.cause_segment
      ? [
          {
            segment: top.cause_segment,
            participant_id: top.cause_participant_id,
            confidence: top.cause_confidence,
          },
        ]
      : [],
  };
  shown.set(plan.id, full);
  return full;
}

function impact(plan: CallPlan): Impact[] {
  const cells: Impact[] = [];
  plan.people.forEach((_, to) => {
    for (const from of sources(plan, to)) {
      for (const kind of ["audio", "video"]) {
        let impaired = 0;
        for (const fault of plan.faults) {
          const hit =
            (fault.kind === "uplink" && fault.person === from) ||
            (fault.kind === "downlink" && fault.person === to) ||
            fault.kind === "path" ||
            (fault.kind === "cpu" && fault.person === from && kind === "video") ||
            (fault.kind === "mic" && fault.person === from && kind === "audio");
          if (hit)
            impaired +=
              (Math.min(fault.to, elapsed(plan)) - fault.from) *
              (kind === "audio" ? 0.55 : 0.9) *
              fault.strength;
        }
        const judged = !plan.faults.some(
          (fault) => fault.kind === "gap" && fault.person === to && plan.people.length < 6,
        );
        cells.push({
          from_participant: pid(plan, from),
          to_participant: pid(plan, to),
          kind,
          impaired_s: judged ? Math.round(impaired) : null,
        });
      }
    }
  });
  return cells;
}

const BROWSERS: [string, string, string, string][] = [
  ["Chrome", "149", "Windows", "11"],
  ["Chrome", "150", "macOS", "15.6"],
  ["Firefox", "153", "Ubuntu", "26.04"],
  ["Safari", "19.1", "iOS", "19.1"],
  ["Edge", "149", "Windows", "11"],
];

function people(plan: CallPlan, call: CallItem): CallDetail["participants"] {
  return plan.people.map((name, index) => {
    const mine = plan.faults.filter((fault) => fault.person === index && fault.kind !== "gap");
    const seconds = mine.reduce((sum, fault) => sum + Math.min(fault.to, elapsed(plan)) - fault.from, 0);
    return {
      participant_id: pid(plan, index),
      external_id: `user-${index + 1}`,
      name,
      role: "client",
      first_seen_at: plan.startedAt + (index % 7) * 4000,
      last_seen_at: call.last_seen_at,
      joins: index % 9 === 4 ? 2 : 1,
      observed: true,
      verdict: call.people[index]?.verdict ?? "unknown",
      verdict_text: mine.length
        ? `${name} was part of the trouble for ${Math.round(seconds)} s.`
        : "No trouble seen.",
      impaired_s: mine.some((fault) => fault.kind === "downlink") ? seconds : 0,
      caused_impairment_s: mine.some((fault) => fault.kind !== "downlink")
        ? seconds * (plan.people.length - 1)
        : 0,
      good_minute_ratio: Math.max(0, 1 - seconds / Math.max(1, elapsed(plan))),
    };
  });
}

function sessions(plan: CallPlan, call: CallItem): CallDetail["sessions"] {
  return plan.people.map((_, index) => {
    const random = seeded(hash(pid(plan, index)));
    const [browser, browser_version, os, os_version] = pick(random, BROWSERS);
    return {
      participant_id: pid(plan, index),
      session_id: `${pid(plan, index)}_s0`,
      external_id: "",
      format: plan.format,
      started_at: plan.startedAt + (index % 7) * 4000,
      last_seen_at: call.last_seen_at,
      ended_at: call.ended_at,
      end_reason: plan.live ? "" : "left",
      abrupt: false,
      browser,
      browser_version,
      os,
      os_version,
      device_type: os === "iOS" ? "mobile" : "desktop",
      user_agent: "",
      sdk: "@peermetrics/sdk",
      sdk_version: "2.8.0",
      app_version: "5.14.2",
      country: pick(random, ["SE", "DE", "NG", "FR", "TR", "JP"]),
      clock_offset_ms: Math.round(random() * 60 - 20),
      clock_uncertainty_ms: 22,
      tags: { plan: "pro" },
      features: { cores: 8, memory_gib: 16, media_access_s: 0.41, join_s: 1.62 },
    };
  });
}

function connections(plan: CallPlan, call: CallItem): CallDetail["connections"] {
  return plan.people.map((_, index) => ({
    participant_id: pid(plan, index),
    session_id: `${pid(plan, index)}_s0`,
    connection_id: `${pid(plan, index)}_c0`,
    external_id: `pc-${index}`,
    peer_external_id: "",
    peer_participant_id: "",
    sfu: plan.topology === "sfu",
    started_at: plan.startedAt + (index % 7) * 4000 + 400,
    connected_at: plan.startedAt + (index % 7) * 4000 + 1180,
    last_seen_at: call.last_seen_at,
    ended_at: call.ended_at,
    end_reason: plan.live ? "" : "closed",
    signaling_state: "stable",
    ice_state: "connected",
    connection_state: plan.live ? "connected" : "closed",
    path_type: (["direct_srflx", "relay_udp", "direct_host", "relay_tls"] as const)[index % 4] as string,
    relay_url: index % 4 === 1 ? "turn:turn-eu1.example.org:3478" : "",
    rtt_s: 0.041 + (index % 5) * 0.012,
    features: { gathering_s: 0.32, ice_s: 0.21, dtls_s: 0.09 },
  }));
}

function touches(fault: Fault, stream: Stream): boolean {
  if (fault.kind === "downlink") return fault.person === stream.to;
  if (fault.kind === "path") return stream.direction === "inbound";
  if (fault.kind === "cpu" && stream.kind === "audio") return false;
  if (fault.kind === "mic" && stream.kind === "video") return false;
  return fault.kind !== "gap" && fault.person === stream.from;
}

function tracks(plan: CallPlan, call: CallItem): CallDetail["tracks"] {
  return streams(plan).map((stream) => {
    const peer = stream.direction === "inbound" ? stream.from : null;
    const hit = plan.faults.some((fault) => touches(fault, stream));
    return {
      participant_id: pid(plan, stream.owner),
      session_id: `${pid(plan, stream.owner)}_s0`,
      connection_id: `${pid(plan, stream.owner)}_c0`,
      track_id: stream.id,
      external_id: "",
      kind: stream.kind,
      direction: stream.direction,
      content: stream.kind === "audio" ? "microphone" : "camera",
      mid: "0",
      ssrcs: [hash(stream.id)],
      codec: stream.kind === "audio" ? "audio/opus" : "video/VP8",
      peer_track_id: peer === null ? "" : `${plan.id}_t${peer}_out_${stream.kind}`,
      peer_participant_id: peer === null ? "" : pid(plan, peer),
      started_at: plan.startedAt + 1500,
      last_seen_at: call.last_seen_at,
      ended_at: call.ended_at,
      end_reason: "",
      verdict: hit ? "bad" : "good",
      impaired_s: null,
      features: {},
    };
  });
}

export function detail(plan: CallPlan): CallDetail {
  const call = item(plan);
  const list = findings(plan);
  return {
    call,
    findings: list,
    scores: [],
    impact: plan.people.length > 1 ? impact(plan) : [],
    participants: people(plan, call),
    sessions: sessions(plan, call),
    connections: connections(plan, call),
    tracks: tracks(plan, call),
    narrative: list.map((entry) => ({
      text: entry.cause_segment
        ? `${entry.statement} Other streams of the same people stayed clean; the cause is ${confidenceWords(entry.cause_confidence)} the ${segmentWords(entry.cause_segment).toLowerCase()}.`
        : `${entry.statement} Cannot tell whose side it was: ${entry.cause_reason}.`,
      finding_ids: [entry.finding_id],
    })),
  };
}
