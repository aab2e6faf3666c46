import { accessSync, constants } from "node:fs";
import { fileURLToPath } from "node:url";
import { run } from "../../lib/process.ts";
import { readState } from "./checkpoint.ts";
import { FolderStore, folderOf } from "./folderStore.ts";
import { isTrue } from "./history.ts";
import { recoverJournal } from "./recoverJournal.ts";
import { assertName, stackKeys } from "./stackKeys.ts";
import type { StackName } from "./stackKeys.ts";

/** The version of the CLI that the journal was written for and tested with. */
export const PULUMI_VERSION = "v3.259.0";

/** How the CLI is run. */
export interface PulumiCommand {
  readonly program: string;
  readonly args: readonly string[];
}

/** What decides about a journal. */
export interface JournalOptions {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  /** Told of what was replayed, and why there is no journal. */
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
];

/** Switches the journal off. */
const OFF = "ODOO_SAAS_JOURNAL";

/**
 * Takes what a command that was cut off left in its journal into the state. To be called before each command that reads
 * or writes the state; takes a millisecond when there is nothing.
 *
 * @returns whether there was a journal
 * @throws LockedError while its update may still run; StateError when a person must look
 */
export async function replayLeftJournal(
  name: StackName,
  { env, log }: Pick<JournalOptions, "env" | "log">,
): Promise<boolean> {
  const folder = folderOf(env["PULUMI_BACKEND_URL"] ?? "");
  if (folder === undefined) return false;
  assertName(name);
  return recoverJournal(new FolderStore(folder), name, { version: PULUMI_VERSION, env }, log);
}

/**
 * The command that does the same with a journal. The state is then written once at the end, instead of at each step of
 * each resource. Where that is not possible, it is the command itself, and a line says why.
 *
 * @throws what {@link replayLeftJournal} does
 */
export async function withJournal(
  name: StackName,
  command: PulumiCommand,
  options: JournalOptions,
): Promise<PulumiCommand> {
  await replayLeftJournal(name, options);
  const { program, args } = command;
  if (!WRITERS.includes(args[0] ?? "") || args.includes("--preview-only")) return command;
  const reason = await whyPlain(name, program, options);
  if (reason !== undefined) {
    options.log(`Without a journal, since ${reason}: the state is written at each step.`);
    return command;
  }
  const folder = folderOf(options.env["PULUMI_BACKEND_URL"] ?? "") ?? "";
  const host = fileURLToPath(new URL("host.ts", import.meta.url));
  return { program: process.execPath, args: [host, folder, PULUMI_VERSION, program, ...args] };
}

/** Why there can be no journal; undefined when there can be one. */
async function whyPlain(name: StackName, program: string, { cwd, env }: JournalOptions): Promise<string | undefined> {
  if (env[OFF] === "off") return `${OFF} is off`;
  const folder = folderOf(env["PULUMI_BACKEND_URL"] ?? "");
  if (folder === undefined) return "PULUMI_BACKEND_URL names no folder";
  const other = OTHER_FORMS.find((variable) => isTrue(env[variable]));
  if (other !== undefined) return `${other} is set`;
  try {
    accessSync(folder, constants.W_OK);
  } catch {
    return `${folder} cannot be written`;
  }
  const store = new FolderStore(folder);
  const meta = await store.read(".pulumi/meta.yaml");
  if (!/^version: 1\s*$/.test(meta?.toString("utf8") ?? "")) return `${folder} is not in Pulumi's present layout`;
  for (const key of stackKeys(name).compressed)
    if ((await store.read(key)) !== undefined) return "the state is compressed";
  const state = await readState(store, name).catch(() => undefined);
  if (state === undefined) return "there is no state that can be read";
  const provider = state.deployment.secrets_providers?.type;
  // Any other would ask the service to encrypt.
  if (provider !== "passphrase" && provider !== "cloud") return "the state has no secrets provider of its own";
  const { status, stdout } = await run(program, ["version"], { cwd, env });
  const version = stdout.trim();
  if (status !== 0 || version !== PULUMI_VERSION)
    return `the Pulumi CLI is ${version === "" ? "unknown" : version}, and the journal is for ${PULUMI_VERSION}`;
  return undefined;
}
