/**
 * Opens pages in the system's Chromium and reports what a user would trip over: console errors, policy violations,
 * requests to elsewhere, accessibility findings, sideways scrolling; leaves a screenshot of each.
 *
 *   node tools/look.mjs [--base URL] [--only TEXT] [--out DIR] [--axe]
 *
 * Needs a running server (`npm run build && npm run preview`). Leaves 1 as exit code when something was found.
 */
import { createRequire } from "node:module";
import { mkdirSync, readFileSync } from "node:fs";
import { parseArgs } from "node:util";

import { chromium } from "playwright-core";

const { values } = parseArgs({
  options: {
    base: { type: "string", default: "http://127.0.0.1:8741" },
    only: { type: "string", default: "" },
    out: { type: "string", default: "test-results" },
    axe: { type: "boolean", default: false },
  },
});

const DESKTOP = { width: 1440, height: 900 };
const PHONE = { width: 390, height: 844 };
const SMALL = { width: 320, height: 700 };
const MANY = "?range=30d";

/** name, path, what to do before the picture; `mock` chooses the scenario of the generated server. */
const PAGES = [
  { name: "overview", path: `/${MANY}`, small: true },
  { name: "overview-empty", path: "/?app=app_new" },
  { name: "overview-error", path: "/", mock: "error" },
  { name: "overview-forbidden", path: "/", mock: "forbidden" },
  { name: "overview-slow", path: "/", mock: "slow" },
  { name: "calls", path: `/calls${MANY}`, small: true },
  { name: "calls-filtered", path: "/calls?range=30d&verdict=bad&cause=sender_uplink" },
  { name: "calls-none", path: "/calls?range=30d&q=nobody-of-that-name" },
  { name: "call-bad", path: "/calls/call_bad", small: true },
  {
    name: "call-finding",
    path: "/calls/call_bad?f=call_bad_f0&sel=call_bad_p2&track=call_bad_t2_in0_video",
    zoom: true,
  },
  { name: "call-live", path: "/calls/call_live" },
  { name: "call-unclear", path: "/calls/call_unclear" },
  { name: "call-solo", path: "/calls/call_solo" },
  { name: "call-good", path: "/calls/call_good" },
  { name: "call-short", path: "/calls/call_short" },
  { name: "call-large", path: "/calls/call_large" },
  { name: "call-missing", path: "/calls/nothing" },
  { name: "call-person", path: "/calls/call_bad?tab=person" },
  { name: "call-events", path: "/calls/call_bad?tab=events" },
  { name: "call-counters", path: "/calls/call_bad?tab=counters" },
  { name: "sql", path: "/sql?query=SELECT+*+FROM+calls", small: true },
  { name: "sql-none", path: "/sql", mock: "empty" },
  { name: "sql-error", path: "/sql?query=SELECT+nonsense" },
  { name: "settings", path: "/settings" },
  { name: "settings-waiting", path: "/settings?app=app_new" },
  { name: "settings-apps", path: "/settings?section=apps" },
  { name: "settings-retention", path: "/settings?section=retention", small: true },
  { name: "settings-retention-none", path: "/settings?section=retention", mock: "empty" },
  { name: "settings-tokens", path: "/settings?section=tokens" },
  { name: "ingest", path: "/ingest" },
  { name: "ingest-none", path: "/ingest?app=app_new" },
  { name: "detectors", path: "/detectors?d=in_loss_high" },
  { name: "missing", path: "/no/such/page" },
  { name: "set-up", path: "/", mock: "setup" },
  { name: "sign-in", path: "/", mock: "signedout" },
];

const axeSource = values.axe
  ? readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8")
  : "";
let troubles = 0;

function complain(where, what) {
  troubles += 1;
  console.log(`${where}: ${what}`);
}

function watch(page, where, scenario) {
  page.on("console", (message) => {
    const expected = scenario && /Failed to load resource/.test(message.text());
    if (
      ["error", "warning"].includes(message.type()) &&
      !expected &&
      !/status of 4(00|01|04)/.test(message.text())
    )
      complain(where, message.text());
  });
  page.on("pageerror", (error) => complain(where, `uncaught ${error.message}`));
  page.on("request", (request) => {
    const url = request.url();
    if (!url.startsWith(values.base) && !/^(data|blob):/.test(url)) complain(where, `request to ${url}`);
  });
}

async function inspect(page, where) {
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  if (wide > 1) complain(where, `scrolls sideways by ${wide} px`);
  if (!values.axe) return;
  await page.evaluate(axeSource);
  const found = await page.evaluate(() =>
    window.axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"] }),
  );
  for (const violation of found.violations) {
    const node = violation.nodes[0];
    complain(
      where,
      `axe ${violation.id} × ${violation.nodes.length}: ${node?.target.join(" ")} ${node?.any[0]?.message ?? ""}`,
    );
  }
}

async function look(browser, spec, theme, viewport, label) {
  const where = `${spec.name}-${theme}-${label}`;
  const context = await browser.newContext({
    viewport,
    colorScheme: theme,
    bypassCSP: values.axe,
    reducedMotion: "reduce",
  });
  if (spec.mock) await context.addCookies([{ name: "mock", value: spec.mock, url: values.base }]);
  const page = await context.newPage();
  watch(page, where, spec.mock);
  await page.goto(values.base + spec.path, { waitUntil: "load" });
  await page.waitForTimeout(spec.mock === "slow" ? 6000 : 1100);
  await inspect(page, where);
  await page.screenshot({ path: `${values.out}/${where}.png`, fullPage: spec.mock === undefined });
  await context.close();
}

mkdirSync(values.out, { recursive: true });
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync".split(
    " ",
  ),
});
for (const spec of PAGES.filter((item) => item.name.includes(values.only))) {
  for (const theme of ["light", "dark"]) await look(browser, spec, theme, DESKTOP, "desktop");
  await look(browser, spec, "light", PHONE, "phone");
  if (spec.small) await look(browser, spec, "dark", SMALL, "small");
}
await browser.close();
console.log(troubles === 0 ? "nothing found" : `${troubles} things found`);
process.exitCode = troubles === 0 ? 0 : 1;
