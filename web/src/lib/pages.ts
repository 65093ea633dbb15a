/** Which page an address names. Each page's code is loaded when it is first opened. */
import type { Component } from "svelte";

export interface Page {
  id: string;
  title: string;
  /** Whether the page's numbers follow the time range of the top bar. */
  timed: boolean;
  load: () => Promise<{ default: Component }>;
}

const OVERVIEW: Page = {
  id: "overview",
  title: "Overview",
  timed: true,
  load: () => import("../pages/Overview.svelte"),
};
const CALLS: Page = { id: "calls", title: "Calls", timed: true, load: () => import("../pages/Calls.svelte") };
const CALL: Page = {
  id: "calls",
  title: "Call",
  timed: false,
  load: () => import("../pages/call/Call.svelte"),
};
const MISSING: Page = {
  id: "",
  title: "Not found",
  timed: false,
  load: () => import("../pages/Missing.svelte"),
};

const BY_PATH: Record<string, Page> = {
  "/": OVERVIEW,
  "/calls": CALLS,
  "/sql": { id: "sql", title: "SQL", timed: false, load: () => import("../pages/Sql.svelte") },
  "/ingest": {
    id: "ingest",
    title: "Ingest health",
    timed: false,
    load: () => import("../pages/Ingest.svelte"),
  },
  "/detectors": {
    id: "detectors",
    title: "Detectors",
    timed: false,
    load: () => import("../pages/Detectors.svelte"),
  },
  "/settings": {
    id: "settings",
    title: "Settings",
    timed: false,
    load: () => import("../pages/Settings.svelte"),
  },
};

export function pageFor(path: string): Page {
  const clean = path.length > 1 ? path.replace(/\/+$/, "") : path;
  if (/^\/calls\/[^/]+$/.test(clean)) return CALL;
  if (clean === "/sign-in" || clean === "/set-up") return OVERVIEW;
  return BY_PATH[clean] ?? MISSING;
}
