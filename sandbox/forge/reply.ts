import { createHash, timingSafeEqual } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { CONTENT_SECURITY_POLICY } from "./html.ts";

/** What is answered to a request. */
export interface Reply {
  readonly status: number;
  readonly type: string;
  readonly text: string;
  /** Where a browser goes next. */
  readonly location?: string;
}

/** Largest body of a request, in bytes. */
const LARGEST_BODY = 1_000_000;

/** JSON as an answer. */
export function jsonReply(status: number, body: unknown): Reply {
  return { status, type: "application/json", text: JSON.stringify(body) };
}

/** A page as an answer. */
export function pageReply(status: number, text: string): Reply {
  return { status, type: "text/html", text };
}

/** A sentence as an answer. */
export function textReply(status: number, text: string): Reply {
  return { status, type: "text/plain", text };
}

/** Sends an answer. */
export function sendReply(response: ServerResponse, { status, type, text, location }: Reply): void {
  response
    .writeHead(status, {
      "content-type": `${type}; charset=utf-8`,
      "content-security-policy": CONTENT_SECURITY_POLICY,
      "x-content-type-options": "nosniff",
      "referrer-policy": "same-origin",
      "cache-control": "no-store",
      ...(location === undefined ? {} : { location }),
    })
    .end(text);
}

/** The body of a request; undefined when it is too large. */
export async function bodyOf(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of request) {
    const bytes = Buffer.from(chunk as Uint8Array);
    size += bytes.length;
    if (size <= LARGEST_BODY) chunks.push(bytes);
  }
  return size > LARGEST_BODY ? undefined : Buffer.concat(chunks).toString("utf8");
}

/** Whether a request has a token; how long that takes says nothing of it. */
export function hasToken(request: IncomingMessage, token: string): boolean {
  const [, given = ""] = /^(?:bearer|token) (.+)$/i.exec(request.headers.authorization ?? "") ?? [];
  const hash = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(hash(given), hash(token));
}
