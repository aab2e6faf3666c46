import { spawn } from "node:child_process";
import { join } from "node:path";

/**
 * Runs a file of this checkout with Node and this process's input and outputs. Signals reach it.
 *
 * @param file path from the checkout's root
 * @returns its exit status, 1 when a signal ended it
 */
export function runFile(file: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  const child = spawn(process.execPath, [join(import.meta.dirname, "..", file), ...args], { stdio: "inherit", env });
  // The terminal's interrupt reaches the command itself.
  process.on("SIGINT", () => undefined);
  for (const signal of ["SIGTERM", "SIGHUP"] as const) process.on(signal, () => child.kill(signal));
  return new Promise((done, fail) => {
    child.once("error", fail);
    child.once("close", (code) => done(code ?? 1));
  });
}
