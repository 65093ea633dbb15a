/** A handful of detectors, tables and counters for pages that show catalogues. */
import type { Detector, Ingest, Reports, SqlTable } from "../src/lib/types";
import { seeded } from "./random";
import { NOW } from "./world";

const detector = (
  id: string,
  scope: string,
  severity: Detector["severity"],
  title: string,
  statement: string,
  opens: string,
): Detector => ({
  id,
  scope,
  severity,
  title,
  statement,
  opens,
  closes: "Below two thirds of the opening threshold for 10 s.",
  remedy: {
    person: "Move closer to the access point or use a cable.",
    operator: "Lower the top layer for this user, enable RED or FEC for audio.",
  },
  thresholds: [{ name: "loss_ratio", default: 0.05, unit: "ratio", range: [0.02, 0.15] }],
});

export const DETECTORS: Detector[] = [
  detector(
    "out_loss_high",
    "track",
    "medium",
    "Outbound loss high",
    "The far end reports that packets this sender sent are missing.",
    "Loss above 5 % for 8 of 10 s of covered media.",
  ),
  detector(
    "in_loss_high",
    "track",
    "medium",
    "Inbound loss high",
    "Packets were lost on the way to this receiver.",
    "Loss above 5 % for 8 of 10 s of covered media.",
  ),
  detector(
    "in_jitter_high",
    "track",
    "low",
    "Inbound jitter high",
    "Packets arrived at irregular intervals.",
    "Jitter above 30 ms for 8 of 10 s.",
  ),
  detector(
    "encoder_overloaded",
    "track",
    "medium",
    "Encoder overloaded",
    "Encoding took more time than there was.",
    "Encode time above 0.8 of real time for 8 of 10 s.",
  ),
  detector(
    "microphone_silent",
    "track",
    "high",
    "Microphone silent",
    "The microphone delivers silence while live and unmuted.",
    "RMS at or below 0.001 for 30 s.",
  ),
  detector(
    "video_freeze",
    "track",
    "medium",
    "Video freezes",
    "The picture stood still.",
    "A freeze of 1 s, or 30 % of 15 s frozen.",
  ),
  detector(
    "ice_failed",
    "connection",
    "high",
    "ICE failed",
    "No path between the two ends was found.",
    "iceConnectionState becomes failed.",
  ),
  detector(
    "telemetry_gap",
    "participant",
    "info",
    "Telemetry gap",
    "No samples arrived for longer than expected.",
    "No sample for three intervals.",
  ),
  detector(
    "media_access_denied",
    "participant",
    "high",
    "Media access denied",
    "The browser or the person refused camera or microphone.",
    "getUserMedia rejects with NotAllowedError.",
  ),
];

const column = (name: string, type: string, description = ""): SqlTable["columns"][number] => ({
  name,
  type,
  description,
});
const IDS = [column("app_id", "String"), column("call_id", "String"), column("participant_id", "String")];
const AT = column("at", "DateTime64(3, 'UTC')", "Time of the sample on the server's clock");

export const TABLES: SqlTable[] = [
  {
    name: "calls",
    description: "One row per call.",
    columns: [
      ...IDS.slice(0, 2),
      column("name", "String"),
      column("started_at", "DateTime64(3, 'UTC')"),
      column("verdict", "LowCardinality(String)"),
      column("impaired_s", "Nullable(Float64)", "Impaired participant-seconds"),
    ],
  },
  {
    name: "findings",
    description: "Intervals in which something was wrong, with cause.",
    columns: [
      ...IDS,
      column("detector", "LowCardinality(String)"),
      column("severity", "LowCardinality(String)"),
      column("cause_segment", "LowCardinality(String)"),
    ],
  },
  {
    name: "inbound_rtp",
    description: "RTCInboundRtpStreamStats, one row per report.",
    columns: [
      ...IDS,
      AT,
      column("packetsReceived", "Nullable(Int64)", "Total RTP packets received"),
      column("packetsLost", "Nullable(Int64)", "Total RTP packets lost"),
      column("jitter", "Nullable(Float64)", "Packet jitter in seconds"),
      column("totalFreezesDuration", "Nullable(Float64)", "Seconds of rendered freezes"),
    ],
  },
  {
    name: "outbound_rtp",
    description: "RTCOutboundRtpStreamStats, one row per report.",
    columns: [
      ...IDS,
      AT,
      column("packetsSent", "Nullable(Int64)"),
      column("bytesSent", "Nullable(Int64)"),
      column("qualityLimitationReason", "LowCardinality(String)"),
    ],
  },
  {
    name: "candidate_pair",
    description: "RTCIceCandidatePairStats.",
    columns: [
      ...IDS,
      AT,
      column("currentRoundTripTime", "Nullable(Float64)"),
      column("availableOutgoingBitrate", "Nullable(Float64)"),
    ],
  },
  {
    name: "track_slices",
    description: "Derived metrics, about 5 s each.",
    columns: [
      ...IDS,
      AT,
      column("loss_ratio", "Nullable(Float64)"),
      column("verdict", "LowCardinality(String)"),
    ],
  },
];

