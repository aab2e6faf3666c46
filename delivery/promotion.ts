import { isScalar, parseDocument } from "yaml";
import { promotableHash } from "../config/index.ts";
import { writeYaml } from "../config/yaml.ts";
import type { Attestation, Attestations } from "../policies/lib/attestations.ts";
import { promotionFile, readPromotion } from "../policies/lib/promotions.ts";
import type { Promotion } from "../policies/lib/promotions.ts";
import { unattested } from "./promotable.ts";
import type { Resolved, ResolvedStack } from "./resolved.ts";

/** A promotion's text. */
export function renderPromotion(stack: string, promotion: Promotion): string {
  return `# Written by \`npm run promote -- --to ${stack}\`: what the stack takes, as staging has attested it. docs/delivery.md\n${writeYaml(promotion)}`;
}

/** What promoting comes to: the texts of files to change, and who gets something else than before. */
export interface Proposal {
  readonly files: Readonly<Record<string, string>>;
  readonly promotion: Promotion;
  /** Tenants by what happens to them. */
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
    tenants,
  };
  const was = before?.tenants ?? {};
  const changes = [...new Set([...Object.keys(was), ...Object.keys(tenants)])].sort().flatMap((id) => {
    if (was[id] === tenants[id]) return [];
    return [`${id}: ${was[id] === undefined ? "new" : tenants[id] === undefined ? "gone" : "changed"}`];
  });
  return { files: { [promotionFile(stack.name)]: renderPromotion(stack.name, promotion) }, promotion, changes };
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
  const differing = [...stack.tenants]
    .filter(([id, spec]) => promotion?.tenants[id] !== promotableHash(resolved, spec))
    .map(
      ([id]) =>
        `tenant/${id} is not as ${file} has it: its files, its plan, its modules or its release have changed since`,
    );
  return [
    ...(promotion === undefined ? [`${file} is not there, or is no promotion: nothing was promoted yet`] : differing),
    ...unattested(resolved, stack, attestations),
  ];
}
