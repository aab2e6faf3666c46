import { createPrivateKey, generateKeyPairSync } from "node:crypto";
import type { KeyObject } from "node:crypto";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { ATTESTATIONS, keyId, signStatement } from "../../policies/lib/attestations.ts";
import { DeliveryError } from "./deliveryError.ts";
import { readJson } from "./previewFiles.ts";
import type { PullRequest } from "./pulls.ts";
import { resolve } from "./resolved.ts";
import { smokeSchema } from "./smoke/run.ts";
import { statementOf } from "./statement.ts";
import { commitOf } from "./tree.ts";

/** Variable that holds the signing key: Ed25519, PKCS#8, PEM. It belongs to the environment staging only. */
export const KEY_VARIABLE = "ATTESTATION_KEY";

/**
 * Attests what a stack of staging was when its smoke tests ended: release, image digests, and hashes of each tenant, of each setting that
 * stacks share, and of all files that make what runs. Signed with the key in {@link KEY_VARIABLE}.
 *
 * @param smokeFile written by smoke tests
 * @returns a pull request with the one file; nothing is written
 * @throws DeliveryError, ConfigError, GitError
 */
export function attest(root: string, stack: string, smokeFile: string): PullRequest {
  const key = signingKey();
  const commit = commitOf(root, "HEAD");
  const statement = statementOf(resolve(root), stack, readJson(smokeFile, smokeSchema), commit);
  const { finishedOn, passedTests, release } = statement.predicate;
  const stamp = finishedOn.replace(/[-:]|\.\d+/g, "");
  const file = `${ATTESTATIONS}/${stamp}-${stack}-${commit.slice(0, 7)}.json`;
  const subjects = statement.subject.map(({ name, digest }) => `- ${name} \`${digest.sha256.slice(0, 12)}\``);
  return {
    branch: `attest/${stamp}-${stack}`,
    title: `Attest ${stack} at ${commit.slice(0, 7)}`,
    body: `Smoke tests of ${stack} passed: ${passedTests.length}, on release ${release}.\n\n${subjects.join("\n")}\n`,
    files: { [file]: signStatement(statement, key) },
  };
}

function signingKey(): KeyObject {
  const pem = process.env[KEY_VARIABLE];
  try {
    const key = createPrivateKey(pem ?? "");
    if (key.asymmetricKeyType === "ed25519") return key;
  } catch {
    // Reported below; the error could quote the key.
  }
  throw new DeliveryError(
    `${KEY_VARIABLE} is ${pem ? "not an Ed25519 key" : "not set"}, expected one in PKCS#8, PEM (npx odoo-saas deploy attest --new-key NAME)`,
    "attestation",
  );
}

/** A new pair of keys. */
export interface NewKey {
  /** File of the public half. */
  readonly file: string;
  /** Id of the key in attestations. */
  readonly id: string;
  /** PKCS#8, PEM. */
  readonly privateKey: string;
}

/** Whether a key can have this name. */
export function isKeyName(name: string): boolean {
  return /^[a-z0-9-]+$/.test(name);
}

/**
 * Makes a pair of signing keys and writes the public half to the folder of the keys that are trusted.
 *
 * @throws DeliveryError if there is a key of that name
 */
export function createKey(root: string, name: string): NewKey {
  const file = join(root, ATTESTATIONS, "keys", `${name}.pem`);
  if (existsSync(file)) throw new DeliveryError(`${file} exists, expected the name of a new key`, "attestation");
  const { publicKey, privateKey } = generateKeyPairSync("ed25519");
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, publicKey.export({ type: "spki", format: "pem" }), { flag: "wx" });
  return { file, id: keyId(publicKey), privateKey: privateKey.export({ type: "pkcs8", format: "pem" }).toString() };
}
