import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { watchdogSettings } from "../../components/watchdogSettings.ts";
import { stackSchema } from "../../config/schemas/stack.ts";
import { PROJECT_ROOT } from "../../lib/projectRoot.ts";
import { writeSecretFile } from "../instance.ts";
import type { Instance } from "../instance.ts";
import { waitUntilAnswering } from "../processes.ts";
import type { Program } from "../processes.ts";
import { plainSettings } from "../settings.ts";
import { ensurePsycopg2 } from "../toolchain/psycopg2.ts";
import type { Log } from "../toolchain/cache.ts";

const PROGRAM = join(PROJECT_ROOT, "components", "watchdog", "watchdog.py");

/**
 * The watchdog of the two PostgreSQL servers, as a process: simulated nodes run no pods, and a sandbox has to show what it is for.
 * It has the settings that its pods have.
 */
export async function watchdogProgram(instance: Instance, log: Log): Promise<Program> {
  const folder = join(instance.home, "watchdog");
  const { tenantsWatchdog: tenants, analyticsWatchdog: analytics } = instance.secrets;
  const place = { port: instance.ports.watchdog, listen: "127.0.0.1", secrets: folder };
  // No tenant's role is trusted in a sandbox, whatever tenants there are.
  const settings = watchdogSettings(stackSchema.parse(plainSettings(instance)), [], place);
  const file = join(folder, "settings.json");
  for (const [path, text] of [
    [file, settings],
    [join(folder, "tenants"), `${tenants}\n`],
    [join(folder, "analytics"), `${analytics}\n`],
  ] as const) {
    if (!existsSync(path) || readFileSync(path, "utf8") !== text) writeSecretFile(path, text);
  }
  return {
    name: "watchdog",
    command: "python3",
    args: ["-B", PROGRAM, file],
    env: { PYTHONPATH: await ensurePsycopg2({ log }) },
    reads: [PROGRAM, file],
  };
}

/** Waits until it looks at both servers. */
export async function waitForWatchdog(instance: Instance): Promise<void> {
  await waitUntilAnswering(instance, "watchdog", `http://127.0.0.1:${instance.ports.watchdog}/ready`);
}
