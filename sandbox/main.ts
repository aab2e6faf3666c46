import { rmSync } from "node:fs";
import { FORCE, recover } from "../features/recovery/recover.ts";
import { asksForHelp, parseCommand, UsageError } from "../commands/command.ts";
import { deleteInstance, findInstance, openInstance, SandboxError } from "./instance.ts";
import type { Instance } from "./instance.ts";
import { lockInstance } from "./lock.ts";
import { endOrphanedPlugins } from "./orphanedPlugins.ts";
import { statusReport, statusText, summary } from "./report.ts";
import { servicesStatus, startServices, stopServices } from "./services/index.ts";
import {
  hasStack,
  isPulumiRunning,
  POLICY_ARGUMENTS,
  prepareStack,
  pulumiEnv,
  refuseWhileUpdating,
  removeStaleLocks,
  runPulumi,
  shellSetUp,
  STACK,
  stackFile,
  stackOutputs,
  temporaryFolder,
  wasCutOff,
} from "./stack.ts";
import { ensureToolchain } from "./toolchain/ensure.ts";
import type { Toolchain } from "./toolchain/ensure.ts";
import { checkFiles } from "./settings.ts";

const USAGE = `usage: npm run <command> [-- options]

  sandbox          installs what is missing, starts the services, brings all tenants up, prints what came to be
  preview          what an update would change           (options go to \`pulumi preview\`)
  up               the update                            (options go to \`pulumi up\`)
  sandbox:status   what runs, and where                  (--json, --show-secrets)
  sandbox:env      shell commands for plain pulumi:      eval "$(npm run -s sandbox:env)"
  sandbox:down     stops the services; data is kept
  sandbox:reset    stops the services and deletes their data

Folder of the data: ODOO_SANDBOX_HOME. Ports: see sandbox:status.`;

const log = (line: string) => console.error(line);

async function main([command = "", ...args]: string[]): Promise<number> {
  // Also where other options go to Pulumi.
  if (asksForHelp([command, ...args])) {
    console.log(USAGE);
    return 0;
  }
  switch (command) {
    case "up":
      parseCommand(args, {});
      return await sandbox();
    case "preview":
      return await preview(args);
    case "update":
      return await update(args);
    case "status":
      return await status(args);
    case "env":
      parseCommand(args, {});
      return await env();
    case "down":
      parseCommand(args, {});
      return await down();
    case "reset":
      parseCommand(args, {});
      return await reset();
    default:
      console.error(USAGE);
      return 2;
  }
}

async function sandbox(): Promise<number> {
  const instance = await openInstance();
  checkFiles(instance.checkout);
  lockInstance(instance.home);
  const toolchain = await ensureToolchain(["core"], { log });
  await startServices(instance, toolchain, log);
  await prepareStack(instance, toolchain);
  const status = await apply(instance, toolchain, ["--suppress-outputs"]);
  if (status === 0) console.log(`\n${summary(instance, await stackOutputs(instance, toolchain, true))}`);
  return status;
}

async function preview(args: readonly string[]): Promise<number> {
  const instance = await openInstance();
  const toolchain = await ready(instance, () => lockInstance(instance.home));
  const status = await runPulumi(instance, toolchain, ["preview", "--stack", STACK, ...POLICY_ARGUMENTS, ...args]);
  return status === 0 ? 0 : 1;
}

async function update(args: readonly string[]): Promise<number> {
  const instance = await openInstance();
  checkFiles(instance.checkout);
  lockInstance(instance.home);
  return await apply(instance, await ready(instance), args);
}

/**
 * Starts the services, and brings the stack's settings up to date.
 *
 * @param beforeStart done when a service must be started
 */
