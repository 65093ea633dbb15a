/**
 * Takes the README's picture: a call of the running demo, dark.
 *
 *   rtclens demo   # in another shell; it prints the link that signs in
 *   node tools/picture.mjs --link LINK [--call NAME] [--out FILE]
 */
import { parseArgs } from "node:util";

import { chromium } from "playwright-core";

const { values } = parseArgs({
  options: {
    link: { type: "string" },
    call: { type: "string", default: "customer-demo" },
    out: { type: "string", default: "../docs/images/call-dark.png" },
  },
});
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--headless", "--no-sandbox", "--disable-gpu", "--force-color-profile=srgb"],
});
const page = await browser.newPage({
  viewport: { width: 1440, height: 1000 },
  colorScheme: "dark",
  reducedMotion: "reduce",
});
await page.goto(values.link);
await page.goto(new URL(`/calls?q=${encodeURIComponent(values.call)}`, values.link).href);
await page.getByRole("link", { name: values.call, exact: true }).click();
await page.waitForSelector(".lanes li");
await page.waitForSelector("figure .u-over");
await page.waitForTimeout(1000);
await page.screenshot({ path: values.out });
await browser.close();
