/** Previews the built pages under the same content security policy the server sends. */
import type { Plugin } from "vite";

export const POLICY =
  "default-src 'self'; img-src 'self' data:; style-src 'self'; script-src 'self'; connect-src 'self'; " +
  "object-src 'none'; base-uri 'none'; frame-ancestors 'none'";

export function strictPolicy(): Plugin {
  return {
    name: "strict-policy",
    configurePreviewServer: (server) =>
      void server.middlewares.use((_request, response, next) => {
        response.setHeader("Content-Security-Policy", POLICY);
        next();
      }),
  };
}
