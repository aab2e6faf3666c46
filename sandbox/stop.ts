import { rmSync } from "node:fs";
import { deleteInstance, findInstance } from "./instance.ts";
import type { Instance } from "./instance.ts";
import { lockInstance } from "./lock.ts";
import { endOrphanedPlugins } from "./orphanedPlugins.ts";
import { stopServices } from "./services/index.ts";
import { stackFile } from "./stack.ts";

/**
 * Stops the sandbox's services. Their data is kept.
 *
 * @returns names of the services that were stopped
 * @throws UserError
 */
export async function stopSandbox(): Promise<readonly string[]> {
  const instance = await findInstance();
  if (instance === undefined) return [];
  lockInstance(instance.home);
  return await stopAll(instance);
}

/**
 * Stops the sandbox's services and deletes their data, even if the sandbox is damaged.
 *
 * @returns the folder that was deleted; undefined if there is no sandbox
 * @throws UserError
 */
export async function resetSandbox(): Promise<string | undefined> {
  const instance = await findInstance({ ignoreDamage: true });
  if (instance === undefined) return undefined;
  lockInstance(instance.home);
  await stopAll(instance);
  deleteInstance(instance);
  rmSync(stackFile(instance), { force: true });
  return instance.home;
}

function stopAll(instance: Instance): Promise<string[]> {
  endOrphanedPlugins(instance);
  return stopServices(instance);
}
