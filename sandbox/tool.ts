// Runs a command of cli/ with this machine's sandbox: its toolchain, its stack's settings, its folders for backups and for
// Odoo's files. With `--stack` or `--from` of another stack than the sandbox's it runs as it is.
//
//   node run.mjs sandbox/tool.ts <commands/command.ts> [arguments]
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { findInstance, SandboxError } from "./instance.ts";
import { runPrepared } from "./runPrepared.ts";
import { servicesStatus } from "./services/index.ts";
import { hasStack, pulumiEnv, STACK } from "./stack.ts";
import { ensureToolchain } from "./toolchain/ensure.ts";

const log = (line: string) => console.error(line);

/** The stack that a command's arguments name. */
function stackOf(args: readonly string[]): string {
  const at = args.findIndex((word) => /^--(?:stack|from)(?:=|$)/.test(word));
  const [, own] = (args[at] ?? "").split("=");
  return own ?? (at < 0 ? STACK : (args[at + 1] ?? STACK));
}

async function environment(args: readonly string[]): Promise<NodeJS.ProcessEnv> {
  if (stackOf(args) !== STACK) return {};
  const instance = await findInstance();
  if (instance === undefined || !hasStack(instance)) {
    throw new SandboxError("There is no sandbox. Start it: npm run sandbox");
  }
  const down = servicesStatus(instance).filter(({ pid }) => pid === undefined);
  if (down.length > 0) {
    throw new SandboxError(
      `The sandbox does not run (${down.map(({ name }) => name).join(", ")}). Start it: npm run sandbox`,
    );
  }
  const toolchain = await ensureToolchain(["backup"], { log });
  const folder = (name: string) => {
    const path = join(instance.home, name);
    mkdirSync(path, { recursive: true, mode: 0o700 });
    return path;
  };
  return {
    // What the caller has set comes first.
    ODOO_SAAS_BACKUPS: folder("backups"),
    ODOO_SAAS_DATA: folder("odoo"),
    ODOO_SAAS_BACKUP_WORK: folder("backup-work"),
    ...pulumiEnv(instance, toolchain),
  };
}

const [file, ...args] = process.argv.slice(2);
if (file === undefined) {
  console.error("usage: node run.mjs sandbox/tool.ts <commands/command.ts> [arguments]");
  process.exitCode = 2;
} else {
  await runPrepared(file, args, () => environment(args));
}
