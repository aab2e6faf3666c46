import { Session, withWorkspace } from "../backups/index.ts";
import { record } from "../events/index.ts";
import { readAttestations } from "../../policies/lib/attestations.ts";
import { KEYCLOAK } from "../../policies/lib/types.ts";
import { runEngine } from "./engine.ts";
import { DeliveryError, RUNBOOK } from "./deliveryError.ts";
import { failuresOf, planOf } from "./plan.ts";
import { SHARED, typeOf } from "../../policies/lib/urn.ts";
import type { Plan } from "./plan.ts";
import { unpromoted } from "./promotion.ts";
import { resolve } from "./resolved.ts";
import type { Resolved, ResolvedStack } from "./resolved.ts";
import { scopeArguments } from "./scope.ts";
import { takeIn } from "./takeIn.ts";
import { runSmoke } from "./smoke/run.ts";
import type { SmokeReport } from "./smoke/run.ts";
import { wavesOf } from "./waves.ts";
import type { Wave } from "./waves.ts";

/** Told of what happens, a line at a time. */
export type Log = (line: string) => void;

/**
 * Brings a stack up as its files say, wave by wave: preview and update with the policies, smoke tests. Prod takes only what was promoted and
 * attested; its tenants are backed up before they change. A wave that fails ends it, but for what fails of tenants that are no canaries: the
 * others come first, and then the failure is reported.
 *
 * @throws DeliveryError
 */
export async function deploy(root: string, name: string, log: Log): Promise<SmokeReport> {
  const resolved = resolve(root);
  const stack = stackOf(resolved, name);
  const isProd = stack.settings.environment === "prod";
  assertPromoted(root, resolved, stack);
  const canaries = new Set(
    [...resolved.projectFiles.tenants.values()]
      .filter(({ environments }) => environments[isProd ? "prod" : "staging"]?.canary === true)
      .map(({ id }) => id),
  );
  const full = await planned(root, name, []);
  const waves = wavesOf(stack, canaries, full);
  let report: SmokeReport | undefined;
  for (const [index, wave] of waves.entries()) {
    const { changed, isNew } = wave;
    const shown = changed.map((id) => (isNew.has(id) ? `${id} (new)` : id)).join(", ");
    log(`Wave ${index + 1} of ${waves.length} (${wave.name}): ${shown || "no tenant changes"}.`);
    const unsaved = isProd ? await backUp(name, full, changed, log) : new Map<string, string>();
    const happening = { kind: "deploy wave", stack: name, tenants: changed, begun: new Date() } as const;
    try {
      report = await bringUp(root, stack, wave, full, unsaved, log);
      record(root, { ...happening, outcome: "succeeded" });
    } catch (error) {
      record(root, { ...happening, outcome: "failed", error });
      const left = waves.length - index - 1;
      // Canaries are there to stop the others; what is new beside them is not.
      if (left > 0 && error instanceof TenantsFailed && !error.tenants.some((id) => canaries.has(id))) {
        log(error.message);
        continue;
      }
      const begun = { ...wave, changed: changed.filter((id) => !unsaved.has(id)) };
      throw waveFailed(name, begun, left, isProd, error);
    }
  }
  if (report === undefined) throw new DeliveryError(`${name} has no wave`, "waves");
  return report;
}

/** @throws DeliveryError when it is a stack of prod, and its files are not what was promoted and attested */
export function assertPromoted(root: string, resolved: Resolved, stack: ResolvedStack): void {
  if (stack.settings.environment !== "prod") return;
  const problems = unpromoted(root, resolved, stack, readAttestations(root));
  if (problems.length === 0) return;
  const lines = problems.map((line) => `  ${line}`).join("\n");
  throw new DeliveryError(
    `The files of ${stack.name} were not promoted:\n${lines}\nFirst get staging's attestation, then run npx odoo-saas deploy promote --to ${stack.name}`,
    "promotion",
  );
}

/** A stack of a checkout. @throws DeliveryError when there is none of that name */
export function stackOf({ stacks }: Resolved, name: string): ResolvedStack {
  const stack = stacks.get(name);
  if (stack !== undefined) return stack;
  throw new DeliveryError(
    `Pulumi.${name}.yaml is missing or invalid, expected one of ${[...stacks.keys()].join(", ")}`,
    "staging",
  );
}

function waveFailed(stack: string, wave: Wave, left: number, isProd: boolean, error: unknown): DeliveryError {
  const why = error instanceof Error ? error.message : String(error);
  const touched = error instanceof TenantsFailed ? wave.changed.filter((id) => error.failed.has(id)) : wave.changed;
  const old = touched.filter((id) => !wave.isNew.has(id));
  const commands = old.map((id) => `npx odoo-saas deploy rollback ${id} --stack ${stack}`).join(" and ");
  const back = isProd && commands !== "" ? `\nTo roll back: ${commands}` : "";
  return new DeliveryError(
    `Wave ${wave.name} of ${stack} failed: ${why}\n${left === 0 ? "No wave is left" : `${left} wave${left === 1 ? "" : "s"} not started: the other tenants are unchanged`}${back}`,
    isProd ? "waves" : "staging",
  );
}

/**
 * Updates what a wave is of, and tests it. Where only some tenants' own parts fail, the others are updated and tested before that is
 * reported.
 *
 * @param unsaved why tenants could not be backed up: they stay as they are
 * @throws TenantsFailed where tenants' own parts failed, and nothing else; Error where a test failed; DeliveryError
 */
