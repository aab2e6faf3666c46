import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ATTESTATIONS, readAttestations } from "../../policies/lib/attestations.ts";
import { readPromotion } from "../../policies/lib/promotions.ts";
import { firstLines, fitBody, thisRun } from "./boundedText.ts";
import { DeliveryError } from "./deliveryError.ts";
import { unattested } from "./promotable.ts";
import { newestPassed, propose, unpromoted, withRelease } from "./promotion.ts";
import type { PullRequest } from "./pulls.ts";
import { resolve } from "./resolved.ts";
import type { Resolved, ResolvedStack } from "./resolved.ts";

/** A promotion to write or to propose. */
export interface PromotionProposal extends PullRequest {
  /** What differs from the promotion before, one line each. */
  readonly changes: readonly string[];
}

/**
 * Refuses a stack of prod whose files are not as promoted, or not attested.
 *
 * @throws DeliveryError, ConfigError
 */
export function assertMayComeUp(root: string, name: string): void {
  const { resolved, stack } = prodStack(root, name);
  refuse(name, unpromoted(root, resolved, stack, readAttestations(root)));
}

/**
 * Moves a stack of prod to what staging has attested: its release, and hashes of each tenant, of each of the stack's settings, and of all
 * files that make what runs.
 *
 * @returns what to write or to propose; undefined if the stack is promoted to what its files say already. Nothing is written
 * @throws DeliveryError if no valid attestation covers it, ConfigError
 */
export function promote(root: string, name: string): PromotionProposal | undefined {
  const attestations = readAttestations(root);
  prodStack(root, name);
  const attestation = newestPassed(attestations);
  if (attestation === undefined) {
    throw new DeliveryError(
      `${ATTESTATIONS} has no attestation of staging that can be trusted (${attestations.refused.length} refused), expected one: npx odoo-saas deploy up on staging, then npx odoo-saas deploy attest`,
      "promotion",
    );
  }
  const { release } = attestation.statement.predicate;
  const settingsFile = `Pulumi.${name}.yaml`;
  const before = readFileSync(join(root, settingsFile), "utf8");
  const settings = withRelease(before, release);
  const { files, changes } = withFile(join(root, settingsFile), settings, () => {
    const { resolved, stack } = prodStack(root, name);
    refuse(name, unattested(resolved, stack, attestations));
    return propose(resolved, stack, attestation, readPromotion(root, name));
  });
  if (changes.length === 0 && settings === before) return undefined;
  return {
    changes,
    branch: `promote/${name}`,
    title: `Promote ${name} to release ${release} as staging attested it`,
    body: fitBody((limit) => {
      const lines = changes.map((change) => `- ${change}`);
      const shown = firstLines(lines, limit, (count) => `- ${count} more`);
      return `From ${ATTESTATIONS}/${attestation.file}.\n\n${shown.join("\n")}\n`;
    }, `in the log of ${thisRun()}, and in the files`),
    files: { ...files, [settingsFile]: settings },
  };
}

/** Works with another text of a file, which is as before afterwards. */
function withFile<T>(file: string, text: string, work: () => T): T {
  const before = readFileSync(file, "utf8");
  if (text === before) return work();
  writeFileSync(file, text);
  try {
    return work();
  } finally {
    writeFileSync(file, before);
  }
}

function prodStack(root: string, name: string): { readonly resolved: Resolved; readonly stack: ResolvedStack } {
  const resolved = resolve(root);
  const stack = resolved.stacks.get(name);
  if (stack?.settings.environment === "prod") return { resolved, stack };
  throw new DeliveryError(`${name} is not a stack of prod, expected one with a valid Pulumi.<stack>.yaml`, "promotion");
}

function refuse(stack: string, problems: readonly string[]): void {
  if (problems.length === 0) return;
  throw new DeliveryError(
    `Staging has not attested the files of ${stack}:\n${problems.map((line) => `  ${line}`).join("\n")}`,
    "promotion",
  );
}
