import assert from "node:assert/strict";
import { generateKeyPairSync, type KeyObject, sign, verify } from "node:crypto";
import { rmSync } from "node:fs";
import { inspect } from "node:util";
import {
  ATTESTATIONS,
  type Attestations,
  attestedDigests,
  keyId,
  readAttestation,
  readAttestations,
  signStatement,
  type Statement,
} from "../../policies/lib/attestations.ts";
import { attest, emptyCheckout, writeInto } from "./support/releasedCheckout.ts";

const DIGEST = "a".repeat(64);
const COMMIT = "1".repeat(40);
const STATEMENT: Statement = {
  _type: "https://in-toto.io/Statement/v1",
  subject: [{ name: "tenant/acme", digest: { sha256: DIGEST } }],
  predicateType: "https://in-toto.io/attestation/test-result/v0.1",
  predicate: {
    result: "PASSED",
    configuration: [{ name: "repository", digest: { gitCommit: COMMIT } }],
    passedTests: ["acme/login"],
    failedTests: [],
    stack: "staging",
    environment: "staging",
    finishedOn: "2026-11-22T21:00:00.000Z",
    release: "18.0-2026.11",
  },
};

const TYPE = "application/vnd.in-toto+json";
const { privateKey, publicKey } = generateKeyPairSync("ed25519");
const other = generateKeyPairSync("ed25519");
const KEYS = new Map([[keyId(publicKey), publicKey]]);

/** What DSSE signs: the lengths are those of the bytes, in decimal. */
function encoded(payload: Buffer, type = TYPE): Buffer {
  return Buffer.concat([Buffer.from(`DSSEv1 ${type.length} ${type} ${payload.length} `), payload]);
}

/** An envelope that is written by hand. */
function envelope(payload: string, key: KeyObject = privateKey, type = TYPE) {
  const bytes = Buffer.from(payload);
  const sig = sign(null, encoded(bytes, type), key).toString("base64");
  return { payloadType: type, payload: bytes.toString("base64"), signatures: [{ keyid: keyId(key), sig }] };
}

const RIGHT = envelope(JSON.stringify(STATEMENT));
const [SIGNATURE = assert.fail()] = RIGHT.signatures;
const FOREIGN = { keyid: keyId(other.privateKey), sig: SIGNATURE.sig };

const NO_ENVELOPE = "is not a DSSE envelope of an in-toto statement";
const NO_SIGNATURE = "has no valid signature of a key in releases/attestations/keys";
const NO_RESULT = "is signed, and no test result of a stack";

const envelopes: readonly (readonly [what: string, envelope: object, expected: Statement | string])[] = [
  ["an envelope", RIGHT, STATEMENT],
  ["a second signature that is trusted", { ...RIGHT, signatures: [FOREIGN, SIGNATURE] }, STATEMENT],
  ["a signature of nobody", { ...RIGHT, signatures: [] }, NO_ENVELOPE],
  ["a signature without a key's name", { ...RIGHT, signatures: [{ sig: SIGNATURE.sig }] }, NO_ENVELOPE],
  ["a signature that is no base64", { ...RIGHT, signatures: [{ ...SIGNATURE, sig: "?" }] }, NO_ENVELOPE],
  ["a payload that is no base64", { ...RIGHT, payload: "?" }, NO_ENVELOPE],
  ["another type of payload", envelope(JSON.stringify(STATEMENT), privateKey, "application/json"), NO_ENVELOPE],
  ["another's signature under its own name", envelope(JSON.stringify(STATEMENT), other.privateKey), NO_SIGNATURE],
  [
    "another's signature under a trusted name",
    {
      ...RIGHT,
      signatures: [{ ...envelope(JSON.stringify(STATEMENT), other.privateKey).signatures[0], keyid: SIGNATURE.keyid }],
    },
    NO_SIGNATURE,
  ],
  ["the signature of another payload", { ...RIGHT, payload: envelope("{}").payload }, NO_SIGNATURE],
  ["a payload that is not JSON", envelope("{"), NO_RESULT],
  ["a payload that is something else", envelope("{}"), NO_RESULT],
];

const { predicate } = STATEMENT;
const [SUBJECT = assert.fail()] = STATEMENT.subject;
const [CONFIGURATION = assert.fail()] = predicate.configuration;

