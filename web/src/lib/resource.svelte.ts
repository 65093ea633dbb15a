/**
 * Data of one panel over time: loading, there, refreshing, failed. Older data stays while newer is fetched, answers
 * that arrive late for an earlier question are dropped.
 */
import { ApiError } from "./api";

export class Resource<T> {
  data = $state.raw<T | null>(null);
  error = $state.raw<ApiError | null>(null);
  loading = $state(false);
  at = $state<number | null>(null);
  private controller: AbortController | null = null;
  private key = "";

  constructor(private readonly fetcher: (signal: AbortSignal) => Promise<T>) {}

  /** Asks again. A changed `key` means another subject: what is shown of the old one goes away. */
  async load(key = ""): Promise<void> {
    if (key !== this.key) {
      this.key = key;
      this.data = null;
    }
    this.controller?.abort();
    const controller = new AbortController();
    this.controller = controller;
    this.loading = true;
    try {
      const data = await this.fetcher(controller.signal);
      if (controller.signal.aborted) return;
      this.data = data;
      this.error = null;
      this.at = Date.now();
    } catch (error) {
      if (controller.signal.aborted) return;
      this.error = asApiError(error);
    } finally {
      if (this.controller === controller) this.loading = false;
    }
  }

  stop(): void {
    this.controller?.abort();
  }
}

export function asApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  const text = error instanceof Error ? error.message : String(error);
  return new ApiError(0, "unexpected", "The answer could not be read.", text);
}
