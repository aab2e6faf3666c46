import { Command, CommanderError } from "@commander-js/extra-typings";
import type { CommandUnknownOpts } from "@commander-js/extra-typings";
import { UserError } from "../lib/userError.ts";

/** Name of the command line: `npx odoo-saas`. */
export const PROGRAM = "odoo-saas";

/** The call itself is wrong: reported with the command's usage, exit status 2. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

const examples = new WeakMap<object, string>();

/** A call of a command, with its arguments. */
export function exampleOf(defined: CommandUnknownOpts): string {
  return examples.get(defined) ?? "";
}

/**
 * Starts the definition of a command. Unknown options and excess arguments are errors.
 *
 * @param path group and verb: `backup create`
 * @param summary one sentence in the imperative, without a full stop
 * @param example arguments of a call; default: none
 */
export function command(path: string, summary: string, example = "") {
  const call = `npx ${PROGRAM} ${path} ${example}`.trim();
  const defined = new Command(path.split(" ").at(-1))
    .summary(summary)
    .description(`${summary}.`)
    .addHelpText("after", `\nExample:\n  ${call}`);
  examples.set(defined, call);
  return defined;
}

/** Sets the exit status of a command that ended without an error: 0 if it succeeded, 1 if something was refused or failed. */
export function finish(ok: boolean): void {
  process.exitCode = ok ? 0 : 1;
}

/** Prints a line of progress or result on standard output. */
export function log(line: string): void {
  console.log(line);
}

/**
 * Reports why a command ended with an error.
 *
 * @returns the exit status: 0 after help, 1 refused or failed, 2 wrong usage
 * @throws the error if it is unexpected
 */
export function reportError(error: unknown, running: CommandUnknownOpts): 0 | 1 | 2 {
  // Commander has printed its message.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  if (error instanceof UsageError) {
    console.error(`error: ${error.message}\n\n${running.helpInformation()}`);
    return 2;
  }
  // A path that the call named: the message has the path and what was tried.
  if (isFileError(error)) {
    console.error(`error: ${error.message}. Check that the path is right and may be used.`);
    return 1;
  }
  if (!(error instanceof UserError)) throw error;
  console.error(error.message);
  return 1;
}

const FILE_ERRORS = ["EACCES", "EEXIST", "EISDIR", "ELOOP", "ENAMETOOLONG", "ENOENT", "ENOTDIR", "EPERM", "EROFS"];

/** Whether the file system refused something: a folder that is not there, a file in a folder's place. */
function isFileError(error: unknown): error is NodeJS.ErrnoException {
  return (
    error instanceof Error &&
    "code" in error &&
    "path" in error &&
    typeof error.code === "string" &&
    FILE_ERRORS.includes(error.code)
  );
}
