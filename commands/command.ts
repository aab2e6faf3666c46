import { join } from "node:path";
import { parseArgs } from "node:util";
import type { ParseArgsConfig } from "node:util";
import { UserError } from "../lib/userError.ts";

/** The project's root: what commands work on when no other folder is named. */
export const PROJECT = join(import.meta.dirname, "..");

/** A call that is not of the command's form: told with its usage, exit status 2. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** Somebody asked how the command is called: its usage, exit status 0. */
class HelpAsked extends Error {}

type Options = NonNullable<ParseArgsConfig["options"]>;

/** Whether somebody asks how a command is called. */
export function asksForHelp(args: readonly string[]): boolean {
  return args.some((arg) => arg === "--help" || arg === "-h");
}

/**
 * Parses a command's arguments; `--help` and `-h` are every command's.
 *
 * @param most how many arguments there may be besides the options. Default: none
 * @throws UsageError
 */
export function parseCommand<const T extends Options>(args: readonly string[], options: T, most = 0) {
  if (asksForHelp(args)) throw new HelpAsked();
  let parsed;
  try {
    parsed = parseArgs({ args: [...args], options, allowPositionals: true });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
  const [tooMany] = parsed.positionals.slice(most);
  if (tooMany !== undefined) throw new UsageError(`${JSON.stringify(tooMany)} is too much`);
  return parsed;
}

/** The one tenant that a command names. @throws UsageError */
export function onlyTenant(positionals: readonly string[]): string {
  const [tenant, ...more] = positionals;
  if (tenant === undefined || more.length > 0) {
    throw new UsageError(`${positionals.length} tenants named, expected one`);
  }
  return tenant;
}

/** What a command does with its arguments: whether it went well, when it ends without an error. */
export type Command = (args: readonly string[]) => Promise<boolean> | boolean;

/** Tells what a person can mend. */
export type Tell = (error: UserError) => void;

/**
 * Tells why a command ended with an error.
 *
 * @returns the exit status: 0 when it was asked for help, 1 refused or failed, 2 wrong call
 * @throws the error, when nobody thought of it
 */
export function told(
  error: unknown,
  usage: string,
  tell: Tell = ({ message }) => {
    console.error(message);
  },
): 0 | 1 | 2 {
  if (error instanceof HelpAsked) {
    console.log(usage);
    return 0;
  }
  if (error instanceof UsageError) {
    console.error(`${error.message}\n\n${usage}`);
    return 2;
  }
  if (!(error instanceof UserError)) throw error;
  tell(error);
  return 1;
}

/**
 * Runs a command of this process's command line and sets the exit status: 0 fine, 1 refused or failed, 2 wrong call. What a
 * person can mend is told without a stack trace. Signals end it by way of its exit handlers.
 *
 * @param tell default: the message, on standard error
 */
export async function runCommand(usage: string, main: Command, tell?: Tell): Promise<void> {
  for (const [signal, status] of [
    ["SIGINT", 130],
    ["SIGTERM", 143],
    ["SIGHUP", 129],
  ] as const) {
    // What was started and what is secret ends with the process's exit.
    process.on(signal, () => process.exit(status));
  }
  try {
    process.exitCode = (await main(process.argv.slice(2))) ? 0 : 1;
  } catch (error) {
    process.exitCode = told(error, usage, tell);
  }
}
