/**
 * The physics of a generated call: what every track measures in every slice of 5 s.
 *
 * Enters: a plan. Leaves: tracks with who sends and who receives, and for a track and a slice its metrics.
 */
import type { Columns, Verdict } from "../src/lib/types";
import { hash, seeded } from "./random";
import { NOW, type CallPlan, type Fault } from "./world";

export const SLICE_S = 5;

export interface Stream {
  id: string;
  kind: "audio" | "video";
  direction: "inbound" | "outbound";
  owner: number;
  from: number;
  to: number | null;
}

export interface Slice {
  verdict: Verdict;
  reasons: string[];
  values: Record<string, number | null>;
}

const MAX_SEEN = 6;

/** Whom a participant receives: everybody in small calls, the first speakers in large ones. */
export function sources(plan: CallPlan, receiver: number): number[] {
  const others = plan.people.map((_, index) => index).filter((index) => index !== receiver);
  if (others.length <= MAX_SEEN) return others;
  return others
    .filter((index) => index < MAX_SEEN - 1 || index === (receiver + 7) % plan.people.length)
    .slice(0, MAX_SEEN);
}

export function streams(plan: CallPlan): Stream[] {
  const found: Stream[] = [];
  plan.people.forEach((_, owner) => {
    for (const kind of ["audio", "video"] as const) {
      found.push({
        id: `${plan.id}_t${owner}_out_${kind}`,
        kind,
        direction: "outbound",
        owner,
        from: owner,
        to: null,
      });
      for (const from of sources(plan, owner)) {
        const id = `${plan.id}_t${owner}_in${from}_${kind}`;
        found.push({ id, kind, direction: "inbound", owner, from, to: owner });
      }
    }
  });
  return found;
}

export function elapsed(plan: CallPlan): number {
  return plan.live ? (Date.now() - plan.startedAt) / 1000 : plan.seconds;
}

/** How strongly a fault bites at second `t`: eases in and out over 10 s. */
function strength(fault: Fault, t: number): number {
  if (t < fault.from || t > fault.to) return 0;
  return fault.strength * Math.min(1, (t - fault.from + 3) / 10, (fault.to - t + 3) / 10);
}

interface Trouble {
  network: number;
  cpu: number;
  mic: number;
  gap: boolean;
}

function trouble(plan: CallPlan, stream: Stream, t: number): Trouble {
  const found: Trouble = { network: 0, cpu: 0, mic: 0, gap: false };
  for (const fault of plan.faults) {
    const bite = strength(fault, t);
    if (bite === 0) continue;
    if (fault.kind === "gap") found.gap ||= fault.person === stream.owner;
    else if (fault.kind === "uplink" && fault.person === stream.from)
      found.network = Math.max(found.network, bite);
    else if (fault.kind === "downlink" && fault.person === stream.to)
      found.network = Math.max(found.network, bite);
    else if (fault.kind === "path" && stream.direction === "inbound")
      found.network = Math.max(found.network, bite * 0.8);
    else if (fault.kind === "cpu" && fault.person === stream.from) found.cpu = Math.max(found.cpu, bite);
    else if (fault.kind === "mic" && fault.person === stream.from) found.mic = Math.max(found.mic, bite);
  }
  return found;
}

function videoValues(
  stream: Stream,
  bad: Trouble,
  noise: () => number,
  t: number,
): Record<string, number | null> {
  const ramp = Math.min(1, (t + 2) / 25);
  const push = Math.max(bad.network, bad.cpu * 0.6);
  const height = push > 0.75 ? 180 : push > 0.35 ? 360 : ramp < 0.6 ? 360 : 720;
  const fps = Math.max(2, 30 - bad.cpu * 21 - bad.network * 17 + noise() * 1.2);
  const values: Record<string, number | null> = {
    bitrate_bps: Math.max(60_000, 1_850_000 * ramp * (1 - 0.82 * push) * (1 + noise() * 0.08)),
    fps,
    width_px: Math.round((height * 16) / 9),
    height_px: height,
    qp_mean: 24 + push * 14 + noise(),
    pli_per_min: Math.max(0, bad.network * 9 + noise() * 0.3),
    nack_per_s: Math.max(0, bad.network * 14 + noise() * 0.4),
    codec_load: 0.24 + bad.cpu * 0.68 + Math.abs(noise()) * 0.04,
  };
  if (stream.direction === "inbound") {
    values.freeze_ratio = Math.max(0, bad.network * 0.42 + bad.cpu * 0.1 - 0.08 + noise() * 0.01);
    values.drop_ratio = Math.max(0, bad.cpu * 0.04 + noise() * 0.004);
    values.jb_delay_s = 0.055 + bad.network * 0.21 + Math.abs(noise()) * 0.01;
  } else {
    values.fps_source = Math.max(4, 30 - bad.cpu * 3 + noise() * 0.6);
    values.limited_cpu_ratio = Math.min(1, bad.cpu * 1.1);
    values.limited_bandwidth_ratio = Math.min(1 - (values.limited_cpu_ratio ?? 0), bad.network * 1.05);
    values.limited_other_ratio = 0;
    values.target_bps = 1_900_000 * ramp * (1 - 0.8 * push);
    values.pacer_s = 0.004 + bad.network * 0.11 + Math.abs(noise()) * 0.003;
  }
  return values;
}

