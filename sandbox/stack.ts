import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { delimiter, join } from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import { writeYaml } from "../config/yaml.ts";
import { LockedError, replayLeftJournal, withJournal } from "../features/state/index.ts";
import { POLICY_PACK } from "../lib/policyPack.ts";
import { processIdentity } from "../lib/processIdentity.ts";
import { runPulumi, watchPulumi } from "../lib/pulumi.ts";
import { SandboxError, writeSecretFile } from "./instance.ts";
import type { Instance } from "./instance.ts";
import { log } from "./log.ts";
import { kubeconfigPath } from "./services/kubeconfig.ts";
import { sandboxSettings } from "./settings.ts";
import { guardState, restoreState } from "./stateGuard.ts";
import { toolchainEnv } from "./toolchain/ensure.ts";
import type { Toolchain } from "./toolchain/ensure.ts";

/** Name of the stack. */
export const STACK = "sandbox";
/** Name of the Pulumi project, and of the namespace of its configuration. */
const PROJECT = "odoo-saas";

/** Arguments that switch the policies on, with what the sandbox's plain HTTP and unprotected data need relaxed. */
export const POLICY_ARGUMENTS = [
  "--policy-pack",
  POLICY_PACK,
  "--policy-pack-config",
  "policies/sandbox.json",
] as const;

const stackFileSchema = z.looseObject({
  encryptionsalt: z.string().optional(),
  config: z.record(z.string(), z.unknown()).default({}),
});
const recordSchema = z.object({ plain: z.string(), secrets: z.record(z.string(), z.string()) });

/** The variables that make `pulumi` work on this instance's stack, beside PATH. No secret is among them. */
export function pulumiVariables(instance: Instance): Record<string, string> {
  const folder = join(instance.home, "pulumi");
  return {
    PULUMI_HOME: join(folder, "home"),
    PULUMI_BACKEND_URL: `file://${join(folder, "state")}`,
    PULUMI_CONFIG_PASSPHRASE_FILE: join(folder, "passphrase"),
  };
}

/** The environment for `pulumi` on this instance's stack. */
export function pulumiEnv(
  instance: Instance,
  toolchain: Toolchain,
  base: NodeJS.ProcessEnv = process.env,
): NodeJS.ProcessEnv {
  return { ...toolchainEnv(toolchain, base), ...pulumiVariables(instance) };
}

/** Shell commands that set up a shell for plain `pulumi` and `kubectl`: for `eval`. */
export function shellSetUp(instance: Instance, toolchain: Toolchain): string {
  const all: NodeJS.ProcessEnv = {
    ...pulumiEnv(instance, toolchain, {}),
    KUBECONFIG: kubeconfigPath(instance, "admin"),
  };
  const quote = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`;
  const lines = Object.entries(all).flatMap(([name, value]) =>
    name === "PATH" || value === undefined ? [] : [`export ${name}=${quote(value)}`],
  );
  const folders = (all.PATH ?? "").split(delimiter).filter((folder) => folder !== "");
  return [`export PATH=${quote(folders.join(delimiter))}:"$PATH"`, ...lines].join("\n");
}

/** Path of the stack's state. */
export function stateFile(instance: Instance): string {
  return join(instance.home, "pulumi", "state", ".pulumi", "stacks", PROJECT, `${STACK}.json`);
}

/** Whether the stack has a state. */
export function hasStack(instance: Instance): boolean {
  return existsSync(stateFile(instance));
}

/** Path of the stack's settings file, in the checkout. */
export function stackFile(instance: Instance): string {
  return join(instance.checkout, `Pulumi.${STACK}.yaml`);
}

/**
 * Makes the stack unless there is one, and writes its settings file when what it must say has changed. Takes a
 * millisecond when all is as it should be.
 *
 * @throws SandboxError when the tenants' files are wrong, or Pulumi refuses.
 */
export async function prepareStack(instance: Instance, toolchain: Toolchain): Promise<void> {
  const folder = join(instance.home, "pulumi");
  mkdirSync(join(folder, "state"), { recursive: true });
  mkdirSync(join(folder, "home"), { recursive: true });
  linkPlugins(join(folder, "home", "plugins"), join(toolchain.pulumiHome, "plugins"));
  switchOffAutomaticLog(join(folder, "home", "logs"));
  const passphrase = join(folder, "passphrase");
  if (!existsSync(passphrase)) writeSecretFile(passphrase, instance.secrets.pulumiPassphrase);

  const { plain, secrets } = sandboxSettings(instance, readFileSync(kubeconfigPath(instance, "program"), "utf8"));
  const wanted = {
    plain: hash(JSON.stringify(plain)),
    secrets: Object.fromEntries(Object.entries(secrets).map(([key, value]) => [key, hash(value)])),
  };
  const recordFile = join(folder, "settings.json");
  const known = readJson(recordFile, recordSchema);
  const file = stackFile(instance);
  const old = existsSync(file) ? stackFileSchema.safeParse(parse(readFileSync(file, "utf8"))).data : undefined;
  const key = (name: string) => `${PROJECT}:${name}`;
  const changed = Object.keys(secrets).filter(
    (name) => old?.config[key(name)] === undefined || known?.secrets[name] !== wanted.secrets[name],
  );
  if (restoreState(stateFile(instance)))
    console.error("The state was cut off while it was written: the last whole one is in its place again.");
  await replayJournal(instance, toolchain);
  await removeStaleLocks(instance, toolchain);
  if (hasStack(instance) && changed.length === 0 && known?.plain === wanted.plain) return;

  // What is encrypted stays as it is: encrypting it again would change the file each time.
  const kept = Object.fromEntries(
    Object.keys(secrets)
      .filter((name) => !changed.includes(name))
      .map((name) => [key(name), old?.config[key(name)]]),
  );
  const content = {
    ...(old?.encryptionsalt === undefined ? {} : { encryptionsalt: old.encryptionsalt }),
    config: { ...Object.fromEntries(Object.entries(plain).map(([name, value]) => [key(name), value])), ...kept },
  };
  writeSecretFile(
    file,
    `# Written by \`npx odoo-saas sandbox start\`: this machine's own addresses and secrets. What you change here is overwritten.\n${writeYaml(content)}`,
  );
  const pulumi = (args: readonly string[], input?: string) => runQuietly(instance, toolchain, args, input);
  if (!hasStack(instance)) await pulumi(["stack", "init", STACK]);
  await pulumi(["stack", "select", STACK]);
  for (const name of changed) await pulumi(["config", "set", "--stack", STACK, "--secret", key(name)], secrets[name]);
  writeSecretFile(recordFile, JSON.stringify(wanted));
}

