import { run as runAny } from "../../lib/process.ts";
import type { RunOptions } from "../../lib/process.ts";
import { ToolchainError } from "./toolchainError.ts";

/** What a finished command printed. */
export interface Finished {
  readonly stdout: string;
  readonly stderr: string;
}

/** A command that could not be started (`code` undefined) or exited with another status than 0. */
export class CommandFailed extends ToolchainError {
  override readonly name = "CommandFailed";
  readonly code: number | undefined;
  readonly stderr: string;

  constructor(command: string, code: number | undefined, stderr: string) {
    const tail = stderr.trimEnd().split("\n").slice(-12).join("\n  ");
    super(`${command} ${code === undefined ? "could not be started" : `exited with status ${code}`}:\n  ${tail}`);
    this.code = code;
    this.stderr = stderr;
  }
}

/**
 * Runs a command to its end and returns its output.
 *
 * @throws CommandFailed with the last lines of its standard error.
 */
export async function run(
  command: string,
  args: readonly string[],
  options: Pick<RunOptions, "cwd" | "env" | "cancel" | "onLine"> = {},
): Promise<Finished> {
  const { status, signal, stdout, stderr } = await runAny(command, args, {
    ...options,
    startError: (reason) => new CommandFailed(command, undefined, reason),
  });
  if (signal === undefined && status === 0) return { stdout, stderr };
  const call = [command, ...args].join(" ");
  // Some programs, such as `go mod download -json`, say what is wrong on standard output.
  const said = stderr.trim() === "" ? stdout : stderr;
  if (signal === undefined) throw new CommandFailed(call, status, said);
  throw new CommandFailed(call, 128, said || `ended by ${signal}`);
}
