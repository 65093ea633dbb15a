/** The address bar as state: path and query in, `go` and `setQuery` out; links are plain anchors, caught once. */

class Route {
  path = $state(location.pathname);
  search = $state(location.search);
  query = $derived(new URLSearchParams(this.search));

  sync(): void {
    this.path = location.pathname;
    this.search = location.search;
  }
}

export const route = new Route();

export function go(href: string, replace = false): void {
  if (replace) history.replaceState(null, "", href);
  else history.pushState(null, "", href);
  const before = route.path;
  route.sync();
  if (route.path !== before) window.scrollTo(0, 0);
}

export type QueryChange = Record<string, string | number | boolean | null | undefined>;

/** Query with `change` applied: null, undefined, false and '' remove a key; unknown keys are kept. */
export function withQuery(search: string, change: QueryChange): string {
  const next = new URLSearchParams(search);
  for (const [key, value] of Object.entries(change)) {
    if (value === null || value === undefined || value === "" || value === false) next.delete(key);
    else next.set(key, value === true ? "1" : String(value));
  }
  const text = next.toString();
  return text === "" ? "" : `?${text}`;
}

let lastPush = 0;

/** Changes the query. Interactions within 300 ms of each other share one entry of the history. */
export function setQuery(change: QueryChange, replace = false): void {
  const search = withQuery(location.search, change);
  if (search === location.search) return;
  const quick = performance.now() - lastPush < 300;
  if (!replace) lastPush = performance.now();
  go(location.pathname + search, replace || quick);
}

/** Keeps only what every page shares (time range and app) when moving to another page. */
export function pageHref(path: string, extra: QueryChange = {}): string {
  const kept: QueryChange = {};
  for (const key of ["app", "range", "from", "to"]) kept[key] = route.query.get(key);
  return path + withQuery("", { ...kept, ...extra });
}

function isPlainClick(event: MouseEvent): boolean {
  return event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
}

/** The address a click leads to inside the application, null when the browser should follow the link itself. */
function ownAddress(event: MouseEvent): string | null {
  const anchor = (event.target as Element | null)?.closest?.("a");
  if (!anchor || anchor.target || anchor.hash || anchor.hasAttribute("download")) return null;
  const own = anchor.origin === location.origin && !anchor.pathname.startsWith("/api/");
  return own ? anchor.pathname + anchor.search : null;
}

function onClick(event: MouseEvent): void {
  if (event.defaultPrevented || !isPlainClick(event)) return;
  const address = ownAddress(event);
  if (address === null) return;
  event.preventDefault();
  go(address);
}

export function startRouter(): void {
  document.addEventListener("click", onClick);
  window.addEventListener("popstate", () => route.sync());
}
