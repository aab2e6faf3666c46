import { rmSync } from "node:fs";
import { join } from "node:path";
import { syncAnalytics, wantedOf } from "../features/analytics/index.ts";
import { recordDeployed, takeInventory } from "../features/inventory/index.ts";
import { FORCE, recover } from "../features/recovery/recover.ts";
import { keepEvents } from "./events.ts";
import { openInstance, SandboxError, writeSecretFile } from "./instance.ts";
import type { Instance } from "./instance.ts";
import { waitForPulumiOnSignals } from "./interrupts.ts";
import type { Interrupts } from "./interrupts.ts";
import { lockInstance } from "./lock.ts";
import { log } from "./log.ts";
import { endOrphanedPlugins } from "./orphanedPlugins.ts";
import { summary } from "./report.ts";
import {
  buildConsole,
  CONSOLE_VARIABLE,
  consoleOutput,
  hasConsole,
  inventoriesFolder,
  startConsole,
} from "./services/console.ts";
import { servicesStatus, startServices } from "./services/index.ts";
import { startSuperset, supersetVariables } from "./services/superset.ts";
import { checkFiles } from "./settings.ts";
import {
  POLICY_ARGUMENTS,
  prepareStack,
  pulumiEnv,
  refuseWhileUpdating,
  removeStaleLocks,
  runStack,
  STACK,
  stackOutputs,
  temporaryFolder,
  wasCutOff,
} from "./stack.ts";
import { ensureToolchain } from "./toolchain/ensure.ts";
import type { Toolchain } from "./toolchain/ensure.ts";

/** Maximum number of times that an update is repeated automatically, each time because a cause of the failure was found. */
const MAX_REPEATS = 2;

/** What a sandbox has only when it is asked for. `analytics`: Superset, with the tenants' dashboards. */
export const EXTRAS = ["analytics"] as const;

/** One of {@link EXTRAS}. */
export type Extra = (typeof EXTRAS)[number];

/**
 * Starts the sandbox: installs what is missing, starts the services, and brings all tenants up.
 *
 * @param extras what to start besides
 * @returns a summary of the tenants and how to log in; undefined if the update failed
 * @throws UserError
 */
export async function startSandbox(extras: readonly Extra[] = []): Promise<string | undefined> {
  if (extras.includes("analytics") && !hasConsole()) {
    throw new SandboxError(
      `Superset's staff log in through the console's realm: start with the console, without ${CONSOLE_VARIABLE}=none.`,
    );
  }
  const interrupts = waitForPulumiOnSignals();
  const instance = await openInstance();
  keepEvents(instance);
  checkFiles(instance.checkout);
  lockInstance(instance.home);
  const toolchain = await ensureToolchain(["core"], { log });
  const built = hasConsole() ? buildConsole().catch(asError) : undefined;
  await startServices(instance, toolchain, log);
  await prepareStack(instance, toolchain);
  const isUp = await update(instance, toolchain, ["--suppress-outputs"], interrupts);
  if (!isUp) return undefined;
  const outputs = await stackOutputs(instance, toolchain, true);
  const output = consoleOutput(outputs);
  const problem = await built;
  if (problem !== undefined) throw problem;
  if (output !== undefined) await startConsole(instance, output, log);
  if (extras.includes("analytics")) await startAnalytics(instance);
  return summary(instance, outputs);
}

/** Starts Superset and makes the tenants' dashboards. @throws UserError also when a tenant's cannot be made */
async function startAnalytics(instance: Instance): Promise<void> {
  await startSuperset(instance, log);
  const wanted = await wantedOf(instance.checkout, STACK, { ...process.env, ...supersetVariables(instance) });
  const { tenants } = await syncAnalytics(wanted, log);
  const failed = tenants.flatMap(({ tenant, error }) => (error === undefined ? [] : [`${tenant}: ${error}`]));
  if (failed.length > 0) throw new SandboxError(`Dashboards could not be made:\n${failed.join("\n")}`);
}

/**
 * Previews an update of the sandbox.
 *
 * @param options for `pulumi preview`
 * @returns whether it succeeded
 * @throws UserError
 */
export async function previewSandbox(options: readonly string[]): Promise<boolean> {
  waitForPulumiOnSignals();
  const instance = await openInstance();
  const toolchain = await makeReady(instance, () => lockInstance(instance.home));
  const status = await runStack(instance, toolchain, ["preview", "--stack", STACK, ...POLICY_ARGUMENTS, ...options]);
  return status === 0;
}

