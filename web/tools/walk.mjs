/**
 * Walks through the built pages as a person would, by mouse and by keyboard alone, and checks what they lead to.
 *
 *   node tools/walk.mjs [--base URL]
 *
 * Needs `npm run preview` (the generated world). Prints one line per step; leaves 1 as exit code when a step failed.
 */
import { parseArgs } from "node:util";

import { chromium } from "playwright-core";

const { values } = parseArgs({ options: { base: { type: "string", default: "http://127.0.0.1:8741" } } });
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync".split(
    " ",
  ),
});

let failed = 0;
const problems = [];

async function step(name, run, { cookie, path = "/", viewport = { width: 1440, height: 900 } } = {}) {
  const context = await browser.newContext({ viewport, reducedMotion: "reduce" });
  if (cookie) await context.addCookies([{ name: "mock", value: cookie, url: values.base }]);
  const page = await context.newPage();
  page.setDefaultTimeout(8000);
  page.on("pageerror", (error) => problems.push(`${name}: ${error.message}`));
  page.on(
    "console",
    (message) =>
      message.type() === "error" &&
      !/status of [45]/.test(message.text()) &&
      problems.push(`${name}: ${message.text()}`),
  );
  try {
    await page.goto(values.base + path);
    await run(page);
    console.log(`ok    ${name}`);
  } catch (error) {
    failed += 1;
    console.log(`FAIL  ${name}: ${error.message.split("\n").slice(0, 3).join(" ")}`);
  }
  await context.close();
}

function expect(condition, message) {
  if (!condition) throw new Error(message);
}

const param = (page, key) => page.evaluate((name) => new URLSearchParams(location.search).get(name), key);
/** The address follows gestures after a moment. */
const settled = (page, key) =>
  page.waitForFunction((name) => new URLSearchParams(location.search).has(name), key);