function audioValues(
  stream: Stream,
  bad: Trouble,
  noise: () => number,
  t: number,
): Record<string, number | null> {
  const talk = Math.sin(t / 17 + stream.from * 2.1) + Math.sin(t / 5.3 + stream.from) > 0.4;
  const rms =
    bad.mic > 0.3 ? 0.0002 : talk ? 0.055 + Math.abs(noise()) * 0.03 : 0.004 + Math.abs(noise()) * 0.002;
  const values: Record<string, number | null> = {
    bitrate_bps: Math.max(6000, 33_000 * (talk ? 1 : 0.62) * (1 - bad.network * 0.25) * (1 + noise() * 0.06)),
    audio_rms: rms,
  };
  if (stream.direction === "inbound") {
    values.concealment_ratio = Math.max(0, bad.network * 0.13 + noise() * 0.003);
    values.audible_concealment_ratio = Math.max(0, bad.network * 0.1 + noise() * 0.002);
    values.stretch_ratio = Math.max(0, bad.network * 0.05 + noise() * 0.003);
    values.jb_delay_s = 0.048 + bad.network * 0.16 + Math.abs(noise()) * 0.008;
    values.audio_mos = Math.max(1.2, 4.35 - bad.network * 2.4 + noise() * 0.05);
  }
  return values;
}

function judge(stream: Stream, bad: Trouble, values: Record<string, number | null>): [Verdict, string[]] {
  const loss = values.loss_ratio ?? 0;
  const fps = values.fps ?? 30;
  if (bad.mic > 0.3) return [stream.direction === "outbound" ? "bad" : "degraded", ["microphone_silent"]];
  if (loss > 0.07 || (values.freeze_ratio ?? 0) > 0.25) return ["bad", ["loss"]];
  if (fps < 12) return ["bad", ["fps"]];
  if (loss > 0.025 || fps < 20) return ["degraded", ["loss"]];
  return ["good", []];
}

/** What a stream measures in the slice that ends at second `t`. */
export function slice(plan: CallPlan, stream: Stream, t: number): Slice {
  const random = seeded(hash(stream.id) + t * 977);
  const noise = (): number => random() + random() - 1;
  const bad = trouble(plan, stream, t);
  if (bad.gap) return { verdict: "unknown", reasons: ["no_samples"], values: {} };
  const values =
    stream.kind === "video" ? videoValues(stream, bad, noise, t) : audioValues(stream, bad, noise, t);
  values.loss_ratio = Math.max(0, bad.network * 0.115 + noise() * 0.004);
  values.jitter_s = 0.006 + bad.network * 0.052 + Math.abs(noise()) * 0.004;
  values.rtt_s = 0.038 + bad.network * 0.31 + Math.abs(noise()) * 0.012;
  values.packet_rate_per_s = (values.bitrate_bps ?? 0) / (stream.kind === "video" ? 8800 : 640);
  const [verdict, reasons] = judge(stream, bad, values);
  return { verdict, reasons, values };
}

/** Ends of the slices between two moments, thinned to at most `points`. */
export function ticks(plan: CallPlan, from: number, to: number, points: number): number[] {
  const end = Math.min(elapsed(plan), (Math.min(to, NOW + 365 * 86_400_000) - plan.startedAt) / 1000);
  const start = Math.max(0, (from - plan.startedAt) / 1000);
  const step = SLICE_S * Math.max(1, Math.ceil((end - start) / SLICE_S / points));
  const found: number[] = [];
  for (let t = Math.ceil(start / step) * step + step; t <= end + 0.001; t += step) found.push(t);
  return found;
}

export function columns(plan: CallPlan, stream: Stream, at: number[], wanted: string[] | null): Columns {
  const rows = at.map((t) => slice(plan, stream, t));
  const found: Columns = {
    at: at.map((t) => plan.startedAt + t * 1000),
    verdict: rows.map((row) => row.verdict),
  };
  const names = new Set(rows.flatMap((row) => Object.keys(row.values)));
  for (const name of names) {
    if (wanted === null || wanted.includes(name)) found[name] = rows.map((row) => row.values[name] ?? null);
  }
  return found;
}
