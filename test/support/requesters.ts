import { generateKeyPairSync } from "node:crypto";

/** Somebody who may ask: the private key that signs requests, and the public one of `requesters.yaml`. */
export interface Requester {
  /** PEM. */
  readonly key: string;
  readonly publicKey: string;
}

/** A requester with new keys. */
export function newRequester(): Requester {
  const { privateKey, publicKey } = generateKeyPairSync("ed25519");
  return {
    key: privateKey.export({ format: "pem", type: "pkcs8" }).toString(),
    publicKey: publicKey.export({ format: "der", type: "spki" }).toString("base64"),
  };
}