async function ready(instance: Instance, beforeStart?: () => void): Promise<Toolchain> {
  // Before anything is started: wrong input is told at once.
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

/** Most times that an update is run again by itself: each time something was found that kept it from ending well. */
const MOST_REPEATS = 2;

/**
 * Updates the stack. What an update that was cut off or answered too late left behind is put in order, services that have
 * stopped are started, and the update is done again.
 */
async function apply(instance: Instance, toolchain: Toolchain, args: readonly string[]): Promise<number> {
  refuseWhileUpdating(instance);
  const all = ["up", "--yes", "--stack", STACK, ...POLICY_ARGUMENTS, ...args];
  Object.assign(process.env, pulumiEnv(instance, toolchain));
  const endPlugins = () => {
    const ended = endOrphanedPlugins(instance);
    if (ended > 0) log(`Ended ${ended} providers of an engine that was killed.`);
  };
  endPlugins();
  const putInOrder = async (where: "begun" | "declared") => {
    endPlugins();
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
  };
  if (wasCutOff(instance)) {
    log("The last update was cut off: putting the state in order first (docs/runbooks/interrupted-update.md).");
    await putInOrder("begun");
  }
  for (let repeats = 0; ; repeats++) {
    const status = await runPulumi(instance, toolchain, all);
    if (status === 0 || isInterrupted || repeats === MOST_REPEATS) return status === 0 ? 0 : 1;
    const stopped = stoppedServices(instance);
    if (stopped.length > 0) {
      log(`Stopped meanwhile: ${stopped.join(", ")}. Starting again, and waiting until they answer.`);
      await startServices(instance, toolchain, log);
    }
    const { adopted, cleared } = await putInOrder("declared");
    if (stopped.length === 0 && adopted === 0 && cleared === 0) return 1;
    log(`Updating again (${repeats + 1} of at most ${MOST_REPEATS} times).`);
  }
}

async function status(args: readonly string[]): Promise<number> {
  const { values } = parseCommand(args, { json: { type: "boolean" }, "show-secrets": { type: "boolean" } });
  const showSecrets = values["show-secrets"] === true;
  const instance = await findInstance();
  if (instance === undefined) {
    console.log(
      values.json === true
        ? JSON.stringify({ services: [], outputs: {} })
        : "There is no sandbox. Start it: npm run sandbox",
    );
    return 0;
  }
  const wantsOutputs = values.json === true || showSecrets;
  const outputs =
    wantsOutputs && hasStack(instance)
      ? await stackOutputs(instance, await ensureToolchain(["core"], { log }), showSecrets)
      : {};
  if (values.json === true) console.log(JSON.stringify({ ...statusReport(instance, showSecrets), outputs }, null, 2));
  else console.log(statusText(instance, showSecrets ? outputs : undefined));
  return 0;
}

async function env(): Promise<number> {
  const instance = await findInstance();
  if (instance === undefined) throw new SandboxError("There is no sandbox. Start it: npm run sandbox");
  console.log(shellSetUp(instance, await ensureToolchain(["core"], { log })));
  return 0;
}

async function down(): Promise<number> {
  const instance = await findInstance();
  if (instance !== undefined) lockInstance(instance.home);
  const stopped = instance === undefined ? [] : await stopAll(instance);
  log(
    stopped.length === 0
      ? "Nothing was running."
      : `Stopped: ${stopped.join(", ")}. Data is kept; npm run sandbox goes on.`,
  );
  return 0;
}

function stopAll(instance: Instance): Promise<string[]> {
  endOrphanedPlugins(instance);
  return stopServices(instance);
}

async function reset(): Promise<number> {
  const instance = await findInstance({ ignoreDamage: true });
  if (instance === undefined) {
    log("There is no sandbox.");
    return 0;
  }
  lockInstance(instance.home);
  await stopAll(instance);
  deleteInstance(instance);
  rmSync(stackFile(instance), { force: true });
  log(`Forgotten: ${instance.home}. The toolchain stays in the cache.`);
  return 0;
}

let isInterrupted = false;
for (const [signal, code] of [
  ["SIGINT", 130],
  ["SIGTERM", 143],
  ["SIGHUP", 129],
] as const) {
  process.on(signal, () => {
    isInterrupted = true;
    // Pulumi gets the terminal's interrupt itself, and finishes what it is doing: what it made would be lost otherwise.
    if (isPulumiRunning()) return;
    log(
      "Interrupted. The same command goes on from here; what was started keeps running until `npm run sandbox:down`.",
    );
    process.exit(code);
  });
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (error instanceof UsageError) {
    console.error(`${error.message}\n\n${USAGE}`);
    process.exitCode = 2;
  } else {
    // All that a person can mend has a message of its own; a stack trace is for what nobody thought of.
    console.error(isExpected(error) ? error.message : error);
    process.exitCode = 1;
  }
}

/** Whether an error says something to its reader: those of the language mean a mistake in this code. */
function isExpected(error: unknown): error is Error {
  const mistakes = [TypeError, RangeError, ReferenceError, SyntaxError];
  return error instanceof Error && !mistakes.some((kind) => error instanceof kind);
}
