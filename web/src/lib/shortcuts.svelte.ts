/**
 * Keyboard: one table of what is possible right now. Global keys live here, pages add theirs while they are open.
 * Single keys are ignored while someone types, and can be switched off (WCAG 2.1.4).
 */
import { keyName } from "./keyname";
import { go, pageHref } from "./router.svelte";

export interface Shortcut {
  keys: string;
  label: string;
  run: (event: KeyboardEvent) => void;
}

const OFF = "rtclens.keys";

class Shortcuts {
  open = $state(false);
  enabled = $state(readEnabled());
  page = $state.raw<Shortcut[]>([]);

  toggle(): void {
    this.enabled = !this.enabled;
    try {
      localStorage.setItem(OFF, this.enabled ? "on" : "off");
    } catch {
      // Not remembered, still switched.
    }
  }
}

function readEnabled(): boolean {
  try {
    return localStorage.getItem(OFF) !== "off";
  } catch {
    return true;
  }
}

export const shortcuts = new Shortcuts();

const to = (path: string) => () => go(pageHref(path));

export const GLOBAL: readonly Shortcut[] = [
  { keys: "?", label: "Show these keys", run: () => (shortcuts.open = true) },
  { keys: "/", label: "Search", run: () => document.querySelector<HTMLInputElement>("#search")?.focus() },
  { keys: "g o", label: "Go to overview", run: to("/") },
  { keys: "g c", label: "Go to calls", run: to("/calls") },
  { keys: "g l", label: "Go to live calls", run: () => go(pageHref("/calls", { live: 1 })) },
  { keys: "g s", label: "Go to SQL", run: to("/sql") },
  { keys: "g i", label: "Go to ingest health", run: to("/ingest") },
  { keys: "g d", label: "Go to detectors", run: to("/detectors") },
  {
    keys: "y",
    label: "Copy a link to this view",
    run: () => void navigator.clipboard?.writeText(location.href),
  },
];

/** Adds a page's keys for as long as the page is open; use as `$effect(() => pageKeys([...]))`. */
export function pageKeys(keys: Shortcut[]): () => void {
  shortcuts.page = keys;
  return () => {
    if (shortcuts.page === keys) shortcuts.page = [];
  };
}

function typing(target: EventTarget | null): boolean {
  const element = target as HTMLElement | null;
  return Boolean(element?.closest?.("input, textarea, select, [contenteditable]"));
}

export function startShortcuts(): () => void {
  let prefix = "";
  let timer = 0;
  const onKey = (event: KeyboardEvent): void => {
    if (
      !shortcuts.enabled ||
      event.ctrlKey ||
      event.metaKey ||
      typing(event.target) ||
      event.defaultPrevented
    )
      return;
    const pressed = prefix + keyName(event);
    const found = [...shortcuts.page, ...GLOBAL].find((item) => item.keys === pressed);
    clearTimeout(timer);
    prefix = "";
    if (found) {
      event.preventDefault();
      found.run(event);
    } else if (pressed === "g") {
      prefix = "g ";
      timer = window.setTimeout(() => (prefix = ""), 1200);
    }
  };
  document.addEventListener("keydown", onKey);
  return () => document.removeEventListener("keydown", onKey);
}