/** What is signed, and no test result of a stack. */
const statements: readonly (readonly [what: string, statement: object])[] = [
  ["another type", { ...STATEMENT, _type: "https://in-toto.io/Statement/v0.1" }],
  ["another predicate", { ...STATEMENT, predicateType: "https://slsa.dev/provenance/v1" }],
  ["no subject", { ...STATEMENT, subject: [] }],
  ...[DIGEST.slice(1), `${DIGEST}a`, DIGEST.toUpperCase(), ""].map(
    (sha256) => [`the digest "${sha256}"`, { ...STATEMENT, subject: [{ ...SUBJECT, digest: { sha256 } }] }] as const,
  ),
  ["a subject without a name", { ...STATEMENT, subject: [{ digest: SUBJECT.digest }] }],
  ...[
    { result: "WARNED" },
    { configuration: [] },
    { configuration: [CONFIGURATION, CONFIGURATION] },
    { configuration: [{ digest: CONFIGURATION.digest }] },
    ...[COMMIT.slice(1), `${COMMIT}1`, "main"].map((gitCommit) => ({
      configuration: [{ ...CONFIGURATION, digest: { gitCommit } }],
    })),
    { passedTests: undefined },
    { failedTests: undefined },
    { failedTests: [1] },
    { stack: undefined },
    { environment: undefined },
    { finishedOn: "yesterday" },
    { release: undefined },
  ].map(
    (changes) =>
      [inspect(changes, { breakLength: Infinity }), { ...STATEMENT, predicate: { ...predicate, ...changes } }] as const,
  ),
];

/** Runs a function with a checkout that trusts one key. */
function withCheckout(use: (root: string) => void): void {
  const root = emptyCheckout();
  try {
    use(root);
  } finally {
    rmSync(root, { recursive: true });
  }
}

describe("an attestation", () => {
  it("is signed as DSSE has it", () => {
    const text = signStatement(STATEMENT, privateKey);
    assert.deepEqual(JSON.parse(text), RIGHT);
    assert.ok(text.endsWith("}\n"));
    const payload = Buffer.from(RIGHT.payload, "base64");
    assert.ok(verify(null, encoded(payload), publicKey, Buffer.from(SIGNATURE.sig, "base64")));
  });

  for (const [what, value, expected] of envelopes) {
    it(`with ${what} ${typeof expected === "string" ? expected : "is believed"}`, () =>
      assert.deepEqual(readAttestation(JSON.stringify(value), KEYS), expected));
  }

  it("that is cut off is not JSON", () =>
    assert.equal(readAttestation(`${JSON.stringify(RIGHT)}}`, KEYS), "is not JSON"));

  for (const [what, statement] of statements) {
    it(`with ${what} is no test result`, () =>
      assert.equal(readAttestation(JSON.stringify(envelope(JSON.stringify(statement))), KEYS), NO_RESULT));
  }
});

describe("the attestations of a checkout", () => {
  it("are believed by the keys beside them, in the order of their names", () => {
    withCheckout((root) => {
      for (const file of ["two.json", "one.json", "README.md"]) attest(root, STATEMENT.subject, { file });
      attest(root, STATEMENT.subject, { file: "three.json", signer: other.privateKey });
      const { valid, refused } = readAttestations(root);
      assert.deepEqual(
        valid.map(({ file }) => file),
        ["one.json", "two.json"],
      );
      assert.deepEqual(refused, [{ file: "three.json", reason: NO_SIGNATURE }]);
    });
  });

  it("are not believed by a key in a file of another kind, and a key that is none is told", () => {
    withCheckout((root) => {
      attest(root, STATEMENT.subject, { signer: other.privateKey });
      const pem = other.publicKey.export({ type: "spki", format: "pem" }).toString();
      writeInto(root, `${ATTESTATIONS}/keys/other.pem.old`, pem);
      assert.deepEqual(readAttestations(root).refused, [{ file: "one.json", reason: NO_SIGNATURE }]);
      writeInto(root, `${ATTESTATIONS}/keys/other.pem`, pem);
      assert.deepEqual(readAttestations(root).refused, []);
      writeInto(root, `${ATTESTATIONS}/keys/other.pem`, pem.slice(0, 60));
      assert.deepEqual(readAttestations(root).refused, [
        { file: "keys/other.pem", reason: "is not a public key in PEM" },
        { file: "one.json", reason: NO_SIGNATURE },
      ]);
    });
  });

  it("are none where there is no folder", () => {
    withCheckout((root) => {
      rmSync(`${root}/releases`, { recursive: true });
      assert.deepEqual(readAttestations(root), { valid: [], refused: [] });
    });
  });

  it("attest what passed in staging, in all of them together", () => {
    const digest = (sha256: string) => ({ sha256: sha256.repeat(64) });
    const of = (sha256: string, changes: Partial<Statement["predicate"]> = {}) => ({
      file: `${sha256}.json`,
      statement: {
        ...STATEMENT,
        subject: ["tenant/acme", `image-${sha256}`].map((name) => ({ name, digest: digest(sha256) })),
        predicate: { ...predicate, ...changes },
      },
    });
    const attestations: Attestations = {
      valid: [
        of("a"),
        of("b"),
        of("c", { result: "FAILED" }),
        of("d", { environment: "prod" }),
        of("e", { failedTests: ["acme/login"] }),
      ],
      refused: [],
    };
    const [a, b] = ["a".repeat(64), "b".repeat(64)];
    assert.deepEqual(
      attestedDigests(attestations),
      new Map([
        ["tenant/acme", new Set([a, b])],
        ["image-a", new Set([a])],
        ["image-b", new Set([b])],
      ]),
    );
  });
});
