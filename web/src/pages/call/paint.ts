/** Paints lanes and strips on a canvas. Enters: runs and marks in time. Leaves: pixels; hatching for what is unknown. */
import { token } from "../../lib/theme.svelte";
import type { CallEvent, Finding, Verdict } from "../../lib/types";
import { severityRank } from "../../lib/words";
import { glyphOf, type Glyph } from "./glyph";
import type { Lane, Run } from "./lanes";

export interface View {
  from: number;
  to: number;
  width: number;
}

export interface Colours {
  good: string;
  degraded: string;
  bad: string;
  idle: string;
  unknown: string;
  hatch: string;
  presence: string;
  text: string;
  accent: string;
  ground: string;
}

export function colours(): Colours {
  return {
    good: token("--good-strip"),
    degraded: token("--degraded-strip"),
    bad: token("--bad-strip"),
    idle: token("--line"),
    unknown: token("--unknown-soft"),
    hatch: token("--hatch"),
    presence: token("--line-strong"),
    text: token("--text-2"),
    accent: token("--accent"),
    ground: token("--surface"),
  };
}

export const toX = (view: View, at: number): number =>
  ((at - view.from) / (view.to - view.from)) * view.width;

/** Sizes a canvas to its box in device pixels and returns a context that draws in CSS pixels. */
export function prepare(
  canvas: HTMLCanvasElement,
  width: number,
  height: number,
): CanvasRenderingContext2D | null {
  const ratio = devicePixelRatio || 1;
  const wide = Math.round(width * ratio);
  const high = Math.round(height * ratio);
  if (canvas.width !== wide || canvas.height !== high) {
    canvas.width = wide;
    canvas.height = high;
  }
  const context = canvas.getContext("2d");
  context?.setTransform(ratio, 0, 0, ratio, 0, 0);
  context?.clearRect(0, 0, width, height);
  return context;
}

const tiles = new Map<string, CanvasPattern>();

function hatch(context: CanvasRenderingContext2D, colour: Colours): CanvasPattern | string {
  const key = colour.unknown + colour.hatch;
  const known = tiles.get(key);
  if (known) return known;
  const tile = document.createElement("canvas");
  tile.width = tile.height = 6;
  const inner = tile.getContext("2d");
  if (!inner) return colour.hatch;
  inner.fillStyle = colour.unknown;
  inner.fillRect(0, 0, 6, 6);
  inner.strokeStyle = colour.hatch;
  inner.lineWidth = 1.6;
  for (const shift of [-6, 0, 6]) {
    inner.beginPath();
    inner.moveTo(shift, 6);
    inner.lineTo(shift + 6, 0);
    inner.stroke();
  }
  const pattern = context.createPattern(tile, "repeat");
  if (pattern) tiles.set(key, pattern);
  return pattern ?? colour.hatch;
}

/** Share of the row's height a verdict takes, so that colour is never the only sign. */
const TALL: Record<Verdict, number> = { bad: 1, degraded: 0.8, good: 0.55, unknown: 0.55, idle: 0.25 };

export function paintRuns(
  context: CanvasRenderingContext2D,
  view: View,
  runs: readonly Run[],
  colour: Colours,
  top: number,
  height: number,
): void {
  const pattern = hatch(context, colour);
  for (const run of runs) {
    // Whole pixels: neighbours share an edge instead of leaving a hairline between them.
    const x = Math.round(toX(view, run.from));
    const end = Math.round(toX(view, run.to));
    if (end < 0 || x > view.width) continue;
    const tall = height * TALL[run.verdict];
    context.fillStyle = run.verdict === "unknown" ? pattern : colour[run.verdict];
    context.fillRect(
      Math.max(0, x),
      top + height - tall,
      Math.max(1, Math.min(view.width, end) - Math.max(0, x)),
      tall,
    );
  }
}

export function paintFindings(
  context: CanvasRenderingContext2D,
  view: View,
  findings: readonly Finding[],
  colour: Colours,
  top: number,
): void {
  for (const finding of findings) {
    const x = toX(view, finding.opened_at);
    const end = toX(view, finding.closed_at ?? Math.max(finding.last_seen_at, finding.opened_at));
    if (end < 0 || x > view.width) continue;
    context.fillStyle =
      severityRank(finding.severity) >= 3
        ? colour.bad
        : severityRank(finding.severity) >= 1
          ? colour.degraded
          : colour.presence;
    context.fillRect(Math.max(0, x), top, Math.max(3, Math.min(view.width, end) - Math.max(0, x)), 3);
  }
}

const SHAPES: Record<Glyph, (context: CanvasRenderingContext2D, x: number, y: number) => void> = {
  in: (context, x, y) =>
    polygon(context, [
      [x, y - 4],
      [x + 6, y],
      [x, y + 4],
    ]),
  out: (context, x, y) =>
    polygon(context, [
      [x, y - 4],
      [x - 6, y],
      [x, y + 4],
    ]),
  mute: (context, x, y) => context.fillRect(x - 1, y - 4, 2, 8),
  restart: (context, x, y) =>
    polygon(context, [
      [x, y - 4.5],
      [x + 4.5, y],
      [x, y + 4.5],
      [x - 4.5, y],
    ]),
  dot: (context, x, y) => {
    context.beginPath();
    context.arc(x, y, 1.8, 0, 2 * Math.PI);
    context.fill();
  },
};

function polygon(context: CanvasRenderingContext2D, points: [number, number][]): void {
  context.beginPath();
  for (const [x, y] of points) context.lineTo(x, y);
  context.closePath();
  context.fill();
}

export function paintEvents(
  context: CanvasRenderingContext2D,
  view: View,
  events: readonly CallEvent[],
  colour: Colours,
  y: number,
): void {
  let lastX = -Infinity;
  for (const event of events) {
    const x = toX(view, event.at);
    const glyph = glyphOf(event);
    if (x < -6 || x > view.width + 6) continue;
    // Dots closer than 3 px say nothing more than one dot.
    if (glyph === "dot" && x - lastX < 3) continue;
    lastX = x;
    context.fillStyle = glyph === "restart" ? colour.bad : colour.text;
    SHAPES[glyph](context, x, y);
  }
}

export const LANE_HEIGHT = 40;

export function paintLane(canvas: HTMLCanvasElement, lane: Lane, view: View, dim: boolean): void {
  const context = prepare(canvas, view.width, LANE_HEIGHT);
  if (!context) return;
  const colour = colours();
  context.globalAlpha = dim ? 0.35 : 1;
  context.fillStyle = colour.presence;
  for (const session of lane.sessions) {
    const x = Math.max(0, toX(view, session.started_at));
    const end = Math.min(view.width, toX(view, session.ended_at ?? session.last_seen_at));
    if (end > x) context.fillRect(x, 8, end - x, 1);
  }
  paintRuns(context, view, lane.runs, colour, 14, 17);
  paintFindings(context, view, lane.findings, colour, 34);
  paintEvents(context, view, lane.events, colour, 8.5);
}