async function bringUp(
  root: string,
  { name, tenants }: ResolvedStack,
  { targets, tested }: Wave,
  full: FullPlan,
  unsaved: ReadonlyMap<string, string>,
  log: Log,
): Promise<SmokeReport> {
  const failed = new Map(unsaved);
  for (;;) {
    const left = full.all.filter(({ tenant }) => failed.has(tenant)).map(({ urn }) => urn);
    const wanted = targets?.filter((urn) => !left.includes(urn));
    if (wanted?.length === 0) break;
    const scope = wanted === undefined ? { excluded: left } : { targets: wanted };
    try {
      await update(root, name, log, await scopeArguments(root, name, full, scope));
      break;
    } catch (error) {
      // The engine's own --continue-on-error deletes what is left over while what depends on it is still in the state, and breaks it.
      if (!(error instanceof TenantsFailed) || error.tenants.every((tenant) => failed.has(tenant))) throw error;
      for (const [tenant, why] of error.failed) failed.set(tenant, why);
      log(`Continuing without ${error.tenants.join(", ")}: ${[...error.failed.values()].join("; ")}`);
    }
  }
  const report = await runSmoke(
    root,
    name,
    failed.size === 0 ? tested : (tested ?? [...tenants.keys()]).filter((id) => !failed.has(id)),
    log,
  );
  const broken = report.results
    .filter(({ passed }) => !passed)
    .map(({ tenant, check, message }) => `${tenant} ${check}: ${message}`);
  if (broken.length > 0) throw new Error([...broken, ...[...failed].map(([id, why]) => `${id}: ${why}`)].join("; "));
  if (failed.size > 0) throw new TenantsFailed(name, failed);
  return report;
}

/** A plan, and every resource that was looked at. */
type FullPlan = ReturnType<typeof planOf>;

async function planned(root: string, stack: string, more: readonly string[]): Promise<FullPlan> {
  const { ok, events, text } = await runEngine(root, "preview", stack, more);
  const plan = planOf(stack, ok, events);
  if (!ok) throw new DeliveryError(`The preview of ${stack} failed: ${reasonsOf(plan) || text}`, "preview");
  return plan;
}

function reasonsOf({ policies, errors }: Plan): string {
  return [...policies.filter(({ mandatory }) => mandatory).map(({ message }) => message), ...errors].join("; ");
}

/**
 * An update after a preview of the same files, both with the policies. The preview's plan is not handed to the update
 * (`--save-plan`): the engine takes a Secret whose content is only known by then for a violation, and prints that content
 * (docs/adr/0010-promotion-by-attestation.md).
 *
 * @param more the engine's arguments: {@link scopeArguments}, or others
 * @throws TenantsFailed where tenants' own parts failed, and nothing else; DeliveryError otherwise
 */
export async function update(root: string, stack: string, log: Log, more: readonly string[]): Promise<void> {
  const plan = await planned(root, stack, more);
  log(`${stack}: ${plan.steps.length} of ${plan.resources} resources change.`);
  const realms = updatedRealms(plan);
  if (realms.length > 0) await takeIn(root, stack, realms, "staging", log);
  const { ok, events, text } = await runEngine(root, "up", stack, more, log);
  if (ok) return;
  const failed = failuresOf(events);
  if (failed.size === 0 || failed.has(SHARED)) {
    const reasons = reasonsOf(planOf(stack, ok, events)) || text;
    throw new DeliveryError(`The update of ${stack} failed: ${reasons}`, "staging");
  }
  throw new TenantsFailed(stack, new Map([...failed].map(([tenant, why]) => [tenant, why.join("; ")])));
}

/** What failed of some tenants alone; everybody else is as the files say. */
export class TenantsFailed extends DeliveryError {
  /** Why, by tenant. */
  readonly failed: ReadonlyMap<string, string>;

  /** Whose it is. */
  get tenants(): string[] {
    return [...this.failed.keys()];
  }

  constructor(stack: string, failed: ReadonlyMap<string, string>) {
    const reasons = [...failed].map(([tenant, why]) => `\n  ${tenant}: ${why}`).join("");
    super(`The update of ${stack} succeeded except for ${[...failed.keys()].join(", ")}:${reasons}\n`, "staging");
    this.failed = failed;
  }
}

/**
 * Realms that an update writes as a whole: what their administrators have set since (components/keycloakRealm.ts) is only
 * kept when the state knows it.
 */
export function updatedRealms({ steps }: Plan): string[] {
  return steps.filter(({ effect, urn }) => effect === "update" && typeOf(urn) === KEYCLOAK.realm).map(({ urn }) => urn);
}

/** Backs up those of the tenants that exist. @returns why some could not be, by tenant @throws BackupError; DeliveryError when none of several could */
async function backUp(
  stack: string,
  { all }: FullPlan,
  tenants: readonly string[],
  log: Log,
): Promise<Map<string, string>> {
  const unsaved = new Map<string, string>();
  const existing = tenants.filter((id) => all.some(({ tenant, isNew }) => tenant === id && !isNew));
  if (existing.length === 0) return unsaved;
  await withWorkspace(async (folder) => {
    const session = await Session.open({ stack }, folder);
    for (const tenant of existing) {
      try {
        await session.backUp(tenant, "data", log);
        log(`${tenant} is backed up (${RUNBOOK}#rollback).`);
      } catch (error) {
        // What a tenant does to its own database keeps nobody else from an update.
        const why = `not updated, because it has no backup: ${error instanceof Error ? error.message : String(error)}`;
        unsaved.set(tenant, why);
        log(`Continuing without ${tenant}: ${why}`);
      }
    }
  });
  if (existing.length > 1 && unsaved.size === existing.length) {
    const reasons = [...unsaved].map(([tenant, why]) => `\n  ${tenant}: ${why}`).join("");
    throw new DeliveryError(
      `No tenant of ${stack} can be backed up, so the wave was not started:${reasons}\n`,
      "waves",
    );
  }
  return unsaved;
}
