/** Which charts a track or a connection gets: metric columns, units and plain definitions, in order of usefulness. */
import type { Columns } from "../lib/types";
import { humanise } from "../lib/words";

export interface Line {
  column: string;
  label: string;
  colour: string;
}

export interface ChartSpec {
  id: string;
  title: string;
  unit: string;
  lines: Line[];
  definition: string;
  stepped?: boolean;
  /** Areas instead of lines: shares of a whole. */
  filled?: boolean;
  /** Default opening threshold of the matching detector, in the chart's unit. */
  limit?: number;
}

const line = (column: string, label = "", colour = "--series-1"): Line => ({ column, label, colour });

const BITRATE: ChartSpec = {
  id: "bitrate",
  title: "Bit rate",
  unit: "bps",
  lines: [line("bitrate_bps", "measured"), line("target_bps", "target", "--series-6")],
  definition: "Payload bits per second over the slice; target is what the encoder aims at.",
};
const LOSS: ChartSpec = {
  id: "loss",
  title: "Packet loss",
  unit: "ratio",
  lines: [line("loss_ratio")],
  definition: "Packets lost ÷ packets expected in the slice. Outbound: as the far end reports it.",
  limit: 0.05,
};
const RTT: ChartSpec = {
  id: "rtt",
  title: "Round trip time",
  unit: "s",
  lines: [line("rtt_s")],
  definition: "Round trip as RTCP or ICE measures it.",
  limit: 0.3,
};
const JITTER: ChartSpec = {
  id: "jitter",
  title: "Jitter",
  unit: "s",
  lines: [line("jitter_s")],
  definition: "Interarrival jitter of RFC 3550.",
  limit: 0.03,
};
const BUFFER: ChartSpec = {
  id: "buffer",
  title: "Jitter buffer delay",
  unit: "s",
  lines: [line("jb_delay_s")],
  definition: "Mean time a packet waits before it is played.",
};
const LEVEL: ChartSpec = {
  id: "level",
  title: "Audio level",
  unit: "",
  lines: [line("audio_rms", "RMS")],
  definition: "Root mean square of the signal, 0 to 1.",
};
const CONCEALMENT: ChartSpec = {
  id: "concealment",
  title: "Concealment",
  unit: "ratio",
  lines: [line("audible_concealment_ratio", "audible"), line("concealment_ratio", "all", "--series-6")],
  definition: "Share of samples the decoder had to invent; audible leaves silence out.",
  limit: 0.03,
};
const STRETCH: ChartSpec = {
  id: "stretch",
  title: "Stretched speech",
  unit: "ratio",
  lines: [line("stretch_ratio")],
  definition: "Samples inserted or removed to adapt the buffer.",
  limit: 0.05,
};
const MOS: ChartSpec = {
  id: "mos",
  title: "Estimated MOS",
  unit: "",
  lines: [line("audio_mos", "audio"), line("video_mos", "video", "--series-2")],
  definition: "Mean opinion score estimated by a model; secondary to impaired seconds.",
};
const FPS: ChartSpec = {
  id: "fps",
  title: "Frame rate",
  unit: "fps",
  lines: [line("fps", "shown"), line("fps_harmonic", "harmonic", "--series-6")],
  definition: "Frames per second; harmonic weighs the slow moments.",
};
const FPS_SENT: ChartSpec = {
  id: "fps",
  title: "Frame rate",
  unit: "fps",
  lines: [line("fps", "sent"), line("fps_source", "captured", "--series-3")],
  definition: "Frames per second sent, and captured by the camera.",
};
const FREEZE: ChartSpec = {
  id: "freeze",
  title: "Frozen share",
  unit: "ratio",
  lines: [line("freeze_ratio")],
  definition: "Share of the slice in which the picture stood still.",
  limit: 0.3,
};
const SIZE: ChartSpec = {
  id: "size",
  title: "Frame height",
  unit: "px",
  lines: [line("height_px")],
  stepped: true,
  definition: "Height of the frames in pixels.",
};
const LIMITED: ChartSpec = {
  id: "limited",
  title: "Quality limited by",
  unit: "ratio",
  stepped: true,
  filled: true,
  lines: [
    line("limited_cpu_ratio", "CPU", "--series-2"),
    line("limited_bandwidth_ratio", "bandwidth", "--series-3"),
    line("limited_other_ratio", "other", "--series-6"),
  ],
  definition: "Share of the slice in which the encoder was held back, by reason.",
};
const QP: ChartSpec = {
  id: "qp",
  title: "Quantiser (QP)",
  unit: "",
  lines: [line("qp_mean")],
  definition: "Mean quantisation parameter per frame; higher is blurrier, scale depends on the codec.",
};
const LOAD: ChartSpec = {
  id: "load",
  title: "Codec load",
  unit: "ratio",
  lines: [line("codec_load")],
  definition: "Seconds of encoding or decoding per second of time.",
  limit: 0.8,
};
const REPAIR: ChartSpec = {
  id: "repair",
  title: "Repair requests",
  unit: "",
  lines: [line("nack_per_s", "NACK per s"), line("pli_per_min", "PLI per min", "--series-2")],
  definition: "Retransmission and key frame requests.",
};
const DROPS: ChartSpec = {
  id: "drops",
  title: "Dropped frames",
  unit: "ratio",
  lines: [line("drop_ratio")],
  definition: "Frames received but not shown.",
};
const PACER: ChartSpec = {
  id: "pacer",
  title: "Send queue delay",
  unit: "s",
  lines: [line("pacer_s")],
  definition: "Mean time a packet waits in the pacer before it is sent.",
  limit: 0.02,
};
const RTX: ChartSpec = {
  id: "rtx",
  title: "Retransmitted",
  unit: "ratio",
  lines: [line("rtx_ratio")],
  definition: "Retransmitted bytes ÷ bytes sent.",
};

