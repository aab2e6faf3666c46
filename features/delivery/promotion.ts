import { isScalar, parseDocument } from "yaml";
import { promotableHash } from "../../config/index.ts";
import { writeYaml } from "../../config/yaml.ts";
import type { Attestation, Attestations } from "../../policies/lib/attestations.ts";
import { promotionFile, readPromotion } from "../../policies/lib/promotions.ts";
import type { Promotion } from "../../policies/lib/promotions.ts";
import { unattested } from "./promotable.ts";
import type { Resolved, ResolvedStack } from "./resolved.ts";
import { fileDigests } from "./stackOwn.ts";

/** A promotion's text. */
export function renderPromotion(stack: string, promotion: Promotion): string {
  return `# Written by \`npx odoo-saas deploy promote --to ${stack}\`: what the stack takes, as staging has attested it. docs/delivery.md\n${writeYaml(promotion)}`;
}

/** What promoting comes to: the texts of files to change, and who gets something else than before. */
export interface Proposal {
  readonly files: Readonly<Record<string, string>>;
  readonly promotion: Promotion;
  /** What differs from the promotion before: tenants, settings, entries of the program, by what happens to them. */
  readonly changes: readonly string[];
}

/** Newest first. */
function byTime(a: Attestation, b: Attestation): number {
  return a.statement.predicate.finishedOn < b.statement.predicate.finishedOn ? 1 : -1;
}

/** The newest attestation that staging's tests passed with; undefined: there is none. */
export function newestPassed({ valid }: Attestations): Attestation | undefined {
  return valid
    .filter(({ statement: { predicate } }) => predicate.result === "PASSED" && predicate.environment === "staging")
    .sort(byTime)[0];
}

/** The stack's settings file with another release, as it was otherwise. */
export function withRelease(text: string, release: string): string {
  const node = parseDocument(text).getIn(["config", "odoo-saas:release"], true);
  if (!isScalar(node) || !node.range) return text;
  const [start, end] = node.range;
  return text.slice(0, start) + release + text.slice(end);
}

/** What moves a stack to what its files say now, all of it attested. @param attestation that it is made from */
export function propose(
  resolved: Resolved,
  stack: ResolvedStack,
  attestation: Attestation,
  before: Promotion | undefined,
): Proposal {
  const tenants = Object.fromEntries([...stack.tenants].map(([id, spec]) => [id, promotableHash(resolved, spec)]));
  const promotion = {
    attestation: attestation.file,
    commit: attestation.statement.predicate.configuration[0]?.digest.gitCommit ?? "",
    program: sortedRecord(resolved.program),
    settings: sortedRecord(Object.entries(fileDigests(stack.file))),
    tenants,
  };
  const changes = [
    ...changesIn("", before?.tenants, tenants),
    ...changesIn(`Pulumi.${stack.name}.yaml `, before?.settings, promotion.settings),
    ...changesIn("program ", before?.program, promotion.program),
  ];
  return { files: { [promotionFile(stack.name)]: renderPromotion(stack.name, promotion) }, promotion, changes };
}

type Hashes = Readonly<Record<string, string>>;

function sortedRecord(entries: Iterable<readonly [string, string]>): Hashes {
  return Object.fromEntries([...entries].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** What differs, a line each, sorted. Without a promotion before, only tenants are worth a line: all else is new. */
function changesIn(prefix: string, was: Hashes | undefined, is: Hashes): string[] {
  if (was === undefined && prefix !== "") return [];
  return differingNames(was ?? {}, is).map(
    (name) => `${prefix}${name}: ${was?.[name] === undefined ? "new" : is[name] === undefined ? "removed" : "changed"}`,
  );
}

function differingNames(was: Hashes, is: Hashes): string[] {
  return [...new Set([...Object.keys(was), ...Object.keys(is)])].filter((name) => was[name] !== is[name]).sort();
}

/** Why a stack may not be brought up as its files say: not promoted, not attested, or attested by nobody who is trusted. */
export function unpromoted(
  root: string,
  resolved: Resolved,
  stack: ResolvedStack,
  attestations: Attestations,
): string[] {
  const promotion = readPromotion(root, stack.name);
  const file = promotionFile(stack.name);
  if (promotion === undefined) {
    return [
      `${file} is missing or is not a promotion: nothing was promoted yet`,
      ...unattested(resolved, stack, attestations),
    ];
  }
  const tenants = Object.fromEntries([...stack.tenants].map(([id, spec]) => [id, promotableHash(resolved, spec)]));
  const differences = (was: Hashes, is: Hashes, what: (name: string) => string, why: string) =>
    differingNames(was, is).map((name) => `${what(name)} differs from ${file}: ${why}`);
  return [
    ...differences(
      promotion.tenants,
      tenants,
      (id) => `tenant/${id}`,
      "its files, its plan, its modules or its release have changed since, or it was removed",
    ),
    ...differences(
      promotion.settings,
      fileDigests(stack.file),
      (key) => `${key} of Pulumi.${stack.name}.yaml`,
      "the stack's settings have changed since",
    ),
    ...differences(
      promotion.program,
      Object.fromEntries(resolved.program),
      (entry) => entry,
      "the program has changed since",
    ),
    ...unattested(resolved, stack, attestations),
  ];
}
