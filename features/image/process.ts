import { run } from "../../lib/process.ts";
import { ImageError } from "./imageError.ts";

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
export async function runProgram(
  program: string,
  args: readonly string[],
  { cwd, env, section }: ProgramOptions,
): Promise<string> {
  const startError = (reason: string) =>
    new ImageError(`${program} cannot be started`, [`${reason}, expected ${program} on the PATH`], section);
  const { status, stdout, stderr } = await run(program, args, { cwd, env, startError });
  if (status !== 0) {
    const reported = stderr.split("\n").filter((line) => line.trim() !== "");
    throw new ImageError(`${program} ${args.slice(0, 2).join(" ")} failed`, reported.slice(-15), section);
  }
  return stdout;
}
