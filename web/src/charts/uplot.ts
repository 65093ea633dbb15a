/** Options of a time chart: design tokens, units, finding bands, threshold and the shared crosshair. */
import type uPlot from "uplot";

import { bitrate } from "../lib/format";
import { token } from "../lib/theme.svelte";
import type { Timeline } from "../lib/timeline.svelte";
import type { Finding } from "../lib/types";
import { bandsOf, type Span } from "./bands";
import type { ChartSpec } from "./panels";

interface Wanted {
  spec: ChartSpec;
  timeline: Timeline;
  bands: () => readonly Finding[];
  height: number;
}

/** Axis text, short enough for 44 px. */
export function tick(value: number, unit: string): string {
  if (unit === "bps") return bitrate(value).replace("bit/s", "").replace(" ", "").trim() || "0";
  if (unit === "ratio") return `${Math.round(value * 1000) / 10}%`;
  if (unit === "s") return value < 1 ? `${Math.round(value * 1000)} ms` : `${Math.round(value * 10) / 10} s`;
  return String(Math.round(value * 1000) / 1000);
}

/** Top of the y axis: room above the highest value, and never so close that noise looks like drama. */
export function ceiling(highest: number | null, spec: ChartSpec): number {
  const floor = spec.limit ?? { ratio: 0.05, s: 0.05, bps: 50_000, fps: 15, px: 180 }[spec.unit] ?? 1;
  const small = spec.id === "level" ? 0.05 : floor;
  return Math.max((highest ?? 0) * 1.12, small);
}

function drawSpans(plot: uPlot, spans: readonly Span[], colour: string, fill: number): void {
  const { ctx, bbox } = plot;
  const edge = bbox.left + bbox.width;
  const bar = 3 * devicePixelRatio;
  ctx.save();
  ctx.fillStyle = colour;
  for (const span of spans) {
    const from = Math.max(bbox.left, plot.valToPos(span.from, "x", true));
    const width = Math.max(bar, Math.min(edge, plot.valToPos(span.to, "x", true)) - from);
    if (from > edge || plot.valToPos(span.to, "x", true) < bbox.left) continue;
    ctx.globalAlpha = fill;
    ctx.fillRect(from, bbox.top, width, bbox.height);
    ctx.globalAlpha = 0.85;
    ctx.fillRect(from, bbox.top, width, bar);
  }
  ctx.restore();
}

function drawBands(plot: uPlot, wanted: Wanted): void {
  const { grave, lesser } = bandsOf(wanted.bands());
  drawSpans(plot, lesser, token("--degraded-strip"), 0.07);
  drawSpans(plot, grave, token("--bad-strip"), 0.1);
}

function drawMarks(plot: uPlot, wanted: Wanted): void {
  const { ctx, bbox } = plot;
  const ratio = devicePixelRatio;
  ctx.save();
  ctx.lineWidth = ratio;
  const limit = wanted.spec.limit;
  if (limit !== undefined && limit <= (plot.scales.y?.max ?? 0)) {
    const y = Math.round(plot.valToPos(limit, "y", true));
    ctx.setLineDash([4 * ratio, 4 * ratio]);
    ctx.strokeStyle = token("--text-3");
    stroke(ctx, bbox.left, y, bbox.left + bbox.width, y);
  }
  const pinned = wanted.timeline.pinned;
  if (pinned !== null) {
    const x = Math.round(plot.valToPos(pinned, "x", true));
    ctx.setLineDash([]);
    ctx.strokeStyle = token("--accent");
    if (x >= bbox.left && x <= bbox.left + bbox.width) stroke(ctx, x, bbox.top, x, bbox.top + bbox.height);
  }
  ctx.restore();
}

function stroke(ctx: CanvasRenderingContext2D, x0: number, y0: number, x1: number, y1: number): void {
  ctx.beginPath();
  ctx.moveTo(x0, y0);
  ctx.lineTo(x1, y1);
  ctx.stroke();
}

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const STEPS_MS = [
  ...[1, 2, 5, 10, 15, 30].map((n) => n * SECOND),
  ...[1, 2, 5, 10, 15, 30].map((n) => n * MINUTE),
  ...[1, 2, 4, 6, 12, 24].map((n) => n * HOUR),
];

