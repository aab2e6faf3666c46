import { createHmac } from "node:crypto";
import { RequestRefusal, UnknownOutcome } from "./refusal.ts";
import type { Action } from "./request.ts";

/** Headers of a request: that who sends it may, and that who asks made it. */
export const SIGNATURE_HEADER = "x-odoo-saas-signature";
export const PROOF_HEADER = "x-odoo-saas-proof";

/** Path at which n8n takes requests of an action. */
export function pathOf(action: string): string {
  return `/webhook/odoo-saas/${action}`;
}

/**
 * Headers that n8n lets a request in by: HMAC-SHA-256, in hexadecimal, of method, path, proof and body, each on lines of its
 * own. The proof has the time and a nonce, so that a signature counts for one request, at one path, once.
 *
 * @param secret shared with n8n
 * @param path where it is sent, see {@link pathOf}
 * @param proof who asks, see `prove`
 */
export function signed(secret: string, path: string, proof: string, body: string): Readonly<Record<string, string>> {
  const signature = createHmac("sha256", secret).update(["POST", path, proof, body].join("\n")).digest("hex");
  return { [PROOF_HEADER]: proof, [SIGNATURE_HEADER]: signature };
}

/** What is handed to n8n. */
export interface Sending {
  readonly action: Action;
  readonly body: string;
  /** Who asks, see `prove`. */
  readonly proof: string;
  /** Shared with n8n. */
  readonly secret: string;
}

/**
 * Hands a request to n8n.
 *
 * @param address n8n's, such as https://n8n.tbwa.example
 * @returns what n8n said
 * @throws RequestRefusal when it cannot be reached or refuses.
 */
export async function send(address: string, { action, body, proof, secret }: Sending): Promise<string> {
  const path = pathOf(action);
  const url = new URL(path.slice(1), `${address.replace(/\/$/, "")}/`);
  const headers = { "content-type": "application/json", ...signed(secret, path, proof, body) };
  let response: Response;
  try {
    response = await fetch(url, { method: "POST", headers, body, signal: AbortSignal.timeout(30_000) });
  } catch (error) {
    const reason = error instanceof Error ? error.message : "?";
    if (neverArrived(error)) throw new RequestRefusal(`${url.host} cannot be reached (${reason})`, "failed");
    throw new UnknownOutcome(
      `${url.host} did not answer (${reason}): whether the request arrived is not known, expected an answer. Send the same request again`,
      "failed",
    );
  }
  const text = await response.text();
  if (!response.ok) throw new RequestRefusal(`${url.host} refused with ${response.status}: ${text}`);
  return text;
}

/** Whether a call failed before anything was sent. */
function neverArrived(error: unknown): boolean {
  const cause = error instanceof Error ? error.cause : undefined;
  const code = cause instanceof Error && "code" in cause ? String(cause.code) : "";
  return ["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "EHOSTUNREACH", "ENETUNREACH"].includes(code);
}
