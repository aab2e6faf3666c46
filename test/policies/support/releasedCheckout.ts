import { generateKeyPairSync, type KeyObject } from "node:crypto";
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { ATTESTATIONS, signStatement, type Statement, tenantSubject } from "../../../policies/lib/attestations.ts";
import { checkout } from "../../../policies/lib/checkout.ts";
import { Field } from "../../../policies/lib/field.ts";
import { containers, podTemplate, WORKLOADS } from "../../../policies/lib/pods.ts";
import { promotionFile } from "../../../policies/lib/promotions.ts";
import { stackName, TENANT_COMPONENT } from "../../../policies/lib/urn.ts";
import { renderPromotion } from "../../../features/delivery/promotion.ts";
import type { Resource } from "../../../features/look/judge.ts";

const pair = generateKeyPairSync("ed25519");
const PROJECT = checkout.root;

/** Begins a checkout without attestations, which trusts one key. */
export function emptyCheckout(): string {
  const root = mkdtempSync(join(tmpdir(), "odoo-saas-released-"));
  const key = pair.publicKey.export({ type: "spki", format: "pem" }).toString();
  writeInto(root, `${ATTESTATIONS}/keys/test.pem`, key);
  return root;
}

/** What an attestation of a graph is about. */
export function subjectsOf(resources: readonly Resource[]): Statement["subject"] {
  return [...tenantsOf(resources), ...imagesOf(resources)].map(([name, sha256]) => ({ name, digest: { sha256 } }));
}

/** How something is attested. */
export interface Attesting {
  /** Default: `one.json`. */
  readonly file?: string;
  /** Default: the key that is trusted. */
  readonly signer?: KeyObject;
  /** What else is said of it than that staging's tests passed. */
  readonly changes?: Partial<Statement["predicate"]>;
}

/** Has staging attest something, by the trusted key or another one. Returns what it attested. */
export function attest(
  root: string,
  subject: Statement["subject"],
  { file = "one.json", signer = pair.privateKey, changes = {} }: Attesting = {},
): Statement {
  const statement: Statement = {
    _type: "https://in-toto.io/Statement/v1",
    subject,
    predicateType: "https://in-toto.io/attestation/test-result/v0.1",
    predicate: {
      result: "PASSED",
      configuration: [{ name: "repository", digest: { gitCommit: "1".repeat(40) } }],
      passedTests: [],
      failedTests: [],
      stack: "staging",
      environment: "staging",
      finishedOn: "2026-11-22T21:00:00.000Z",
      release: "18.0-2026.11",
      ...changes,
    },
  };
  writeInto(root, `${ATTESTATIONS}/${file}`, signStatement(statement, signer));
  return statement;
}

/** Promotes a graph's stack to what the graph is. */
export function promote(root: string, resources: readonly Resource[]): void {
  const stack = stackName(resources[0]?.urn ?? "");
  const tenants = Object.fromEntries(
    tenantsOf(resources).map(([name, hash]) => [name.slice(tenantSubject("").length), hash]),
  );
  const promotion = { attestation: "one.json", commit: "1".repeat(40), program: {}, settings: {}, tenants };
  writeInto(root, promotionFile(stack), renderPromotion(stack, promotion));
}

/** A checkout in which a graph is attested and promoted. */
export function releasedCheckout(resources: readonly Resource[]): string {
  const root = emptyCheckout();
  attest(root, subjectsOf(resources));
  promote(root, resources);
  return root;
}

/** Has policies go by another checkout than this one, while mocha runs what declares it. @param make runs before the tests */
export function useCheckout(make: () => string | Promise<string>): void {
  before(async () => {
    checkout.root = await make();
  });
  after(() => {
    if (checkout.root !== PROJECT) rmSync(checkout.root, { recursive: true });
    checkout.root = PROJECT;
  });
}

/** As {@link useCheckout}, unless what declares it is inside of another one. */
export function useCheckoutByDefault(make: () => string): void {
  let own: string | undefined;
  before(() => {
    if (checkout.root === PROJECT) own = checkout.root = make();
  });
  after(() => {
    if (own === undefined) return;
    rmSync(own, { recursive: true });
    checkout.root = PROJECT;
  });
}

/** Puts a copy of the pack, and of what it imports of the program, into a checkout. Returns the copy's folder. */
export function copyPack(root: string): string {
  for (const part of ["policies", "config", "lib", "package.json", "preload.cjs"])
    cpSync(join(PROJECT, part), join(root, part), { recursive: true });
  symlinkSync(join(PROJECT, "node_modules"), join(root, "node_modules"));
  return join(root, "policies");
}

/** Writes a file of a checkout, and the folders that it is in. */
export function writeInto(root: string, file: string, text: string): void {
  mkdirSync(dirname(join(root, file)), { recursive: true });
  writeFileSync(join(root, file), text);
}

function tenantsOf(resources: readonly Resource[]): (readonly [string, string])[] {
  return resources
    .filter(({ type }) => type === TENANT_COMPONENT)
    .map(({ name, props }) => [tenantSubject(name), String(props["specHash"])] as const);
}

function imagesOf(resources: readonly Resource[]): (readonly [string, string])[] {
  return resources
    .filter(({ type }) => WORKLOADS.includes(type))
    .flatMap(({ type, props }) => containers(podTemplate(type, new Field(props)).at("spec")))
    .flatMap((container) => {
      const [repository = "", digest] = (container.at("image").text ?? "").split("@sha256:");
      return digest === undefined ? [] : [[repository.replace(/:[^:/]+$/, ""), digest] as const];
    });
}
