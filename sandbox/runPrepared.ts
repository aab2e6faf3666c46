import { join } from "node:path";
import { prepareWith } from "../commands/preparation.ts";
import { CHECKOUT } from "./instance.ts";
import { required } from "./toolchain/require.ts";

/**
 * Runs a command of this checkout in this process, as if it had been called itself.
 *
 * @param file path from the checkout's root
 * @param environment variables that the command works with; asked for when it has judged its arguments
 */
export async function runPrepared(
  file: string,
  args: readonly string[],
  environment: () => Promise<NodeJS.ProcessEnv>,
): Promise<void> {
  prepareWith(async () => {
    Object.assign(process.env, await required(environment()));
  });
  const path = join(CHECKOUT, file);
  process.argv.splice(1, Infinity, path, ...args);
  await import(path);
}
