// Runs a command of cli/ with programs of the toolchain first on its PATH; no sandbox is needed.
//
//   node run.mjs sandbox/withTools.ts <group> <cli/command.ts> [arguments]
import { spawn } from "node:child_process";
import { dirname, delimiter, join } from "node:path";
import { ensureTools } from "./toolchain/ensure.ts";

async function main([group, file, ...args]: readonly string[]): Promise<number> {
  if ((group !== "image" && group !== "test") || file === undefined) {
    console.error("usage: node run.mjs sandbox/withTools.ts <image|test> <cli/command.ts> [arguments]");
    return 2;
  }
  const folders = Object.values(await ensureTools([group])).map(dirname);
  const env = { ...process.env, PATH: [...folders, process.env["PATH"] ?? ""].join(delimiter) };
  const child = spawn(process.execPath, [join(import.meta.dirname, "..", file), ...args], { stdio: "inherit", env });
  // The terminal's interrupt reaches the command itself.
  process.on("SIGINT", () => undefined);
  for (const signal of ["SIGTERM", "SIGHUP"] as const) process.on(signal, () => child.kill(signal));
  return new Promise((done, fail) => {
    child.once("error", fail);
    child.once("close", (code) => done(code ?? 1));
  });
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  // What cannot be had is told with what to do; nothing else is expected here.
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
