// Runs a command of cli/ with programs of the toolchain first on its PATH; no sandbox is needed.
//
//   node run.mjs sandbox/withTools.ts <group> <cli/command.ts> [arguments]
import { delimiter, dirname } from "node:path";
import { runFile } from "./child.ts";
import { ensureTools } from "./toolchain/ensure.ts";

async function main([group, file, ...args]: readonly string[]): Promise<number> {
  if ((group !== "image" && group !== "test") || file === undefined) {
    console.error("usage: node run.mjs sandbox/withTools.ts <image|test> <cli/command.ts> [arguments]");
    return 2;
  }
  const folders = Object.values(await ensureTools([group])).map(dirname);
  const env = { ...process.env, PATH: [...folders, process.env["PATH"] ?? ""].join(delimiter) };
  return runFile(file, args, env);
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  // What cannot be had is told with what to do; nothing else is expected here.
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
