import { spawnSync } from "node:child_process";
import { ImageError } from "./errors.ts";

/** Largest output that is kept, in bytes: a lock of 300 packages has 300 kB. */
const MAX_OUTPUT = 1 << 26;

/** What a program is run with. */
export interface ProgramOptions {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  /** Section of the runbook that helps when it fails. */
  readonly section: string;
}

/**
 * Runs a program to its end and returns its standard output.
 *
 * @throws ImageError with its last lines when it fails or is not there.
 */
export function runProgram(program: string, args: readonly string[], { cwd, env, section }: ProgramOptions): string {
  const { error, status, stdout, stderr } = spawnSync(program, args, {
    cwd,
    env,
    encoding: "utf8",
    maxBuffer: MAX_OUTPUT,
  });
  if (error !== undefined) {
    throw new ImageError(
      `${program} cannot be started`,
      [`${error.message}, expected ${program} on the PATH`],
      section,
    );
  }
  if (status !== 0) {
    const told = stderr.split("\n").filter((line) => line.trim() !== "");
    throw new ImageError(`${program} ${args.slice(0, 2).join(" ")} failed`, told.slice(-15), section);
  }
  return stdout;
}
