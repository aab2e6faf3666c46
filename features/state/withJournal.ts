import { accessSync, constants, existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parse } from "yaml";
import { z } from "zod";
import { run, StartError } from "../../lib/process.ts";
import { readState } from "./checkpoint.ts";
import { FolderStore, folderOf } from "./folderStore.ts";
import { isTrue } from "./history.ts";
import { recoverJournal } from "./recoverJournal.ts";
import { assertName, stackKeys } from "./stackKeys.ts";
import type { StackName } from "./stackKeys.ts";
import { LockedError } from "./stateError.ts";

/** The version of the CLI that the journal was written for and tested with. */
export const PULUMI_VERSION = "v3.259.0";

/** How the CLI is run. */
export interface PulumiCommand {
  readonly program: string;
  readonly args: readonly string[];
}

/** What decides about a journal. */
export interface JournalOptions {
  /** The project's folder. */
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  /** Gets a line for what was replayed, and for why there is no journal. */
  readonly log: (line: string) => void;
}

/** Commands that write the state at each step. */
const WRITERS = ["up", "update", "refresh", "destroy", "import"];

/** Variables with which Pulumi does something with states that the service does not. */
const OTHER_FORMS = [
  "PULUMI_DISABLE_JOURNALING",
  "PULUMI_SKIP_CHECKPOINTS",
  "PULUMI_DIY_BACKEND_GZIP",
  "PULUMI_DIY_BACKEND_ZSTD",
  "PULUMI_DIY_BACKEND_RETAIN_CHECKPOINTS",
  "PULUMI_DIY_BACKEND_LEGACY_LAYOUT",
  // Their older names, which Pulumi still reads.
  "PULUMI_SELF_MANAGED_STATE_GZIP",
  "PULUMI_SELF_MANAGED_STATE_ZSTD",
  "PULUMI_RETAIN_CHECKPOINTS",
  "PULUMI_SELF_MANAGED_STATE_LEGACY_LAYOUT",
];

/** Switches the journal off: `off`. */
const SWITCH = "ODOO_SAAS_JOURNAL";

/**
 * Takes what a command that was cut off left in its journal into the state. To be called before each command that reads
 * or writes the state; takes a millisecond when there is nothing, and does nothing where states are in no folder.
 *
 * @returns whether there was a journal
 * @throws LockedError while its update may still run; StateError when a person must look
 */
export async function replayLeftJournal(stack: string, { cwd, env, log }: JournalOptions): Promise<boolean> {
  const folder = folderOf(env["PULUMI_BACKEND_URL"] ?? "");
  const name = folder === undefined ? undefined : nameOf(stack, cwd);
  if (folder === undefined || name === undefined) return false;
  return recoverJournal(new FolderStore(folder), name, { version: PULUMI_VERSION, env }, log);
}

/**
 * The command that does the same with a journal, for states in a folder that `PULUMI_BACKEND_URL` names. The state is then
 * written once at the end, instead of at each step of each resource. Where that is not possible, it is the command itself,
 * and a line says why.
 *
 * @throws what {@link replayLeftJournal} does; but what only reads the state does not wait for an update
 */
export async function withJournal(
  stack: string,
  command: PulumiCommand,
  options: JournalOptions,
): Promise<PulumiCommand> {
  const { program, args } = command;
  const { cwd, env, log } = options;
  const isWriter = WRITERS.includes(args[0] ?? "") && !args.includes("--preview-only");
  try {
    await replayLeftJournal(stack, options);
  } catch (error) {
    if (isWriter || !(error instanceof LockedError)) throw error;
    log(`The state is that of before an update: ${error.message}`);
  }
  const folder = folderOf(env["PULUMI_BACKEND_URL"] ?? "");
  if (!isWriter || env[SWITCH] === "off" || folder === undefined) return command;
  const name = nameOf(stack, cwd);
  const reason =
    name === undefined
      ? `there is no Pulumi.yaml in ${cwd}`
      : await whyPlain(new FolderStore(folder), folder, name, program, options);
  if (reason !== undefined) {
    log(`Without a journal, since ${reason}: the state is written at each step.`);
    return command;
  }
  const host = fileURLToPath(new URL("host.ts", import.meta.url));
  return { program: process.execPath, args: [host, folder, PULUMI_VERSION, program, ...args] };
}

/** The stack of a project; undefined when there is no project. */
function nameOf(stack: string, cwd: string): StackName | undefined {
  const file = join(cwd, "Pulumi.yaml");
  if (!existsSync(file)) return undefined;
  const project = z.looseObject({ name: z.string() }).safeParse(parse(readFileSync(file, "utf8"))).data?.name;
  if (project === undefined) return undefined;
  const name = { project, stack: stack.slice(stack.lastIndexOf("/") + 1) };
  assertName(name);
  return name;
}

/** Why there can be no journal; undefined when there can be one. */
async function whyPlain(
  store: FolderStore,
  folder: string,
  name: StackName,
  program: string,
  { cwd, env }: JournalOptions,
): Promise<string | undefined> {
  const other = OTHER_FORMS.find((variable) => isTrue(env[variable]));
  if (other !== undefined) return `${other} is set`;
  try {
    accessSync(folder, constants.W_OK);
  } catch {
    return `${folder} cannot be written`;
  }
  const meta = await store.read(".pulumi/meta.yaml");
  if (!/^version: 1\s*$/.test(meta?.toString("utf8") ?? "")) return `${folder} is not in Pulumi's present layout`;
  for (const key of stackKeys(name).compressed)
    if ((await store.read(key)) !== undefined) return "the state is compressed";
  const state = await readState(store, name).catch(() => undefined);
  if (state === undefined) return "there is no state that can be read";
  const provider = state.deployment.secrets_providers?.type;
  // Any other would ask the service to encrypt.
  if (provider !== "passphrase" && provider !== "cloud") return "the state has no secrets provider of its own";
  const version = await versionOf(program, cwd, env);
  if (version !== PULUMI_VERSION)
    return `the Pulumi CLI is ${version === "" ? "unknown" : version}, and the journal is for ${PULUMI_VERSION}`;
  return undefined;
}

/** What the CLI says of its version; empty when it cannot be started. */
async function versionOf(program: string, cwd: string, env: NodeJS.ProcessEnv): Promise<string> {
  try {
    return (await run(program, ["version"], { cwd, env })).stdout.trim();
  } catch (error) {
    if (error instanceof StartError) return "";
    throw error;
  }
}