/** Takes what an update that was killed left in its journal into the state. One that runs has its own. */
async function replayJournal(instance: Instance, toolchain: Toolchain): Promise<void> {
  const options = { cwd: instance.checkout, env: pulumiEnv(instance, toolchain), log };
  for (const isLast of [false, true]) {
    try {
      await replayLeftJournal(STACK, options);
      return;
    } catch (error) {
      if (!(error instanceof LockedError)) throw error;
      // After a restart of the machine, nobody but the lock can tell that its process is gone.
      if (!isLast) await removeStaleLocks(instance, toolchain);
    }
  }
}

let running = false;

/** Whether a `pulumi` of {@link runStack} runs: it handles an interrupt itself, and must be waited for. */
export function isPulumiRunning(): boolean {
  return running;
}

/** What `pulumi` is run with on this instance's stack. */
function pulumiOptions(instance: Instance, toolchain: Toolchain, tmp: string) {
  return {
    program: toolchain.bin["pulumi"],
    cwd: instance.checkout,
    env: { ...pulumiEnv(instance, toolchain), TMPDIR: tmp },
  };
}

/**
 * Runs `pulumi` for a person to watch.
 *
 * @returns its exit status.
 */
export async function runStack(instance: Instance, toolchain: Toolchain, args: readonly string[]): Promise<number> {
  const tmp = temporaryFolder(instance);
  const { program = "pulumi", ...options } = pulumiOptions(instance, toolchain, tmp);
  const command = await withJournal(STACK, { program, args }, { ...options, log });
  const child = watchPulumi(command.args, { ...options, program: command.program });
  running = true;
  const file = stateFile(instance);
  const seen = { cutOff: false };
  const guard = guardState(file, () => {
    // It would try each write ten times, and make things meanwhile that it cannot write down.
    seen.cutOff = true;
    child.kill("SIGKILL");
  });
  try {
    const { status, signal } = await child.exit;
    if (restoreState(file) || seen.cutOff) {
      throw new SandboxError(
        `pulumi was stopped: it could not write its state (${file}). The disk is full, or files may not grow further (ulimit -f).\n` +
          "The state that it wrote last is in its place again. Make room, then run again: see docs/runbooks/interrupted-update.md",
      );
    }
    if (signal !== undefined) console.error(endedBy(signal));
    return status;
  } finally {
    running = false;
    guard.stop();
    rmSync(tmp, { force: true, recursive: true });
  }
}

/** What to tell of a `pulumi` that could not say anything itself. */
function endedBy(signal: NodeJS.Signals): string {
  const why = signal === "SIGKILL" ? ": by a person, or because the machine was out of memory (see dmesg)" : "";
  return `pulumi was ended by ${signal}${why}. See docs/runbooks/interrupted-update.md`;
}

/**
 * The stack's outputs.
 *
 * @param showSecrets whether secrets are in plain text; otherwise each is `[secret]`.
 */