const SPECS: Record<string, ChartSpec[]> = {
  "inbound audio": [BITRATE, LOSS, JITTER, CONCEALMENT, LEVEL, BUFFER, RTT, STRETCH, MOS],
  "inbound video": [BITRATE, LOSS, JITTER, FPS, FREEZE, SIZE, BUFFER, RTT, REPAIR, LOAD, DROPS, QP, MOS],
  "outbound audio": [BITRATE, LOSS, RTT, LEVEL, JITTER, PACER, RTX],
  "outbound video": [BITRATE, LOSS, RTT, FPS_SENT, LIMITED, SIZE, PACER, QP, REPAIR, LOAD, JITTER, RTX],
  connection: [
    {
      id: "c-rtt",
      title: "Round trip time",
      unit: "s",
      lines: [
        line("rtt_ice_s", "ICE"),
        line("rtt_rtcp_s", "RTCP", "--series-2"),
        line("rtt_s", "best", "--series-6"),
      ],
      definition: "By ICE checks on the selected pair and by RTCP reports.",
      limit: 0.3,
    },
    {
      id: "c-rate",
      title: "Bit rate and estimate",
      unit: "bps",
      lines: [
        line("bitrate_out_bps", "sent"),
        line("bitrate_in_bps", "received", "--series-2"),
        line("bwe_out_bps", "estimate", "--series-6"),
      ],
      definition: "Bytes of the selected pair, and the available outgoing bit rate the sender estimates.",
    },
    {
      id: "c-loss",
      title: "Loss, both ways",
      unit: "ratio",
      lines: [line("loss_in_ratio", "in"), line("loss_out_ratio", "out", "--series-2")],
      definition: "Packets lost ÷ expected over all tracks of the connection.",
      limit: 0.05,
    },
    {
      id: "c-cpu",
      title: "CPU pressure",
      unit: "",
      lines: [line("cpu_pressure")],
      definition: "As the compute pressure API reports it.",
    },
  ],
};

export interface Split {
  drawn: ChartSpec[];
  missing: ChartSpec[];
}

/** Charts for a kind of subject, parted into those with any value and those this browser or direction never delivers. */
export function chartsFor(subject: string, columns: Columns | undefined): Split {
  const known = (column: string): boolean => Boolean(columns?.[column]?.some((value) => value !== null));
  const split: Split = { drawn: [], missing: [] };
  for (const spec of SPECS[subject] ?? []) {
    const lines = spec.lines.filter((item) => known(item.column));
    if (lines.length) split.drawn.push({ ...spec, lines });
    else split.missing.push(spec);
  }
  return split;
}

const SUFFIXES: [RegExp, string][] = [
  [/_ratio$/, "ratio"],
  [/_bps$/, "bps"],
  [/_s$/, "s"],
  [/_ms$/, "ms"],
  [/_px$/, "px"],
  [/^fps|_fps$/, "fps"],
];

/** Title and unit of a metric, for evidence rows: as its chart says, else read from its name. */
export function metricWords(metric: string): { title: string; unit: string } {
  for (const spec of Object.values(SPECS).flat()) {
    const found = spec.lines.find((item) => item.column === metric);
    if (found) {
      const line = spec.lines.length > 1 && found.label ? `, ${found.label}` : "";
      return { title: spec.title + line, unit: spec.unit };
    }
  }
  const suffix = SUFFIXES.find(([pattern]) => pattern.test(metric));
  const name = suffix ? metric.replace(/_(ratio|bps|s|ms|px)$/, "") : metric;
  return { title: humanise(name), unit: suffix?.[1] ?? "" };
}
