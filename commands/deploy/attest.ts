import { createPrivateKey, generateKeyPairSync } from "node:crypto";
import type { KeyObject } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { parseCommand, UsageError } from "../command.ts";
import { ATTESTATIONS, keyId, signStatement } from "../../policies/lib/attestations.ts";
import { ROOT, runStep } from "../step.ts";
import { statementOf } from "../../features/delivery/statement.ts";
import { DeliveryError } from "../../features/delivery/errors.ts";
import { GitHub } from "../../features/delivery/github.ts";
import { proposeFiles } from "../../features/delivery/pulls.ts";
import { readJson } from "../../features/delivery/previewFiles.ts";
import { resolve } from "../../features/delivery/resolved.ts";
import { smokeSchema } from "../../features/delivery/smoke/run.ts";
import { commitOf } from "../../features/delivery/tree.ts";

/** Variable that holds the signing key: Ed25519, PKCS#8, PEM. Of the environment staging alone. */
const KEY_VARIABLE = "ATTESTATION_KEY";

const USAGE = `usage: npm run attest -- --stack STACK --smoke FILE [--open]
       npm run attest -- --new-key NAME

Signs what a stack of staging was when its smoke tests ended: release, image digests, a hash of each tenant, of each setting that
stacks share and of all files that make what runs, results, commit.
The key is in ${KEY_VARIABLE} (Ed25519, PKCS#8, PEM). Exit status: 0 done, 1 refused or failed, 2 wrong usage.

  --smoke FILE     written by npm run deploy or npm run smoke
  --open           proposes the attestation by a pull request; default: only writes it to ${ATTESTATIONS}/
  --new-key NAME   makes a pair: the public half in ${ATTESTATIONS}/keys/NAME.pem, the private half on standard output`;

function signingKey(): KeyObject {
  const pem = process.env[KEY_VARIABLE];
  try {
    const key = createPrivateKey(pem ?? "");
    if (key.asymmetricKeyType === "ed25519") return key;
  } catch {
    // Told below; the error could quote the key.
  }
  throw new DeliveryError(
    `${KEY_VARIABLE} is ${pem ? "no Ed25519 key" : "not set"}, expected one in PKCS#8, PEM (npm run attest -- --new-key NAME)`,
    "attestation",
  );
}

function newKey(name: string): void {
  if (!/^[a-z0-9-]+$/.test(name)) throw new UsageError("--new-key is no name, expected such as staging-2026");
  const { publicKey, privateKey } = generateKeyPairSync("ed25519");
  const file = join(ROOT, ATTESTATIONS, "keys", `${name}.pem`);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, publicKey.export({ type: "spki", format: "pem" }), { flag: "wx" });
  process.stdout.write(privateKey.export({ type: "pkcs8", format: "pem" }));
  console.error(
    `${file} is key ${keyId(publicKey)}. The private half goes into the secret ${KEY_VARIABLE} of environment staging, and nowhere else.`,
  );
}

await runStep(USAGE, "attestation", async (args) => {
  const { values } = parseCommand(args, {
    stack: { type: "string" },
    smoke: { type: "string" },
    open: { type: "boolean", default: false },
    "new-key": { type: "string" },
  });
  if (values["new-key"] !== undefined) {
    newKey(values["new-key"]);
    return true;
  }
  const { stack, smoke, open } = values;
  if (stack === undefined || smoke === undefined) throw new UsageError("--stack and --smoke are needed");
  const key = signingKey();
  const commit = commitOf(ROOT, "HEAD");
  const statement = statementOf(resolve(ROOT), stack, readJson(smoke, smokeSchema), commit);
  const stamp = statement.predicate.finishedOn.replace(/[-:]|\.\d+/g, "");
  const file = `${ATTESTATIONS}/${stamp}-${stack}-${commit.slice(0, 7)}.json`;
  const text = signStatement(statement, key);
  if (!open) {
    mkdirSync(join(ROOT, ATTESTATIONS), { recursive: true });
    writeFileSync(join(ROOT, file), text);
    console.log(`Wrote ${file}`);
    return true;
  }
  const title = `Attest ${stack} at ${commit.slice(0, 7)}`;
  const subjects = statement.subject.map(({ name, digest }) => `- ${name} \`${digest.sha256.slice(0, 12)}\``);
  const body = `Smoke tests of ${stack} passed: ${statement.predicate.passedTests.length}, on release ${statement.predicate.release}.\n\n${subjects.join("\n")}\n`;
  const { url } = await proposeFiles(ROOT, GitHub.fromEnvironment(), {
    branch: `attest/${stamp}-${stack}`,
    title,
    body,
    files: { [file]: text },
  });
  console.log(`Proposed ${file}: ${url}`);
  return true;
});