export async function stackOutputs(
  instance: Instance,
  toolchain: Toolchain,
  showSecrets: boolean,
): Promise<Record<string, unknown>> {
  if (!hasStack(instance)) return {};
  const text = await runQuietly(instance, toolchain, [
    "stack",
    "output",
    "--json",
    "--stack",
    STACK,
    ...(showSecrets ? ["--show-secrets"] : []),
  ]);
  return z.record(z.string(), z.unknown()).parse(JSON.parse(text));
}

/** Runs `pulumi` for what it prints. */
async function runQuietly(
  instance: Instance,
  toolchain: Toolchain,
  args: readonly string[],
  input = "",
): Promise<string> {
  const tmp = temporaryFolder(instance);
  const options = { ...pulumiOptions(instance, toolchain, tmp), input };
  const { status, stdout, stderr } = await runPulumi(args, options).finally(() =>
    rmSync(tmp, { force: true, recursive: true }),
  );
  if (status === 0) return stdout;
  throw new SandboxError(`pulumi ${args.slice(0, 2).join(" ")} failed:\n${`${stderr}\n${stdout}`.trim()}`);
}

/** For one run alone: the Kubernetes provider leaves a copy of the kubeconfig, with its key, among the temporary files. */
export function temporaryFolder(instance: Instance): string {
  const folder = join(instance.home, "run");
  for (const name of readdirSync(folder)) {
    const pid = /^pulumi-(\d+)-/.exec(name)?.[1];
    // Left by a command that was killed.
    if (pid !== undefined && processIdentity(Number(pid)) === undefined)
      rmSync(join(folder, name), { recursive: true, force: true });
  }
  return mkdtempSync(join(folder, `pulumi-${process.pid}-`));
}

const lockSchema = z.looseObject({ pid: z.int(), timestamp: z.string().optional() });

/** Locks that `pulumi` put on the stack, and whether who put them there still runs. */
function stackLocks(instance: Instance): { readonly pid: number; readonly since: string; readonly isHeld: boolean }[] {
  const folder = join(instance.home, "pulumi", "state", ".pulumi", "locks", "organization", PROJECT, STACK);
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((file) => file.endsWith(".json"))
    .flatMap((name) => readJson(join(folder, name), lockSchema) ?? [])
    .map(({ pid, timestamp = "" }) => ({ pid, since: timestamp, isHeld: processIdentity(pid) !== undefined }));
}

/** A `pulumi` that was killed leaves its lock behind, and every later one would refuse to work. */
export async function removeStaleLocks(instance: Instance, toolchain: Toolchain): Promise<void> {
  const locks = stackLocks(instance);
  if (locks.length === 0 || locks.some(({ isHeld }) => isHeld)) return;
  await runQuietly(instance, toolchain, ["cancel", "--yes", "--stack", STACK]);
}

/**
 * Sees to it that nothing updates the stack now: two updates at once would each work on a state that the other changes.
 *
 * @throws SandboxError that names the process that does.
 */
export function refuseWhileUpdating(instance: Instance): void {
  const holder = stackLocks(instance).find(({ isHeld }) => isHeld);
  if (holder === undefined) return;
  throw new SandboxError(
    `Process ${holder.pid} has been updating stack ${STACK} since ${holder.since}.\n` +
      `Wait until it is done, or stop it with \`kill -INT ${holder.pid}\`; then run again. See docs/runbooks/interrupted-update.md`,
  );
}

const checkpointSchema = z.object({
  checkpoint: z.object({
    latest: z.looseObject({ pending_operations: z.array(z.unknown()).nullish() }).nullish(),
  }),
});

/** Whether an update of the stack was cut off in the middle of something. Reads the state's file. */
export function wasCutOff(instance: Instance): boolean {
  return (readJson(stateFile(instance), checkpointSchema)?.checkpoint.latest?.pending_operations ?? []).length > 0;
}

/**
 * Pulumi writes a verbose log of each run to this folder, a third of its processor time (docs/performance.md), and has no
 * switch for it: where the folder cannot be made, it does without.
 */
function switchOffAutomaticLog(logs: string): void {
  if (statSync(logs, { throwIfNoEntry: false })?.isFile()) return;
  rmSync(logs, { force: true, recursive: true });
  writeFileSync(logs, "");
}

function linkPlugins(link: string, target: string): void {
  try {
    if (readlinkSync(link) === target) return;
  } catch {
    // not there yet
  }
  rmSync(link, { force: true, recursive: true });
  symlinkSync(target, link);
}

function readJson<T>(path: string, schema: z.ZodType<T>): T | undefined {
  try {
    return schema.safeParse(JSON.parse(readFileSync(path, "utf8"))).data;
  } catch {
    return undefined; // gone, or not written to its end
  }
}

function hash(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
