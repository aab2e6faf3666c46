import { spawn } from "node:child_process";
import { closeSync, openSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";

/** How a command of this project ended, and what it printed. */
export interface Printed {
  readonly status: number;
  readonly text: string;
}

/**
 * Runs the checkout's own command line, as a person would. What it prints goes to a file, so that the command goes on when the
 * forge is ended meanwhile.
 *
 * @param args such as `["sandbox", "up"]`
 * @param file gets the output; what was in it is replaced
 */
export async function runCommand(
  checkout: string,
  args: readonly string[],
  { file, cwd = checkout, env }: { readonly file: string; readonly cwd?: string; readonly env: NodeJS.ProcessEnv },
): Promise<Printed> {
  writeFileSync(file, "", { mode: 0o600 });
  const output = openSync(file, "a");
  const child = spawn(process.execPath, [join(checkout, "commands", "main.ts"), ...args], {
    cwd,
    env,
    detached: true,
    stdio: ["ignore", output, output],
  });
  closeSync(output);
  const status = await new Promise<number>((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code) => resolve(code ?? 1));
  });
  return { status, text: stripVTControlCharacters(readFileSync(file, "utf8")) };
}

/** The line that says why a command failed: the first that an error begins, else the last one. */
export function firstErrorLine(text: string): string {
  const lines = text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
  return (
    lines.find((line) => /^(?:error|fatal|[A-Za-z]*Error)\b.*:/i.test(line)) ?? lines.at(-1) ?? "it printed nothing"
  );
}
