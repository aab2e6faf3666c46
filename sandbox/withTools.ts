// Runs a command of cli/ with a program of the toolchain first on its PATH; no sandbox is needed.
//
//   node run.mjs sandbox/withTools.ts <program> <commands/command.ts> [arguments]
import { delimiter, dirname } from "node:path";
import { runPrepared } from "./runPrepared.ts";
import { ensureProgram } from "./toolchain/ensure.ts";

const [program, file, ...args] = process.argv.slice(2);
if (program === undefined || file === undefined) {
  console.error("usage: node run.mjs sandbox/withTools.ts <program> <commands/command.ts> [arguments]");
  process.exitCode = 2;
} else {
  await runPrepared(file, args, async () => {
    const folder = dirname(await ensureProgram(program));
    return { PATH: [folder, process.env["PATH"] ?? ""].join(delimiter) };
  });
}
