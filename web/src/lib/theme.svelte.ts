/** Light, dark or the system's choice; stored locally, applied by `/theme.js`, which also runs before the first paint. */

export type Theme = "system" | "light" | "dark";
const KEY = "rtclens.theme";
const ORDER: readonly Theme[] = ["system", "light", "dark"];

function stored(): Theme {
  try {
    const value = localStorage.getItem(KEY);
    return value === "light" || value === "dark" ? value : "system";
  } catch {
    return "system";
  }
}

class ThemeState {
  choice = $state<Theme>(stored());
  /** Rises with every change of colours, so that canvases know to paint again. */
  painted = $state(0);

  constructor() {
    const observer = new MutationObserver(() => {
      tokens.clear();
      this.painted += 1;
    });
    observer.observe(document.documentElement, { attributeFilter: ["data-theme"] });
  }

  set(choice: Theme): void {
    this.choice = choice;
    try {
      if (choice === "system") localStorage.removeItem(KEY);
      else localStorage.setItem(KEY, choice);
    } catch {
      document.documentElement.dataset.theme = choice === "dark" ? "dark" : "light";
    }
    dispatchEvent(new Event("rtclens-theme"));
  }

  next(): void {
    this.set(ORDER[(ORDER.indexOf(this.choice) + 1) % ORDER.length] ?? "system");
  }
}

const tokens = new Map<string, string>();

export const theme = new ThemeState();

/** A design token as the canvas needs it: the computed value of a custom property, read once per theme. */
export function token(name: string): string {
  let value = tokens.get(name);
  if (value === undefined) {
    value = getComputedStyle(document.documentElement).getPropertyValue(name).trim();
    tokens.set(name, value);
  }
  return value;
}