function axes(spec: ChartSpec): uPlot.Axis[] {
  const shared = {
    stroke: token("--text-3"),
    font: `10px ${getComputedStyle(document.body).fontFamily}`,
    grid: { stroke: token("--grid"), width: 1 },
    ticks: { show: false },
  };
  return [
    { ...shared, size: 22, gap: 5, space: 62, grid: { show: false }, incrs: STEPS_MS },
    {
      ...shared,
      size: 46,
      gap: 4,
      space: 26,
      values: (_plot, splits) => splits.map((value) => tick(value, spec.unit)),
    },
  ];
}

const CLOCK = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", second: "2-digit" });
const CLOCK_SHORT = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" });

function timeText(timeline: Timeline): uPlot.Axis.Values {
  return (plot, splits, _axis, _space, step) =>
    splits.map((at) => {
      // A text that would be cut by the right edge says nothing.
      if (plot.valToPos(at, "x") > plot.bbox.width / devicePixelRatio - 18) return "";
      if (timeline.relative) return minuteText(at - timeline.from);
      return (step < 60_000 ? CLOCK : CLOCK_SHORT).format(at);
    });
}

function minuteText(ms: number): string {
  const seconds = Math.round(ms / 1000);
  return `+${Math.floor(seconds / 60)}:${String(Math.abs(seconds % 60)).padStart(2, "0")}`;
}

/** Values without a neighbour: no line would show them. */
export function isolated(values: ArrayLike<number | null | undefined>): number[] {
  const known = (index: number): boolean => values[index] !== null && values[index] !== undefined;
  return Array.from(values, (_, index) => index).filter(
    (index) => known(index) && !known(index - 1) && !known(index + 1),
  );
}

function lines(spec: ChartSpec, stepped: uPlot.Series.PathBuilder | undefined): uPlot.Series[] {
  return spec.lines.map((item) => ({
    label: item.label || spec.title,
    stroke: token(item.colour),
    width: 1.4,
    spanGaps: false,
    ...(spec.filled ? { fill: `${token(item.colour)}52` } : {}),
    points: { show: true, size: 4, filter: (plot, index) => isolated(plot.data[index] ?? []) },
    ...(spec.stepped && stepped ? { paths: stepped } : {}),
  }));
}

export function chartOptions(wanted: Wanted, stepped?: uPlot.Series.PathBuilder): uPlot.Options {
  const { spec, timeline } = wanted;
  const [x, y] = axes(spec) as [uPlot.Axis, uPlot.Axis];
  let inside = false;
  return {
    width: 320,
    height: wanted.height,
    ms: 1,
    padding: [8, 8, 0, 0],
    legend: { show: false },
    scales: {
      x: { time: true },
      y: { range: (_plot, _min, max) => [0, ceiling(max, spec)] },
    },
    axes: [{ ...x, values: timeText(timeline) }, y],
    series: [{}, ...lines(spec, stepped)],
    cursor: {
      y: false,
      drag: { x: true, y: false, setScale: false, dist: 4 },
      points: { size: 5 },
      bind: {
        mouseenter: (_plot, _target, handler) => (event) => ((inside = true), handler(event)),
        mouseleave: (_plot, _target, handler) => (event) => (
          (inside = false),
          (timeline.hover = null),
          handler(event)
        ),
        click: (plot) => (event) => (timeline.pin(plot.posToVal(event.offsetX, "x")), null),
      },
    },
    hooks: {
      drawClear: [(plot) => drawBands(plot, wanted)],
      draw: [(plot) => drawMarks(plot, wanted)],
      setCursor: [
        (plot) =>
          inside &&
          (plot.cursor.left ?? -1) >= 0 &&
          (timeline.hover = plot.posToVal(plot.cursor.left ?? 0, "x")),
      ],
      setSelect: [
        (plot) => {
          const { left, width } = plot.select;
          if (width < 4) return;
          timeline.zoom(plot.posToVal(left, "x"), plot.posToVal(left + width, "x"));
          plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
        },
      ],
    },
  };
}
