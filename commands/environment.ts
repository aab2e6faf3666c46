import { delimiter, dirname } from "node:path";
import { BILLING_DATABASE_VARIABLE } from "../features/billing/index.ts";

/**
 * Prepares this process to work on a stack. For the sandbox's stack, its programs, settings and folders go into the environment, and the
 * sandbox must be running; for any other stack, the caller's environment is used as it is. Call it once the arguments are known to be valid.
 *
 * @throws UserError if the sandbox is not there, is not running, or its programs cannot be installed
 */
export async function useStack(stack: string): Promise<void> {
  const { STACK } = await import("../sandbox/stack.ts");
  if (stack !== STACK) return;
  const { sandboxEnvironment } = await import("../sandbox/environment.ts");
  Object.assign(process.env, await sandboxEnvironment());
}

/**
 * Prepares this process to work on a stack's billing. For the sandbox's stack, the database is that of its console, unless the caller has
 * named another one.
 *
 * @throws UserError as {@link useStack} does
 */
export async function useBilling(stack: string): Promise<void> {
  await useStack(stack);
  const { STACK } = await import("../sandbox/stack.ts");
  if (stack !== STACK || (process.env[BILLING_DATABASE_VARIABLE] ?? "") !== "") return;
  const { sandboxConsoleDatabase } = await import("../sandbox/environment.ts");
  process.env[BILLING_DATABASE_VARIABLE] = await sandboxConsoleDatabase();
}

/**
 * Puts a program of the toolchain first on PATH, installing it if necessary.
 *
 * @throws UserError if it cannot be installed
 */
export async function useTool(program: string): Promise<void> {
  const { ensureProgram } = await import("../sandbox/toolchain/ensure.ts");
  const folder = dirname(await ensureProgram(program));
  process.env["PATH"] = [folder, process.env["PATH"] ?? ""].join(delimiter);
}
