import { html } from "hono/html";
import type { Problem } from "./problem.ts";

const STYLE = `body { font: 16px/1.5 system-ui, sans-serif; margin: 15vh auto; max-width: 36rem; padding: 0 1rem; }
:root { color-scheme: light dark; }`;

/**
 * A refusal as a page, for addresses that a browser goes to by itself, such as those of the log-in.
 *
 * @param nonce that the answer's policy lets styles in by
 */
export async function problemPage({ status, message, hint }: Problem, nonce = ""): Promise<Response> {
  const page = await html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${message}</title>
        <style nonce="${nonce}">
          ${STYLE}
        </style>
      </head>
      <body>
        <main>
          <h1>${message}</h1>
          <p>${hint ?? ""}</p>
          <p><a href="/">Go to the console</a></p>
        </main>
      </body>
    </html>`;
  return new Response(String(page), { status, headers: { "content-type": "text/html; charset=utf-8" } });
}
