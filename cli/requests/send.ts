import { createHmac } from "node:crypto";
import { RequestRefusal } from "./refusal.ts";
import type { Action } from "./request.ts";

/** Headers of a signed request. */
export const SIGNATURE_HEADER = "x-odoo-saas-signature";
export const TIMESTAMP_HEADER = "x-odoo-saas-timestamp";

/**
 * Headers that prove who made a request and when: HMAC-SHA-256 of `<seconds since 1970>.<body>` in hexadecimal.
 *
 * @param secret shared with n8n
 */
export function signed(secret: string, body: string, now: Date): Readonly<Record<string, string>> {
  const timestamp = String(Math.floor(now.getTime() / 1000));
  const signature = createHmac("sha256", secret).update(`${timestamp}.${body}`).digest("hex");
  return { [TIMESTAMP_HEADER]: timestamp, [SIGNATURE_HEADER]: signature };
}

/**
 * Hands a request to n8n.
 *
 * @param address n8n's, such as https://n8n.tbwa.example
 * @returns what n8n said
 * @throws RequestRefusal when it cannot be reached or refuses.
 */
export async function send(address: string, action: Action, body: string, secret: string): Promise<string> {
  const url = new URL(`webhook/odoo-saas/${action}`, `${address.replace(/\/$/, "")}/`);
  const headers = { "content-type": "application/json", ...signed(secret, body, new Date()) };
  let response: Response;
  try {
    response = await fetch(url, { method: "POST", headers, body, signal: AbortSignal.timeout(30_000) });
  } catch (error) {
    throw new RequestRefusal(
      `${url.host} cannot be reached (${error instanceof Error ? error.message : "?"})`,
      "failed",
    );
  }
  const text = await response.text();
  if (!response.ok) throw new RequestRefusal(`${url.host} refused with ${response.status}: ${text}`);
  return text;
}
