/** Pointer on a time surface: moving hovers, clicking pins, dragging zooms. Used by lanes; a Svelte action. */
import type { Timeline } from "../../lib/timeline.svelte";

export interface GestureOptions {
  timeline: Timeline;
  onpoint?: (over: boolean) => void;
}

const DRAG = 5;

export function gestures(
  node: HTMLElement,
  initial: GestureOptions,
): { update(options: GestureOptions): void; destroy(): void } {
  let options = initial;
  let start: { x: number; at: number } | null = null;
  const box = document.createElement("div");
  box.className = "time-brush";

  const at = (event: PointerEvent): number => {
    const rect = node.getBoundingClientRect();
    const { from, to } = options.timeline.window;
    return from + (Math.min(rect.width, Math.max(0, event.clientX - rect.left)) / rect.width) * (to - from);
  };

  const show = (from: number, to: number): void => {
    const rect = node.getBoundingClientRect();
    box.style.left = `${Math.min(from, to) - rect.left}px`;
    box.style.width = `${Math.abs(to - from)}px`;
    if (!box.isConnected) node.append(box);
  };

  const move = (event: PointerEvent): void => {
    options.timeline.hover = at(event);
    if (start && Math.abs(event.clientX - start.x) > DRAG) show(start.x, event.clientX);
  };
  const down = (event: PointerEvent): void => {
    if (event.button !== 0 || event.pointerType === "touch") return;
    start = { x: event.clientX, at: at(event) };
    node.setPointerCapture(event.pointerId);
  };
  const up = (event: PointerEvent): void => {
    box.remove();
    if (start && Math.abs(event.clientX - start.x) > DRAG) options.timeline.zoom(start.at, at(event));
    else if (start || event.pointerType === "touch") options.timeline.pin(at(event));
    start = null;
  };
  const leave = (): void => {
    options.timeline.hover = null;
    options.onpoint?.(false);
  };
  const enter = (): void => options.onpoint?.(true);
  const cancel = (): void => {
    start = null;
    box.remove();
  };

  const listeners: [string, (event: PointerEvent) => void][] = [
    ["pointermove", move],
    ["pointerdown", down],
    ["pointerup", up],
    ["pointerleave", leave],
    ["pointerenter", enter],
    ["pointercancel", cancel],
  ];
  for (const [name, run] of listeners) node.addEventListener(name, run as EventListener);
  return {
    update: (next) => (options = next),
    destroy: () => {
      for (const [name, run] of listeners) node.removeEventListener(name, run as EventListener);
      box.remove();
    },
  };
}
