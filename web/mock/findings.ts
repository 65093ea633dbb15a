/** What goes wrong in a generated call, said as findings with evidence and cause. */
import type { Finding } from "../src/lib/types";
import { elapsed, sources } from "./media";
import { SEGMENT_OF, type CallPlan, type Fault, type FaultKind } from "./world";

const STATEMENTS: Record<FaultKind, [string, (who: string) => string, Finding["severity"]]> = {
  uplink: [
    "out_loss_high",
    (who) => `${who} lost 9.8 % of what was sent; everybody who listened heard it.`,
    "high",
  ],
  downlink: [
    "in_loss_high",
    (who) => `${who} received 8.9 % less than was sent, from every sender alike.`,
    "medium",
  ],
  cpu: [
    "encoder_overloaded",
    (who) => `${who}'s encoder could not keep up: 30 frames captured, 12 sent.`,
    "medium",
  ],
  mic: ["microphone_silent", (who) => `${who}'s microphone delivered silence while unmuted.`, "high"],
  gap: ["telemetry_gap", (who) => `No samples from ${who} arrived.`, "info"],
  path: [
    "in_jitter_high",
    (who) => `Packets between ${who} and the other side came late and out of step.`,
    "medium",
  ],
};

const REMEDY: Record<FaultKind, string> = {
  uplink: "Move closer to the access point or use a cable; turn the camera off to save the voice.",
  downlink: "Fewer tiles for this person; move closer to the access point.",
  cpu: "Close other programs, switch off background effects.",
  mic: "Check the hardware mute and the chosen microphone.",
  gap: "Check that the page still reports; the integration page shows the last batch.",
  path: "Connect both sides' telemetry: the far end's statistics would settle whose network it was.",
};

export const pid = (plan: CallPlan, index: number): string => `${plan.id}_p${index}`;
export const nameOf = (plan: CallPlan, index: number): string => plan.people[index] ?? "";

function evidence(plan: CallPlan, fault: Fault, from: number, to: number): Finding["evidence"] {
  const span = { from_at: from, to_at: to, n: Math.round((to - from) / 5000), coverage: 0.98, text: "" };
  const subject = `${pid(plan, fault.person)}`;
  const rows: [string, number | string, number | string | null, string, string][] = {
    uplink: [
      ["loss_ratio", 0.098, 0.05, "ratio", "remote-inbound-rtp"],
      ["pacer_s", 0.104, 0.02, "s", "outbound-rtp"],
      ["rtt_s", 0.342, 0.3, "s", "candidate-pair"],
    ],
    downlink: [
      ["loss_ratio", 0.089, 0.05, "ratio", "inbound-rtp"],
      ["jitter_s", 0.051, 0.03, "s", "inbound-rtp"],
    ],
    cpu: [
      ["limited_cpu_ratio", 0.86, 0.3, "ratio", "outbound-rtp"],
      ["fps", 12.1, 15, "fps", "outbound-rtp"],
      ["codec_load", 0.91, 0.8, "ratio", "outbound-rtp"],
    ],
    mic: [["audio_rms", 0.0002, 0.001, "", "media-source"]],
    gap: [["coverage", 0, 0.8, "ratio", "samples"]],
    path: [["jitter_s", 0.047, 0.03, "s", "inbound-rtp"]],
  }[fault.kind] as [string, number | string, number | string | null, string, string][];
  return rows.map(([metric, observed, threshold, unit, source]) => ({
    metric,
    subject,
    observed,
    threshold,
    unit,
    source,
    ...span,
  }));
}

function findingOf(plan: CallPlan, fault: Fault, index: number): Finding {
  const [detector, statement, severity] = STATEMENTS[fault.kind];
  const end = elapsed(plan);
  const opened = plan.startedAt + fault.from * 1000 + 4000;
  const closed = fault.to > end && plan.live ? null : plan.startedAt + Math.min(fault.to, end) * 1000;
  const until = closed ?? Date.now();
  const known = fault.kind !== "path";
  const outbound = fault.kind === "uplink" || fault.kind === "cpu" || fault.kind === "mic";
  const track =
    fault.kind === "mic"
      ? "out_audio"
      : outbound
        ? "out_video"
        : `in${sources(plan, fault.person)[0] ?? 0}_video`;
  const scope = fault.kind === "gap" || fault.kind === "downlink" ? "participant" : "track";
  const subject = scope === "track" ? `${plan.id}_t${fault.person}_${track}` : pid(plan, fault.person);
  return {
    finding_id: `${plan.id}_f${index}`,
    participant_id: pid(plan, fault.person),
    session_id: "",
    connection_id: "",
    track_id: scope === "track" ? subject : "",
    scope,
    subject,
    peer_subject: "",
    detector,
    detector_version: 1,
    severity,
    opened_at: opened,
    closed_at: closed,
    last_seen_at: until,
    close_reason: closed === null ? "" : "recovered",
    confidence: 0.96,
    statement: statement(nameOf(plan, fault.person)),
    cause_segment: SEGMENT_OF[fault.kind],
    cause_participant_id: known ? pid(plan, fault.person) : "",
    cause_confidence: known ? 0.7 + fault.strength * 0.23 : null,
    cause_rule: { uplink: "R1", downlink: "R2", cpu: "R7", mic: "R15", gap: "", path: "R34" }[fault.kind],
    cause_reason: known
      ? ""
      : "direct call, and only one side reported its send side; the far end's statistics would settle it",
    cause_alternatives:
      fault.kind === "uplink" ? { sfu: 0.06 } : known ? {} : { sender_uplink: 0.44, receiver_downlink: 0.38 },
    parent_id: "",
    impact: { impaired_s: Math.round((until - opened) / 1000) },
    remedy: REMEDY[fault.kind],
    evidence: evidence(plan, fault, opened, until),
  };
}

export const findings = (plan: CallPlan): Finding[] =>
  plan.faults.map((fault, index) => findingOf(plan, fault, index));
