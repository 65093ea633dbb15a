/**
 * The server's event stream: one connection for the page, listeners for calls, findings and participants.
 * Says how fresh it is; a lost stream is tried again with growing pauses and never hidden.
 */

export interface LiveMessage {
  kind: "call" | "finding" | "participant";
  call_id: string;
  app_id: string;
  revision: number;
}

type Listener = (message: LiveMessage) => void;
export type LiveState = "off" | "connecting" | "open" | "lost";

const KINDS = ["call", "finding", "participant"] as const;

class Live {
  state = $state<LiveState>("off");
  retryAt = $state<number | null>(null);
  private source: EventSource | null = null;
  private timer = 0;
  private failures = 0;
  private readonly listeners = new Set<Listener>();

  start(): void {
    if (this.source) return;
    this.state = this.failures ? "lost" : "connecting";
    const source = new EventSource("/api/v1/live");
    this.source = source;
    source.onopen = () => {
      this.failures = 0;
      this.retryAt = null;
      this.state = "open";
    };
    source.onerror = () => this.again();
    for (const kind of KINDS) source.addEventListener(kind, (event) => this.tell(kind, event.data as string));
  }

  stop(): void {
    clearTimeout(this.timer);
    this.source?.close();
    this.source = null;
    this.state = "off";
  }

  listen(listener: Listener): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  private again(): void {
    this.source?.close();
    this.source = null;
    this.state = "lost";
    const pause = Math.min(30_000, 1000 * 2 ** this.failures);
    this.failures += 1;
    this.retryAt = Date.now() + pause;
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => this.start(), pause);
  }

  private tell(kind: LiveMessage["kind"], text: string): void {
    let body: Partial<LiveMessage>;
    try {
      body = JSON.parse(text) as Partial<LiveMessage>;
    } catch {
      return;
    }
    const message = {
      kind,
      call_id: body.call_id ?? "",
      app_id: body.app_id ?? "",
      revision: body.revision ?? 0,
    };
    for (const listener of this.listeners) listener(message);
  }
}

export const live = new Live();

/** Runs `action` at most once per `ms`, the last request never lost. */
export function throttle(action: () => void, ms: number): { (): void; cancel(): void } {
  let timer = 0;
  let last = -Infinity;
  const run = (): void => {
    timer = 0;
    last = performance.now();
    action();
  };
  const call = (): void => {
    if (timer) return;
    timer = window.setTimeout(run, Math.max(0, last + ms - performance.now()));
  };
  return Object.assign(call, { cancel: () => clearTimeout(timer) });
}
