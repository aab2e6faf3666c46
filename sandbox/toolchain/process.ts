import { spawn } from "node:child_process";
import { ToolchainError } from "./errors.ts";

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
export function run(
  command: string,
  args: readonly string[],
  options: { cwd?: string; env?: NodeJS.ProcessEnv } = {},
): Promise<Finished> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { ...options, stdio: ["ignore", "pipe", "pipe"] });
    // A terminal's Ctrl-C reaches the child by itself; a signal to this process alone does not.
    const stop = (): boolean => child.kill("SIGTERM");
    process.once("exit", stop);
    let stdout = "";
    let stderr = "";
    child.stdout.on("data", (data: Buffer) => (stdout += data.toString()));
    child.stderr.on("data", (data: Buffer) => (stderr += data.toString()));
    child.on("error", (error) => {
      process.off("exit", stop);
      reject(new CommandFailed(command, undefined, error.message));
    });
    child.on("close", (code, signal) => {
      process.off("exit", stop);
      if (code === 0) resolve({ stdout, stderr });
      else reject(new CommandFailed([command, ...args].join(" "), code ?? 128, stderr || `ended by ${signal ?? "?"}`));
    });
  });
}