export const INGEST: Ingest = {
  formats: [
    { format: "peermetrics", batches: 48_210, events: 1_204_221, samples: 964_200, last_at: NOW - 1400 },
    { format: "observertc", batches: 21_884, events: 702_100, samples: 655_090, last_at: NOW - 900 },
    { format: "rtcstats", batches: 9_120, events: 388_000, samples: 201_444, last_at: NOW - 3_900_000 },
  ],
  refusals: [
    {
      code: "unknown_key",
      format: "peermetrics",
      count: 412,
      last_at: NOW - 61_000,
      message: "No app has this key.",
      hint: "Compare the key with Settings › Apps.",
    },
    {
      code: "bad_json",
      format: "observertc",
      count: 7,
      last_at: NOW - 7_200_000,
      message: "The frame is not valid JSON.",
      hint: "A proxy may cut long frames; check its body limit.",
    },
    {
      code: "too_large",
      format: "rtcstats",
      count: 2,
      last_at: NOW - 86_400_000,
      message: "The frame exceeds 4 MiB.",
      hint: "Raise the limit, or lower the client's batch size.",
    },
  ],
  recent: [
    {
      received_at: NOW - 61_000,
      code: "unknown_key",
      format: "peermetrics",
      detail: "POST /v1/initialize",
      size: 402,
    },
    {
      received_at: NOW - 64_000,
      code: "unknown_key",
      format: "peermetrics",
      detail: "POST /v1/initialize",
      size: 402,
    },
    {
      received_at: NOW - 7_200_000,
      code: "bad_json",
      format: "observertc",
      detail: "unexpected end at byte 65535",
      size: 65_535,
    },
  ],
};

/** Counters of one getStats report at `at`; they grow with time so that differences make sense. */
export function reports(connection: string, at: number): Reports {
  const seconds = Math.floor(at / 1000) % 100_000;
  const random = seeded(seconds);
  return {
    at,
    reports: {
      inbound_rtp: [
        {
          id: "IT01A",
          kind: "audio",
          ssrc: 4123412,
          packetsReceived: seconds * 50,
          packetsLost: Math.floor(seconds / 9),
          jitter: 0.004 + random() * 0.01,
          totalSamplesReceived: seconds * 48_000,
          concealedSamples: seconds * 31,
        },
        {
          id: "IT01V",
          kind: "video",
          ssrc: 99112,
          packetsReceived: seconds * 210,
          packetsLost: Math.floor(seconds / 4),
          jitter: 0.011,
          framesDecoded: seconds * 30,
          freezeCount: 3,
          totalFreezesDuration: 4.21,
          frameWidth: 1280,
          frameHeight: 720,
        },
      ],
      outbound_rtp: [
        {
          id: "OT01V",
          kind: "video",
          packetsSent: seconds * 205,
          bytesSent: seconds * 231_000,
          framesEncoded: seconds * 30,
          qualityLimitationReason: "none",
          qualityLimitationDurations: { none: 812.1, cpu: 0, bandwidth: 44.2, other: 0 },
        },
      ],
      candidate_pair: [
        {
          id: `CP-${connection}`,
          state: "succeeded",
          nominated: true,
          currentRoundTripTime: 0.041,
          availableOutgoingBitrate: 2_400_000,
        },
      ],
    },
  };
}
