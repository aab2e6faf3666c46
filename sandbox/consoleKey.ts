import { createHash, createPrivateKey, createPublicKey } from "node:crypto";
import type { Instance } from "./instance.ts";

/** What stands before the 32 bytes of an Ed25519 seed in a private key as PKCS #8 has it (RFC 8410). */
const PKCS8_PREFIX = Buffer.from("302e020100300506032b657004220420", "hex");

/** The key pair that the console signs requests with. */
export interface ConsoleKey {
  /** PEM, PKCS #8: what `prove` takes. Secret. */
  readonly privateKey: string;
  /** As `requesters.yaml` has it. */
  readonly publicKey: string;
}

/** The key pair of an instance's console, made of its secret `consoleKey`: always the same one. */
export function consoleKeyOf({ secrets }: Pick<Instance, "secrets">): ConsoleKey {
  const seed = createHash("sha256").update(secrets.consoleKey).digest();
  const key = createPrivateKey({ key: Buffer.concat([PKCS8_PREFIX, seed]), format: "der", type: "pkcs8" });
  return {
    privateKey: key.export({ format: "pem", type: "pkcs8" }).toString(),
    publicKey: createPublicKey(key).export({ format: "der", type: "spki" }).toString("base64"),
  };
}
