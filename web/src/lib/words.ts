/** The product's vocabulary in plain English: verdicts, causes, severities, paths, confidence. */
import type { Segment, Severity, Verdict } from "./types";

export const VERDICTS: readonly Verdict[] = ["bad", "degraded", "good", "unknown", "idle"];
export const SEVERITIES: readonly Severity[] = ["info", "low", "medium", "high", "critical"];

export const VERDICT_WORDS: Record<Verdict, string> = {
  good: "Good",
  degraded: "Degraded",
  bad: "Bad",
  unknown: "Unknown",
  idle: "Idle",
};

export const SEGMENT_WORDS: Record<Exclude<Segment, "">, string> = {
  sender_device: "Sender's device",
  sender_uplink: "Sender's uplink",
  relay: "TURN relay",
  sfu: "Media server",
  receiver_downlink: "Receiver's downlink",
  receiver_device: "Receiver's device",
  signalling_config: "Signalling or configuration",
  app: "Application",
  person: "Person's own choice",
  telemetry: "Telemetry",
  mixed: "Path between them",
  unknown: "Cannot tell",
};

export function segmentWords(segment: Segment | string): string {
  return SEGMENT_WORDS[segment as Exclude<Segment, "">] ?? "Cannot tell";
}

/** Words for a cause's probability; below 0.6 the analysis abstains and so do we. */
export function confidenceWords(confidence: number | null): string {
  if (confidence === null) return "cannot tell";
  if (confidence >= 0.9) return "very likely";
  if (confidence >= 0.75) return "likely";
  if (confidence >= 0.6) return "probably";
  return "cannot tell";
}

const RANK: Record<Verdict, number> = { bad: 4, degraded: 3, unknown: 2, good: 1, idle: 0 };

/** Order of trouble: bad first, and what is unknown before what is good. */
export function verdictRank(verdict: Verdict): number {
  return RANK[verdict] ?? 0;
}

/** Worst of several verdicts; unknown never hides a good or bad one that was measured. */
export function worst(verdicts: Iterable<Verdict>): Verdict {
  let found: Verdict = "idle";
  for (const verdict of verdicts) {
    const measured = verdict !== "unknown" && verdict !== "idle";
    if (found === "unknown" && measured) found = verdict;
    else if (found === "idle" || (measured && verdictRank(verdict) > verdictRank(found))) found = verdict;
  }
  return found;
}

export function severityRank(severity: string): number {
  return SEVERITIES.indexOf(severity as Severity);
}

const PATHS: Record<string, string> = {
  direct_host: "Direct, same network",
  direct_srflx: "Direct, through NAT",
  direct_prflx: "Direct, through NAT",
  relay_udp: "Relayed over UDP",
  relay_tcp: "Relayed over TCP",
  relay_tls: "Relayed over TLS",
  ice_tcp: "Direct over TCP",
};

export function pathWords(path: string): string {
  return path === "" ? "unknown" : (PATHS[path] ?? path);
}

const TOPOLOGIES: Record<string, string> = {
  p2p: "Peer to peer",
  sfu: "Media server",
  mixed: "Mixed topology",
};

export function topologyWords(topology: string): string {
  return TOPOLOGIES[topology] ?? "Topology unknown";
}

const FORMATS: Record<string, string> = {
  peermetrics: "Peer Metrics SDK",
  rtcstats: "rtcstats-js",
  rtcstats_legacy: "rtcstats (legacy)",
  jitsi: "rtcstats (Jitsi)",
  observertc: "ObserveRTC",
  native: "rtclens collector",
};

export function formatWords(format: string): string {
  return FORMATS[format] ?? format;
}

/** `in_loss_high` → `In loss high`: readable until the catalogue with proper titles is loaded. */
export function humanise(id: string): string {
  const text = id.replaceAll(/[_.]+/g, " ").trim();
  const spelled = text.replaceAll(
    /\b(aec|api|cpu|dtls|ecn|fir|fps|ice|id|ip|mos|nack|nat|pli|qp|rtcp|rtp|rtt|sdp|sfu|ssrc|stun|tcp|tls|turn|udp|url|vpn)\b/g,
    (word) => word.toUpperCase(),
  );
  return sentence(spelled.replaceAll(/\b([gmk])ib\b/g, (_, scale: string) => `${scale.toUpperCase()}iB`));
}

/** With a capital at its beginning. */
export const sentence = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
