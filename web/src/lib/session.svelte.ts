/** Who is signed in and which app is looked at; the clock that ages are measured against. */
import { ApiError, get } from "./api";
import { asApiError } from "./resource.svelte";
import { route } from "./router.svelte";
import type { App, Me } from "./types";

export type Gate = "loading" | "setup" | "signed-out" | "ready" | "error";

class Session {
  gate = $state<Gate>("loading");
  me = $state.raw<Me | null>(null);
  error = $state.raw<ApiError | null>(null);
  now = $state(Date.now());

  apps = $derived(this.me?.apps ?? []);
  /** The chosen app, or null for all of them. */
  app = $derived<App | null>(this.apps.find((app) => app.id === route.query.get("app")) ?? null);

  async load(): Promise<void> {
    try {
      const setup = await get<{ needed: boolean }>("/setup");
      if (setup.needed) {
        this.gate = "setup";
        return;
      }
      this.me = await get<Me>("/me");
      this.error = null;
      this.gate = "ready";
    } catch (error) {
      this.error = asApiError(error);
      this.gate = this.error.status === 401 ? "signed-out" : "error";
    }
  }

  /** Any page that meets a 401 sends the person to the door. */
  expired(error: ApiError | null): void {
    if (error?.status === 401) this.gate = "signed-out";
  }
}

export const session = new Session();
