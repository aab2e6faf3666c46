import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { EVENTS_VARIABLE } from "../features/events/index.ts";
import { eventsFolder } from "./events.ts";
import { findSandbox, NO_SANDBOX, SandboxError } from "./instance.ts";
import { log } from "./log.ts";
import { addressOf, consoleOutput } from "./services/console.ts";
import { servicesStatus } from "./services/index.ts";
import { supersetVariables } from "./services/superset.ts";
import { hasStack, pulumiEnv, stackOutputs } from "./stack.ts";
import { ensureToolchain } from "./toolchain/ensure.ts";

/**
 * The address of the running sandbox's console database, with its password.
 *
 * @throws SandboxError if there is no sandbox, or it has no console
 */
export async function sandboxConsoleDatabase(): Promise<string> {
  const instance = await findSandbox();
  const output = consoleOutput(await stackOutputs(instance, await ensureToolchain(["core"], { log }), true));
  if (output !== undefined) return addressOf(output.database);
  throw new SandboxError("The sandbox has no console, expected one: npx odoo-saas sandbox start");
}

/**
 * The environment in which commands work on the running sandbox: programs of the toolchain on PATH, Pulumi's settings, and the folders
 * for backups and for Odoo's files. Variables that the caller has set come first.
 *
 * @throws SandboxError if there is no sandbox, or it is not running
 */
export async function sandboxEnvironment(): Promise<NodeJS.ProcessEnv> {
  const instance = await findSandbox();
  if (!hasStack(instance)) throw new SandboxError(NO_SANDBOX);
  const down = servicesStatus(instance).filter(({ pid }) => pid === undefined);
  if (down.length > 0) {
    throw new SandboxError(
      `The sandbox is not running (${down.map(({ name }) => name).join(", ")}). Start it: npx odoo-saas sandbox start`,
    );
  }
  const toolchain = await ensureToolchain(["backup"], { log });
  const folder = (name: string) => {
    const path = join(instance.home, name);
    mkdirSync(path, { recursive: true, mode: 0o700 });
    return path;
  };
  return {
    ODOO_SAAS_BACKUPS: folder("backups"),
    ODOO_SAAS_DATA: folder("odoo"),
    ODOO_SAAS_BACKUP_WORK: folder("backup-work"),
    [EVENTS_VARIABLE]: eventsFolder(instance),
    ...supersetVariables(instance),
    ...pulumiEnv(instance, toolchain),
  };
}
