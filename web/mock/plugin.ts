/** Serves the generated API inside Vite's development and preview servers. */
import type { IncomingMessage, ServerResponse } from "node:http";

import type { Connect, Plugin } from "vite";

import { answer } from "./routes";
import { PLANS } from "./world";

const scenarioOf = (request: IncomingMessage): string =>
  /(?:^|;\s*)mock=(\w+)/.exec(request.headers.cookie ?? "")?.[1] ?? "";

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  let text = "";
  for await (const chunk of request) text += String(chunk);
  return text === "" ? null : (JSON.parse(text) as unknown);
}

function stream(response: ServerResponse): void {
  response.writeHead(200, { "Content-Type": "text/event-stream", "Cache-Control": "no-store" });
  response.write(": ping\n\n");
  const call = PLANS.find((plan) => plan.live);
  let revision = 1;
  const timer = setInterval(() => {
    revision += 1;
    response.write(
      `event: call\ndata: ${JSON.stringify({ call_id: call?.id, app_id: call?.app, revision })}\n\n`,
    );
  }, 3000);
  response.on("close", () => clearInterval(timer));
}

async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? "/", "http://localhost");
  const path = url.pathname.slice("/api/v1".length);
  const scenario = scenarioOf(request);
  if (path === "/live") {
    stream(response);
    return;
  }
  const body = request.method === "GET" ? null : await bodyOf(request);
  if (scenario === "slow" && !["/me", "/setup"].includes(path)) return;
  const found = answer(request.method ?? "GET", path, url.searchParams, body, scenario);
  response.writeHead(found.status, { "Content-Type": "application/json" });
  response.end(JSON.stringify(found.body));
}

const middleware: Connect.NextHandleFunction = (request, response, next) => {
  if (!request.url?.startsWith("/api/v1")) next();
  else handle(request, response).catch(next);
};

export function mockApi(): Plugin {
  return {
    name: "mock-api",
    configureServer: (server) => void server.middlewares.use(middleware),
    configurePreviewServer: (server) => void server.middlewares.use(middleware),
  };
}
