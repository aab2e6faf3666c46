import { join } from "node:path";
import { EVENTS_VARIABLE } from "../../features/events/index.ts";
import { PROJECT_ROOT } from "../../lib/projectRoot.ts";
import type { Instance } from "../instance.ts";
import { ownOdooEnvironment } from "../pods/ownOdoo.ts";
import { waitUntilAnswering } from "../processes.ts";
import type { Program } from "../processes.ts";
import { sourceFiles } from "./sourceFiles.ts";

/** Where the forge listens. */
export function forgeUrl({ ports }: Pick<Instance, "ports">): string {
  return `http://127.0.0.1:${ports.forge}`;
}

/** The forge: GitHub's, its runners' and n8n's place in the sandbox. */
export function forgeProgram(instance: Instance): Program {
  return {
    name: "forge",
    command: process.execPath,
    args: [join(PROJECT_ROOT, "sandbox", "forge", "main.ts"), instance.home],
    env: { NODE_OPTIONS: "--max-old-space-size=512", ...ownOdooEnvironment(process.env), ...toolchainEnvironment() },
    // Its own code, and that of the requests that it takes on their way.
    reads: sourceFiles("sandbox/forge", "features/requests", "features/n8n"),
  };
}

/** Waits until it answers. */
export async function waitForForge(instance: Instance): Promise<void> {
  await waitUntilAnswering(instance, "forge", `${forgeUrl(instance)}/ready`);
}

/** Variables that commands of the forge need as the command that started it had them. */
function toolchainEnvironment(): Record<string, string> {
  const names = ["ODOO_SANDBOX_TOOLCHAIN", "ODOO_SANDBOX_CACHE", "XDG_CACHE_HOME", EVENTS_VARIABLE];
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = process.env[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );
}