await step(
  "a cause on the overview leads to its calls, and the number fits",
  async (page) => {
    await page
      .getByRole("link", { name: /Receiver's downlink.*findings/ })
      .first()
      .click();
    await page.waitForURL(/\/calls\?.*cause=receiver_downlink/);
    await page.waitForSelector(".head .quiet"); // the overview has rows too
    await page.waitForSelector("tbody tr");
    const causes = await page.locator("td.cause b").allTextContents();
    expect(
      causes.length > 0 && causes.every((text) => text === "Receiver's downlink"),
      `other causes listed: ${causes}`,
    );
  },
  { path: "/?range=30d" },
);

await step(
  "filters change the total, chips take them away, back undoes",
  async (page) => {
    await page.waitForSelector("tbody tr");
    const total = () => page.locator(".head .quiet").textContent();
    const all = await total();
    await page.getByRole("button", { name: "Bad" }).click();
    await page.waitForFunction(
      (before) => document.querySelector(".head .quiet")?.textContent !== before,
      all,
    );
    expect((await param(page, "verdict")) === "bad", "filter is not in the address");
    await page.waitForTimeout(350);
    await page.goBack();
    await page.waitForFunction(
      (before) => document.querySelector(".head .quiet")?.textContent === before,
      all,
    );
  },
  { path: "/calls?range=30d" },
);

await step(
  "nothing matches: each filter can be taken away from the empty page",
  async (page) => {
    await page.getByRole("button", { name: "Without q" }).click();
    await page.waitForSelector("tbody tr");
  },
  { path: "/calls?range=30d&q=nobody-of-that-name" },
);

await step(
  "a finding opens its window, its person and its evidence; reload restores all of it",
  async (page) => {
    await page.getByRole("button", { name: /lost 9.8 %/ }).click();
    await settled(page, "w");
    expect((await param(page, "f")) === "call_bad_f0", "finding is not in the address");
    await page.getByRole("button", { name: "Round trip time", exact: true }).click();
    await settled(page, "t");
    await page.waitForTimeout(400);
    const before = await page.locator(".state").textContent();
    await page.reload();
    await page.waitForSelector(".state");
    await page.waitForTimeout(600);
    expect((await page.locator(".state").textContent()) === before, "window or moment differ after reload");
    expect(
      await page.getByRole("table", { name: "Evidence" }).isVisible(),
      "finding is not open after reload",
    );
  },
  { path: "/calls/call_bad" },
);

await step(
  "a cell of the matrix opens the pair, sender above receiver",
  async (page) => {
    await page.getByRole("button", { name: /^Ana Lindqvist at Chloé Martin/ }).click();
    await page.getByRole("heading", { name: /Chloé Martin receives/ }).waitFor();
    const titles = await page.locator("#dock-body h3").allTextContents();
    expect(
      /Ana Lindqvist sends/.test(titles[0]) && /Chloé Martin receives/.test(titles[1]),
      `order is ${titles}`,
    );
  },
  { path: "/calls/call_bad" },
);

await step(
  "dragging on a chart zooms every panel; Shift Z shows the whole call",
  async (page) => {
    await page.waitForSelector("figure .u-over");
    await page.locator("figure .u-over").first().scrollIntoViewIfNeeded();
    const over = await page.locator("figure .u-over").first().boundingBox();
    await page.mouse.move(over.x + 40, over.y + 30);
    await page.mouse.down();
    await page.mouse.move(over.x + 160, over.y + 30, { steps: 6 });
    await page.mouse.up();
    await settled(page, "w");
    await page.keyboard.press("Shift+Z");
    await page.waitForFunction(() => !new URLSearchParams(location.search).has("w"));
  },
  { path: "/calls/call_bad" },
);

await step(
  "keyboard alone: from the overview to a raw counter behind a finding",
  async (page) => {
    await page.waitForSelector("tbody tr");
    await page.keyboard.press("g");
    await page.keyboard.press("c");
    await page.waitForURL(/\/calls/);
    await page.waitForSelector("tbody tr");
    await page.keyboard.press("/");
    await page.keyboard.type("Weekly sync");
    await page.keyboard.press("Enter");
    await page.waitForFunction(() => new URLSearchParams(location.search).get("q") === "Weekly sync");
    await page.waitForTimeout(500);
    await page.evaluate(() => document.activeElement.blur());
    for (
      let n = 0;
      n < 20 && !(await page.locator("tr.selected", { hasText: "Ana Lindqvist, Ben Okafor" }).count());
      n += 1
    )
      await page.keyboard.press("j");
    await page.keyboard.press("Enter");
    await page.waitForURL(/\/calls\/call_bad/);
    await page.waitForSelector(".lanes li");
    await page.keyboard.press(".");
    await settled(page, "f");
    await page.keyboard.press("ArrowRight");
    await settled(page, "t");
    await page.locator("#tab-charts").focus();
    for (let n = 0; n < 3; n += 1) await page.keyboard.press("ArrowRight");
    await page.getByText("packetsLost").first().waitFor();
  },
  { path: "/?range=30d" },
);

await step(
  "charts become tables and carry their numbers",
  async (page) => {
    await page.waitForSelector("figure .u-over");
    await page.keyboard.press("d");
    await page.getByRole("region", { name: "Bit rate, data" }).first().waitFor();
  },
  { path: "/calls/call_bad" },
);

await step(
  "a live call moves on by itself",
  async (page) => {
    await page.waitForSelector(".state");
    const before = await page.locator(".state").textContent();
    await page.waitForFunction((text) => document.querySelector(".state")?.textContent !== text, before, {
      timeout: 15_000,
    });
  },
  { path: "/calls/call_live" },
);

await step(
  "markup in names stays text",
  async (page) => {
    await page.getByText("Interview <b>panel</b> & notes").first().waitFor();
    expect((await page.locator("main b", { hasText: /^panel$/ }).count()) === 0, "a name became markup");
  },
  { path: "/calls/call_good" },
);

await step(
  "SQL: an error is shown in the server's words, a result as a table",
  async (page) => {
    await page.getByText("Unknown column").waitFor();
    await page.getByLabel("SQL query").fill("SELECT * FROM calls");
    await page.keyboard.press("Control+Enter");
    await page.getByRole("region", { name: "Result rows" }).waitFor();
    const download = page.waitForEvent("download");
    await page.getByRole("button", { name: "CSV" }).click();
    expect((await (await download).suggestedFilename()) === "rtclens.csv", "no file");
  },
  { path: "/sql?query=SELECT+nonsense" },
);

await step(
  "a call is deleted after a question that names what goes, and leaves its receipt",
  async (page) => {
    const missed = [];
    page.on("response", (answer) => answer.status() === 404 && missed.push(answer.url()));
    await page.getByRole("button", { name: "Delete this call" }).click();
    const question = page.getByRole("dialog", { name: /^Delete / });
    await question.getByText(/1 person, .* finding.* every sample/).waitFor();
    await question.getByRole("button", { name: "Keep it" }).click();
    await page.waitForSelector(".lanes li");
    await page.getByRole("button", { name: "Delete this call" }).click();
    await question.getByRole("button", { name: "Delete for good" }).click();
    await page.getByRole("heading", { name: "This call was deleted." }).waitFor();
    await page.getByRole("region", { name: "Rows by table" }).getByText("track_slices").waitFor();
    await page.waitForTimeout(700); // what was about to be asked of the call
    await page.getByRole("link", { name: "What was erased" }).click();
    await page.getByRole("region", { name: "Erasures" }).getByText("call_solo").first().waitFor();
    expect(missed.length === 0, `the deleted call is still asked for: ${missed}`);
  },
  { path: "/calls/call_solo" },
);

await step(
  "those who may not delete are not offered it",
  async (page) => {
    await page.waitForSelector(".lanes li");
    expect(
      (await page.getByRole("button", { name: "Delete this call" }).count()) === 0,
      "a viewer is offered to delete",
    );
  },
  { path: "/calls/call_good", cookie: "viewer" },
);

await step(
  "a wrong password says so",
  async (page) => {
    await page.getByLabel("E-mail").fill("kim@example.org");
    await page.getByLabel("Password").fill("wrong");
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByText("E-mail or password is wrong.").waitFor();
  },
  { cookie: "signedout" },
);

await step("the theme stays after a reload", async (page) => {
  await page.getByRole("button", { name: /Switch theme/ }).click();
  await page.getByRole("button", { name: /Switch theme/ }).click();
  await page.reload();
  expect(
    (await page.evaluate(() => document.documentElement.dataset.theme)) === "dark",
    "theme was forgotten",
  );
});

await step(
  "a panel that fails says what failed and can be tried again",
  async (page) => {
    await page.getByText("The store does not answer.").waitFor();
    await page.getByRole("button", { name: "Try again" }).waitFor();
  },
  { cookie: "error" },
);

await browser.close();
for (const problem of problems) console.log(`console  ${problem}`);
process.exitCode = failed + problems.length === 0 ? 0 : 1;
