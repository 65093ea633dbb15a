/**
 * The one clock of a call page: span of the call, visible window, pinned moment, hovered moment.
 *
 * Every panel reads it, every gesture writes it. All times in ms since the epoch. The address follows a moment later
 * (`w`, `t`), because a brush moves faster than a history should.
 */
import { setQuery } from "./router.svelte";
import { parseWindow } from "./window";

const MIN_WINDOW = 2000;

export class Timeline {
  from = $state(0);
  to = $state(1);
  /** Chosen window; null shows the whole call and follows its live edge. */
  chosen = $state.raw<{ from: number; to: number } | null>(null);
  pinned = $state<number | null>(null);
  hover = $state<number | null>(null);
  relative = $state(false);
  table = $state(false);

  window = $derived(this.chosen ?? { from: this.from, to: this.to });
  zoomed = $derived(this.chosen !== null);
  /** The moment that values are read at: hovered, else pinned. */
  moment = $derived(this.hover ?? this.pinned);

  /** The window as it was when it last stood still: for texts and sums that need not follow every frame of a brush. */
  resting = $state.raw({ from: 0, to: 1 });

  private timer = 0;
  private rest = 0;
  private written = "";

  span(from: number, to: number): void {
    this.from = from;
    this.to = Math.max(to, from + MIN_WINDOW);
    this.settle();
  }

  private settle(): void {
    clearTimeout(this.rest);
    this.rest = window.setTimeout(() => (this.resting = this.window), 120);
  }

  zoom(from: number, to: number): void {
    const length = Math.max(MIN_WINDOW, Math.abs(to - from));
    const start = Math.min(Math.max(Math.min(from, to), this.from), Math.max(this.from, this.to - length));
    const end = Math.min(this.to, start + length);
    this.chosen = start <= this.from && end >= this.to ? null : { from: start, to: end };
    this.write();
  }

  zoomOut(): void {
    this.chosen = null;
    this.write();
  }

  pin(at: number | null): void {
    this.pinned = at === null ? null : Math.min(this.to, Math.max(this.from, at));
    if (this.pinned !== null && this.chosen) this.reveal(this.pinned);
    this.write();
  }

  /** Moves the pinned moment by `ms`; the first step starts at the window's middle. */
  scrub(ms: number): void {
    const { from, to } = this.window;
    this.pin((this.pinned ?? (from + to) / 2) + ms);
  }

  /** Shifts the window, unchanged in length, until it contains `at`. */
  private reveal(at: number): void {
    const { from, to } = this.window;
    if (at >= from && at <= to) return;
    const half = (to - from) / 2;
    this.zoom(at - half, at + half);
  }

  private write(): void {
    this.settle();
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => {
      const w = this.chosen ? `${Math.round(this.chosen.from)}-${Math.round(this.chosen.to)}` : null;
      const t = this.pinned === null ? null : Math.round(this.pinned);
      this.written = `${w ?? ""}|${t ?? ""}`;
      setQuery({ w, t });
    }, 250);
  }

  /** Takes over what the address says, unless the address only repeats what was written. */
  read(query: URLSearchParams): void {
    const w = query.get("w");
    const t = query.get("t");
    if (`${w ?? ""}|${t ?? ""}` === this.written) return;
    this.written = `${w ?? ""}|${t ?? ""}`;
    this.chosen = parseWindow(w);
    this.settle();
    this.pinned = t !== null && Number(t) > 0 ? Number(t) : null;
  }

  stop(): void {
    clearTimeout(this.timer);
    clearTimeout(this.rest);
  }
}
