import { createHash, createPublicKey, sign, verify } from "node:crypto";
import type { KeyObject } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";

/** Folder of the attestations, from the project's root; the keys that are trusted are in `keys/` below it, as PEM. */
export const ATTESTATIONS = "releases/attestations";

/** Media type of in-toto statements: https://github.com/in-toto/attestation/blob/main/spec/v1/envelope.md */
const PAYLOAD_TYPE = "application/vnd.in-toto+json";
const STATEMENT_TYPE = "https://in-toto.io/Statement/v1";
/** https://github.com/in-toto/attestation/blob/main/spec/predicates/test-result.md */
const PREDICATE_TYPE = "https://in-toto.io/attestation/test-result/v0.1";

const envelopeSchema = z.object({
  payloadType: z.literal(PAYLOAD_TYPE),
  payload: z.base64(),
  signatures: z.array(z.object({ keyid: z.string(), sig: z.base64() })).min(1),
});

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const statementSchema = z.object({
  _type: z.literal(STATEMENT_TYPE),
  subject: z.array(z.object({ name: z.string(), digest: z.object({ sha256 }) })).min(1),
  predicateType: z.literal(PREDICATE_TYPE),
  predicate: z.object({
    result: z.enum(["PASSED", "FAILED"]),
    configuration: z
      .array(z.object({ name: z.string(), digest: z.object({ gitCommit: z.string().regex(/^[0-9a-f]{40}$/) }) }))
      .length(1),
    passedTests: z.array(z.string()),
    failedTests: z.array(z.string()),
    stack: z.string(),
    environment: z.string(),
    /** ISO 8601. */
    finishedOn: z.iso.datetime(),
    release: z.string(),
  }),
});

/** What a stack was when its tests had run: images and tenants as subjects, results and commit as predicate. */
export type Statement = z.output<typeof statementSchema>;

/** Name of the subject that stands for a tenant's resolved files. */
export function tenantSubject(tenant: string): string {
  return `tenant/${tenant}`;
}

/** Name of the subject that stands for a top-level entry of the checkout. */
export function programSubject(entry: string): string {
  return `program/${entry}`;
}

/** Name of the subject that stands for a setting that stacks share. */
export function settingSubject(path: string): string {
  return `setting/${path}`;
}

/** A statement whose signature one of the trusted keys has made. */
export interface Attestation {
  /** File name. */
  readonly file: string;
  readonly statement: Statement;
}

/** Attestations of a folder: those that may be believed, and why the others, and files of keys, may not. */
export interface Attestations {
  readonly valid: readonly Attestation[];
  readonly refused: readonly { readonly file: string; readonly reason: string }[];
}

/** What is signed (DSSE, pre-authentication encoding): https://github.com/secure-systems-lab/dsse/blob/master/protocol.md */
function encoded(payload: Buffer): Buffer {
  const head = `DSSEv1 ${Buffer.byteLength(PAYLOAD_TYPE)} ${PAYLOAD_TYPE} ${payload.length} `;
  return Buffer.concat([Buffer.from(head), payload]);
}

/** Name of a key: SHA-256 of its public half. */
export function keyId(key: KeyObject): string {
  const spki = createPublicKey(
    key.type === "private"
      ? { key: key.export({ type: "pkcs8", format: "pem" }), format: "pem" }
      : { key: key.export({ type: "spki", format: "pem" }), format: "pem" },
  );
  return createHash("sha256")
    .update(spki.export({ type: "spki", format: "der" }))
    .digest("hex");
}

/** Signs a statement with an Ed25519 key: the text of an attestation's file. */
export function signStatement(statement: Statement, key: KeyObject): string {
  const payload = Buffer.from(JSON.stringify(statement));
  const envelope = {
    payloadType: PAYLOAD_TYPE,
    payload: payload.toString("base64"),
    signatures: [{ keyid: keyId(key), sig: sign(null, encoded(payload), key).toString("base64") }],
  };
  return `${JSON.stringify(envelope, undefined, 2)}\n`;
}

/** Reads an attestation. @returns the statement, or why it may not be believed */
export function readAttestation(text: string, keys: ReadonlyMap<string, KeyObject>): Statement | string {
  const json = parsed(text);
  if (json === undefined) return "is not JSON";
  const envelope = envelopeSchema.safeParse(json);
  if (!envelope.success) return "is not a DSSE envelope of an in-toto statement";
  const payload = Buffer.from(envelope.data.payload, "base64");
  const isSigned = envelope.data.signatures.some(({ keyid, sig }) => {
    const key = keys.get(keyid);
    return key !== undefined && verify(null, encoded(payload), key, Buffer.from(sig, "base64"));
  });
  if (!isSigned) return `has no valid signature of a key in ${ATTESTATIONS}/keys`;
  const statement = statementSchema.safeParse(parsed(payload.toString("utf8")));
  return statement.success ? statement.data : "is signed, and no test result of a stack";
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Reads all attestations of a project, and the keys. A missing folder has none. */
export function readAttestations(root: string): Attestations {
  const folder = join(root, ATTESTATIONS);
  const pems = names(join(folder, "keys"), ".pem").map((name) => ({
    file: `keys/${name}`,
    key: publicKey(readFileSync(join(folder, "keys", name))),
  }));
  const keys = new Map(pems.flatMap(({ key }) => (key === undefined ? [] : [[keyId(key), key] as const])));
  const read = names(folder, ".json").map((file) => ({
    file,
    result: readAttestation(readFileSync(join(folder, file), "utf8"), keys),
  }));
  return {
    valid: read.flatMap(({ file, result }) => (typeof result === "string" ? [] : [{ file, statement: result }])),
    refused: [
      ...pems.flatMap(({ file, key }) => (key === undefined ? [{ file, reason: "is not a public key in PEM" }] : [])),
      ...read.flatMap(({ file, result }) => (typeof result === "string" ? [{ file, reason: result }] : [])),
    ],
  };
}

function publicKey(pem: Buffer): KeyObject | undefined {
  try {
    return createPublicKey(pem);
  } catch {
    return undefined;
  }
}

function names(folder: string, ending: string): string[] {
  try {
    return readdirSync(folder)
      .filter((name) => name.endsWith(ending))
      .sort();
  } catch {
    return [];
  }
}

/** Whether a statement says that staging's tests have passed, all of them. */
export function hasPassed({ predicate: { result, environment, failedTests } }: Statement): boolean {
  return result === "PASSED" && environment === "staging" && failedTests.length === 0;
}

/** Digests (hex) of subjects that staging's tests have passed with, by the subject's name. */
export function attestedDigests(attestations: Attestations): ReadonlyMap<string, ReadonlySet<string>> {
  const found = new Map<string, Set<string>>();
  for (const { statement } of attestations.valid) {
    if (!hasPassed(statement)) continue;
    for (const { name, digest } of statement.subject) {
      found.set(name, (found.get(name) ?? new Set()).add(digest.sha256));
    }
  }
  return found;
}
