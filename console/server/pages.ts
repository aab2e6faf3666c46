import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { serveStatic } from "@hono/node-server/serve-static";
import { Hono } from "hono";
import type { SecureHeadersVariables } from "hono/secure-headers";
import type { Settings } from "./settings.ts";

const DIST = join(import.meta.dirname, "../dist");

/** Where the page has the nonce that its styles need. */
const NONCE = /__NONCE__/g;

/** The pages, which are one file for every path, and their scripts. */
export function pages({ CONSOLE_BRAND: { name } }: Settings): Hono<{ Variables: SecureHeadersVariables }> {
  const file = join(DIST, "index.html");
  const page = existsSync(file) ? readFileSync(file, "utf8") : undefined;
  const app = new Hono<{ Variables: SecureHeadersVariables }>();
  // Their names have a hash of their contents.
  app.use(
    "/assets/*",
    serveStatic({
      root: DIST,
      onFound: (_path, context) => context.header("Cache-Control", "public, max-age=31536000, immutable"),
    }),
  );
  app.get("/assets/*", (context) => context.notFound());
  app.get("*", (context) => {
    if (page === undefined) {
      return context.text("The pages were not built: node run.mjs --with console console/web/build.ts\n", 503);
    }
    context.header("Cache-Control", "no-store");
    return context.html(
      page.replace(NONCE, context.get("secureHeadersNonce") ?? "").replace("__TITLE__", escape(name)),
    );
  });
  return app;
}

function escape(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}