/**
 * Updates the sandbox.
 *
 * @param options for `pulumi up`
 * @returns whether it succeeded
 * @throws UserError
 */
export async function updateSandbox(options: readonly string[]): Promise<boolean> {
  const interrupts = waitForPulumiOnSignals();
  const instance = await openInstance();
  keepEvents(instance);
  checkFiles(instance.checkout);
  lockInstance(instance.home);
  return await update(instance, await makeReady(instance), options, interrupts);
}

/**
 * Starts services that are stopped, and brings the stack's settings up to date.
 *
 * @param beforeStart called before a service is started
 */
async function makeReady(instance: Instance, beforeStart?: () => void): Promise<Toolchain> {
  // Before anything is started: wrong input is reported at once.
  checkFiles(instance.checkout);
  const toolchain = await ensureToolchain(["core"], { log });
  if (stoppedServices(instance).length > 0) {
    beforeStart?.();
    await startServices(instance, toolchain, log);
  }
  await prepareStack(instance, toolchain);
  return toolchain;
}

function stoppedServices(instance: Instance): string[] {
  return servicesStatus(instance).flatMap(({ name, pid }) => (pid === undefined ? [name] : []));
}

/** Updates the stack, and writes what it has then for the console, where this sandbox has one. */
async function update(
  instance: Instance,
  toolchain: Toolchain,
  options: readonly string[],
  interrupts: Interrupts,
): Promise<boolean> {
  const isUp = await updateStack(instance, toolchain, options, interrupts);
  if (hasConsole()) await writeInventory(instance);
  return isUp;
}

/**
 * Updates the stack. Repairs what an interrupted update, or one whose answers came too late, left behind, starts services that have stopped,
 * and repeats the update.
 */
async function updateStack(
  instance: Instance,
  toolchain: Toolchain,
  options: readonly string[],
  interrupts: Interrupts,
): Promise<boolean> {
  refuseWhileUpdating(instance);
  const args = ["up", "--yes", "--stack", STACK, ...POLICY_ARGUMENTS, ...options];
  Object.assign(process.env, pulumiEnv(instance, toolchain));
  endPlugins(instance);
  if (wasCutOff(instance)) {
    log("The last update was interrupted: repairing the state first (docs/runbooks/interrupted-update.md).");
    await repairState(instance, toolchain, "begun");
  }
  for (let repeats = 0; ; repeats++) {
    const status = await runStack(instance, toolchain, args);
    if (status === 0 || interrupts.isInterrupted || repeats === MAX_REPEATS) return status === 0;
    const stopped = stoppedServices(instance);
    if (stopped.length > 0) {
      log(`Stopped meanwhile: ${stopped.join(", ")}. Starting again, and waiting until they answer.`);
      await startServices(instance, toolchain, log);
    }
    const { adopted, cleared } = await repairState(instance, toolchain, "declared");
    if (stopped.length === 0 && adopted === 0 && cleared === 0) return false;
    log(`Updating again (${repeats + 1} of at most ${MAX_REPEATS} times).`);
  }
}

/** Writes what the stack has now, for the console. */
async function writeInventory(instance: Instance): Promise<void> {
  const inventory = await takeInventory(instance.checkout, STACK);
  const file = join(inventoriesFolder(instance), `inventory-${STACK}.json`);
  writeSecretFile(file, `${JSON.stringify(inventory)}\n`);
  recordDeployed(instance.checkout, inventory);
}

function asError(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error(String(reason));
}

function endPlugins(instance: Instance): void {
  const ended = endOrphanedPlugins(instance);
  if (ended > 0) log(`Ended ${ended} providers of an engine that was killed.`);
}

async function repairState(instance: Instance, toolchain: Toolchain, where: "begun" | "declared") {
  endPlugins(instance);
  const tmp = temporaryFolder(instance);
  process.env.TMPDIR = tmp;
  try {
    await removeStaleLocks(instance, toolchain);
    const recovery = await recover(STACK, instance.checkout, where, (line) => console.log(line));
    if (recovery.force) Object.assign(process.env, FORCE);
    return recovery;
  } finally {
    rmSync(tmp, { recursive: true, force: true });
    delete process.env.TMPDIR;
  }
}
