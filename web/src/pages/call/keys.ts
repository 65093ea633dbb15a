/** Keys of the call page: scrubbing, walking the findings, setting the window. */
import type { Shortcut } from "../../lib/shortcuts.svelte";
import type { Timeline } from "../../lib/timeline.svelte";
import type { Finding } from "../../lib/types";

interface Walk {
  findings: () => readonly Finding[];
  opened: () => string;
  open: (finding: Finding | null) => void;
}

/** The finding after (`step` 1) or before the opened one in order of time; none when there is none to go to. */
export function neighbour(findings: readonly Finding[], opened: string, step: 1 | -1): Finding | null {
  const ordered = [...findings].sort((a, b) => a.opened_at - b.opened_at);
  const index = ordered.findIndex((finding) => finding.finding_id === opened);
  if (index < 0) return ordered.at(step === 1 ? 0 : -1) ?? null;
  return ordered[index + step] ?? null;
}

function edge(timeline: Timeline, which: "from" | "to"): void {
  const at = timeline.pinned ?? timeline.hover;
  if (at === null) return;
  const { from, to } = timeline.window;
  if (which === "from" && at < to) timeline.zoom(at, to);
  if (which === "to" && at > from) timeline.zoom(from, at);
}

function zoomIn(timeline: Timeline): void {
  const { from, to } = timeline.window;
  const middle = timeline.pinned ?? (from + to) / 2;
  timeline.zoom(middle - (to - from) / 4, middle + (to - from) / 4);
}

export function callKeys(timeline: Timeline, walk: Walk): Shortcut[] {
  const scrub = (keys: string, label: string, ms: number): Shortcut => ({
    keys,
    label,
    run: () => timeline.scrub(ms),
  });
  const finding = (keys: string, label: string, step: 1 | -1): Shortcut => ({
    keys,
    label,
    run: () => {
      const found = neighbour(walk.findings(), walk.opened(), step);
      if (found) walk.open(found);
    },
  });
  return [
    scrub("ArrowLeft", "1 s back", -1000),
    scrub("ArrowRight", "1 s on", 1000),
    scrub("Shift+ArrowLeft", "10 s back", -10_000),
    scrub("Shift+ArrowRight", "10 s on", 10_000),
    finding(",", "Previous finding", -1),
    finding(".", "Next finding", 1),
    { keys: "[", label: "Window starts here", run: () => edge(timeline, "from") },
    { keys: "]", label: "Window ends here", run: () => edge(timeline, "to") },
    { keys: "z", label: "Zoom in", run: () => zoomIn(timeline) },
    { keys: "Shift+z", label: "Whole call", run: () => timeline.zoomOut() },
    { keys: "v", label: "Follow the live edge", run: () => timeline.zoomOut() },
    {
      keys: "a",
      label: "Clock time or time since start",
      run: () => (timeline.relative = !timeline.relative),
    },
    { keys: "d", label: "Charts as tables", run: () => (timeline.table = !timeline.table) },
    { keys: "Escape", label: "Unpin, close the finding", run: () => (timeline.pin(null), walk.open(null)) },
  ];
}
