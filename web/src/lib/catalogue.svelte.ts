/** Titles of detectors, loaded once per page visit; until then, and for unknown ids, the id made readable. */
import { get } from "./api";
import type { Detector } from "./types";
import { humanise } from "./words";

class Catalogue {
  private titles = $state.raw(new Map<string, string>());
  private asked = false;

  /** Starts loading on first use; a failure leaves the readable ids. */
  load(): void {
    if (this.asked) return;
    this.asked = true;
    get<Detector[]>("/detectors").then(
      (list) => (this.titles = new Map(list.map((item) => [item.id, item.title]))),
      () => (this.asked = false),
    );
  }

  title(id: string): string {
    return this.titles.get(id) || humanise(id);
  }
}

export const catalogue = new Catalogue();
