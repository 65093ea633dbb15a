// Plays calls of two in one Chromium: a call per line on standard input, what the browser knows of it per line on
// standard output. {"room", "server", "key", "sdks": [...], "seconds", "until"?, "per"?: {a, b}, "fault"?: {who, act}}
import { createInterface } from 'node:readline';
import { chromium } from 'playwright-core';
import { servePages } from './server.mjs';

const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--use-fake-device-for-media-stream',
  '--use-fake-ui-for-media-stream',
  '--autoplay-policy=no-user-gesture-required',
  '--disable-background-timer-throttling',
  '--disable-renderer-backgrounding',
  '--disable-features=WebRtcHideLocalIpsWithMdns',
];
const CONNECT_MS = 40_000;
const FLUSH_MS = 1_200; // the last sample of an SDK leaves after the page asked it to end

const sleep = (ms) => new Promise((done) => setTimeout(done, ms));

async function open(context, base, call, id) {
  const page = await context.newPage();
  const { room, server, key, sdks } = call;
  const own = { room, server, key, sdks: sdks.join(','), id, ...(id === 'b' ? { calls: '1' } : {}), ...call.per?.[id] };
  await page.goto(`${base}/?${new URLSearchParams(own)}`);
  await page.waitForFunction(() => window.participant?.state !== 'starting', null, { timeout: CONNECT_MS });
  return page;
}

const ask = (page, action) => page.evaluate((name) => window.participant[name](), action);

async function play(context, base, call) {
  const pages = { a: await open(context, base, call, 'a'), b: await open(context, base, call, 'b') };
  const both = Object.values(pages);
  const until = call.until ?? 'connected';
  if (until !== 'nothing') {
    const reached = (page) => page.waitForFunction((name) => window.participant[name](), until, { timeout: CONNECT_MS });
    await Promise.all(both.map(reached));
  }
  if (call.fault) {
    await sleep(call.fault.after * 1000);
    await ask(pages[call.fault.who], call.fault.act);
  }
  await sleep(call.seconds * 1000);
  const result = { truth: {}, states: {}, errors: {} };
  for (const [id, page] of Object.entries(pages)) {
    result.states[id] = await page.evaluate(() => window.participant.state);
    if (result.states[id] === 'joined') result.truth[id] = await ask(page, 'truth');
  }
  for (const [id, page] of Object.entries(pages)) {
    await ask(page, 'leave');
    result.errors[id] = await page.evaluate(() => window.participant.errors);
  }
  await sleep(FLUSH_MS);
  return result;
}

async function answer(browser, base, line) {
  const context = await browser.newContext();
  try {
    return await play(context, base, JSON.parse(line));
  } catch (error) {
    return { failure: String(error.stack) };
  } finally {
    await context.close();
  }
}

const pages = await servePages();
const browser = await chromium.launch({ executablePath: process.argv[2], headless: true, args: FLAGS });
process.stdout.write(`${JSON.stringify({ ready: browser.version() })}\n`);
for await (const line of createInterface({ input: process.stdin })) {
  process.stdout.write(`${JSON.stringify(await answer(browser, pages.url, line))}\n`);
}
await browser.close();
pages.close();
