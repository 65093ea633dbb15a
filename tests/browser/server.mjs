// Serves the page and the bundled SDKs on a port of its own; nothing else.
import { createServer } from 'node:http';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

export const SDKS = ['rtcstats', 'jitsi', 'observertc1', 'observertc3', 'observertc4'];
const here = path.dirname(fileURLToPath(import.meta.url));
// A folder that its package's exports name only as a file.
const ALIAS = { '@jitsi/js-utils/browser-detection': '@jitsi/js-utils/browser-detection/index.js' };
const HTML = '<!doctype html><meta charset="utf-8"><title>participant</title><body><script src="/page.js"></script>';

async function bundle(file, globalName) {
  const options = { bundle: true, write: false, platform: 'browser', format: 'iife', alias: ALIAS, logLevel: 'error' };
  const defined = { global: 'globalThis', 'process.env.NODE_ENV': '"production"' };
  const result = await build({ ...options, entryPoints: [path.join(here, 'page', file)], globalName, define: defined });
  return result.outputFiles[0].text;
}

/** Everything the page asks for, by path. */
async function files() {
  const known = { '/page.js': await bundle('page.js') };
  for (const name of SDKS) known[`/sdk/${name}.js`] = await bundle(`sdks/${name}.js`, `sdk_${name}`);
  return known;
}

/** Resolves to the server's address. A page asked for with `deny` in its address may not use camera and microphone. */
export async function servePages() {
  const known = await files();
  const server = createServer((request, response) => {
    const url = new URL(request.url, 'http://localhost');
    const script = known[url.pathname];
    if (script) return response.writeHead(200, { 'content-type': 'text/javascript' }).end(script);
    const denied = url.searchParams.has('deny') ? { 'permissions-policy': 'camera=(), microphone=()' } : {};
    return response.writeHead(200, { 'content-type': 'text/html', ...denied }).end(HTML);
  });
  await new Promise((ready) => server.listen(0, '127.0.0.1', ready));
  return { url: `http://127.0.0.1:${server.address().port}`, close: () => server.close() };
}
