import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { parseCommand, UsageError } from "../command.ts";
import { ATTESTATIONS, readAttestations } from "../../policies/lib/attestations.ts";
import { readPromotion } from "../../policies/lib/promotions.ts";
import { ROOT, runStep } from "../step.ts";
import { DeliveryError } from "../../features/delivery/errors.ts";
import { GitHub } from "../../features/delivery/github.ts";
import { newestPassed, propose, unpromoted, withRelease } from "../../features/delivery/promotion.ts";
import { unattested } from "../../features/delivery/promotable.ts";
import { proposeFiles } from "../../features/delivery/pulls.ts";
import { resolve } from "../../features/delivery/resolved.ts";

const USAGE = `usage: npm run promote -- --to STACK [--open | --check]

Moves a stack of prod to what staging has attested: its release, and a hash of each tenant, of each of the stack's settings and of all
files that make what runs, in promotions/STACK.yaml. Refuses what no valid attestation covers. Exit status: 0 done, 1 refused or failed, 2 wrong usage.

  --to STACK   a stack of prod
  --open       proposes it by a pull request; default: only writes the files
  --check      changes nothing: says whether the stack's files may be brought up as they are`;

await runStep(USAGE, "promotion", async (args) => {
  const { values } = parseCommand(args, {
    to: { type: "string" },
    open: { type: "boolean", default: false },
    check: { type: "boolean", default: false },
  });
  const { to } = values;
  if (to === undefined) throw new UsageError("--to is missing, expected a stack of prod");
  const attestations = readAttestations(ROOT);
  const stackNow = prodStack(to);
  if (values.check) {
    refuse(to, unpromoted(ROOT, stackNow.resolved, stackNow.stack, attestations));
    console.log(`${to} is as promoted, and attested.`);
    return true;
  }
  const attestation = newestPassed(attestations);
  if (attestation === undefined) {
    throw new DeliveryError(
      `${ATTESTATIONS} has no attestation of staging that can be believed (${attestations.refused.length} refused), expected one: npm run deploy on staging, then npm run attest`,
      "promotion",
    );
  }
  const file = `Pulumi.${to}.yaml`;
  const before = readFileSync(join(ROOT, file), "utf8");
  const settings = withRelease(before, attestation.statement.predicate.release);
  if (settings !== before) writeFileSync(join(ROOT, file), settings);
  try {
    const { resolved, stack } = prodStack(to);
    refuse(to, unattested(resolved, stack, attestations));
    const { files, changes } = propose(resolved, stack, attestation, readPromotion(ROOT, to));
    const all = { ...files, [file]: settings };
    if (changes.length === 0 && settings === before) {
      console.log(`${to} is promoted to what its files say already.`);
      return true;
    }
    for (const change of changes) console.log(change);
    if (!values.open) {
      for (const [path, text] of Object.entries(all)) {
        mkdirSync(dirname(join(ROOT, path)), { recursive: true });
        writeFileSync(join(ROOT, path), text);
      }
      return true;
    }
    const { release } = attestation.statement.predicate;
    const { url } = await proposeFiles(ROOT, GitHub.fromEnvironment(), {
      branch: `promote/${to}`,
      title: `Promote ${to} to release ${release} as staging attested it`,
      body: `From ${ATTESTATIONS}/${attestation.file}.\n\n${changes.map((change) => `- ${change}`).join("\n")}\n`,
      files: all,
    });
    console.log(`Proposed: ${url}`);
    return true;
  } catch (error) {
    writeFileSync(join(ROOT, file), before);
    throw error;
  }
});

function prodStack(name: string) {
  const resolved = resolve(ROOT);
  const stack = resolved.stacks.get(name);
  if (stack?.settings.environment === "prod") return { resolved, stack };
  throw new DeliveryError(`${name} is no stack of prod, expected one with a right Pulumi.<stack>.yaml`, "promotion");
}

function refuse(stack: string, problems: readonly string[]): void {
  if (problems.length === 0) return;
  throw new DeliveryError(
    `${stack} refuses what staging has not attested:\n${problems.map((line) => `  ${line}`).join("\n")}`,
    "promotion",
  );
}
