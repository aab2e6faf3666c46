// Runs a command of cli/ with a program of the toolchain first on its PATH; no sandbox is needed.
//
//   node run.mjs sandbox/withTools.ts <program> <cli/command.ts> [arguments]
import { delimiter, dirname } from "node:path";
import { runFile } from "./child.ts";
import { ensureProgram } from "./toolchain/ensure.ts";

async function main([program, file, ...args]: readonly string[]): Promise<number> {
  if (program === undefined || file === undefined) {
    console.error("usage: node run.mjs sandbox/withTools.ts <program> <cli/command.ts> [arguments]");
    return 2;
  }
  const folder = dirname(await ensureProgram(program));
  const env = { ...process.env, PATH: [folder, process.env["PATH"] ?? ""].join(delimiter) };
  return runFile(file, args, env);
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  // What cannot be had is told with what to do; nothing else is expected here.
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
