import { createPrivateKey, createPublicKey, randomBytes, sign, verify } from "node:crypto";
import type { KeyObject } from "node:crypto";
import { keysOf } from "../../config/requesters.ts";
import type { Requesters } from "../../config/schemas/requesters.ts";
import { RequestRefusal } from "./refusal.ts";
import { canonical } from "./request.ts";
import type { Request } from "./request.ts";

/** For how long a proof opens a request, and how far clocks may differ, in milliseconds. */
const GOOD_FOR = 3_600_000;

/** `<seconds since 1970>.<16 random bytes>.<Ed25519 signature>`, both base64url. */
const PROOF = /^(\d{10})\.([A-Za-z0-9_-]{21}[AQgw])\.([A-Za-z0-9_-]{85}[AQgw])$/;

/**
 * Proves who asks: a signature of the whole request, with its action, the time and a nonce. It proves no other request,
 * and the same one with another action is another.
 *
 * @param key the requester's private Ed25519 key, PEM
 * @throws RequestRefusal when the key is none.
 */
export function prove(request: Request, key: string, now: Date): string {
  const timestamp = String(Math.floor(now.getTime() / 1000));
  const nonce = randomBytes(16).toString("base64url");
  return `${timestamp}.${nonce}.${sign(null, signedText(request, timestamp, nonce), privateKey(key)).toString("base64url")}`;
}

/**
 * Checks that the person whom a request names as its requester made it. Who hands it over proves nothing.
 *
 * @returns when it was signed
 * @throws RequestRefusal otherwise.
 */
export function requireProof(request: Request, proof: string, requesters: Requesters): Date {
  const { requester } = request;
  const [, timestamp, nonce, signature] = PROOF.exec(proof) ?? [];
  if (timestamp === undefined || nonce === undefined || signature === undefined) {
    throw new RequestRefusal(
      `the request has no proof that ${requester} asks, expected what npx odoo-saas tenant request sign prints`,
    );
  }
  const keys = keysOf(requesters, requester);
  if (keys.length === 0) {
    throw new RequestRefusal(
      `requester: is ${JSON.stringify(requester)}, expected one of ${Object.keys(requesters).join(", ")} (requesters.yaml)`,
    );
  }
  const text = signedText(request, timestamp, nonce);
  const isTheirs = keys.some((key) => verify(null, text, publicKey(key), Buffer.from(signature, "base64url")));
  if (!isTheirs) {
    throw new RequestRefusal(
      `the request was changed after it was signed, or signed by somebody else, expected a signature of ${request.action} by a key of ${requester} (requesters.yaml)`,
    );
  }
  return new Date(Number(timestamp) * 1000);
}

/** @throws RequestRefusal when a proof is too old, or of the future, to open a request with it. */
export function requireRecent(signedAt: Date, now: Date): void {
  if (Math.abs(now.getTime() - signedAt.getTime()) <= GOOD_FOR) return;
  throw new RequestRefusal(
    `the request was signed at ${signedAt.toISOString()}, expected a signature of the last hour: sign it again`,
  );
}

function signedText(request: Request, timestamp: string, nonce: string): Buffer {
  return Buffer.from(["odoo-saas request", timestamp, nonce, canonical(request)].join("\n"));
}

function privateKey(pem: string): KeyObject {
  let key: KeyObject | undefined;
  try {
    key = createPrivateKey(pem);
  } catch {
    // Reported below: the reason could quote the key.
  }
  if (key?.asymmetricKeyType === "ed25519") return key;
  throw new RequestRefusal(
    "the key is not a private Ed25519 key, expected one as openssl genpkey -algorithm ed25519 makes",
  );
}

function publicKey(base64: string): KeyObject {
  return createPublicKey({ key: Buffer.from(base64, "base64"), format: "der", type: "spki" });
}
