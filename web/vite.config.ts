/** Builds the dashboard into the Python package; `dev` and `preview` answer the API from generated data or a real server. */
import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vitest/config";

import { mockApi } from "./mock/plugin";
import { strictPolicy } from "./mock/policy";

const server = process.env.RTCLENS_URL;
const proxied = server ? { "/api": { target: server, changeOrigin: false } } : undefined;

export default defineConfig({
  plugins: [svelte(), strictPolicy(), ...(server ? [] : [mockApi()])],
  build: {
    outDir: "../src/rtclens/web/static",
    emptyOutDir: true,
    target: "es2022",
    modulePreload: { polyfill: false },
    // Inlined assets would need `data:` in more policies than images.
    assetsInlineLimit: 0,
    reportCompressedSize: true,
  },
  server: { host: "127.0.0.1", port: 8740, strictPort: true, proxy: proxied },
  preview: { host: "127.0.0.1", port: 8741, strictPort: true, proxy: proxied },
  test: { include: ["tests/**/*.test.ts"], environment: "node" },
});
