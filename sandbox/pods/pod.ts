import { join } from "node:path";
import { startContainer } from "./container.ts";
import type { RunningContainer } from "./container.ts";
import type { OwnOdoo } from "./ownOdoo.ts";
import type { ContainerSpec, PodSpec } from "./spec.ts";
import { makeVolumes } from "./volumes.ts";
import type { ConfigurationApi, Edit } from "./volumes.ts";

/** A pod to run as processes. */
export interface PodToRun {
  readonly namespace: string;
  /** Names its folder and its logs. */
  readonly name: string;
  readonly spec: PodSpec;
  /** Changes files of Secrets. Default: they are as the cluster holds them. */
  readonly edit?: Edit | undefined;
}

/** Where pods are run. */
export interface PodHost {
  readonly api: ConfigurationApi;
  readonly odoo: OwnOdoo;
  /** Folder of volumes and logs. */
  readonly home: string;
}

/** A pod that runs. */
export interface RunningPod {
  /** Its containers' processes by name. */
  readonly containers: ReadonlyMap<string, RunningContainer>;
  /** Log file of a container. */
  readonly log: (container: string) => string;
  /** SIGTERM to each, SIGKILL after the seconds of grace; resolves when all have ended. */
  readonly stop: (graceSeconds?: number) => Promise<void>;
}

/**
 * Runs a pod's init containers one after the other, then its containers side by side.
 *
 * @throws Error that names the init container that failed, its status and its log.
 */
export async function runPod(host: PodHost, pod: PodToRun): Promise<RunningPod> {
  const folder = join(host.home, "pods", pod.namespace, pod.name);
  const volumes = await makeVolumes(host.api, pod.namespace, pod.spec, {
    claims: join(host.home, "claims"),
    own: join(folder, "volumes"),
    edit: pod.edit,
  });
  const log = (container: string) => join(folder, `${container}.log`);
  const start = (container: ContainerSpec) =>
    startContainer(container, {
      odoo: host.odoo,
      volumes,
      programs: join(folder, "programs"),
      log: log(container.name),
    });
  for (const container of pod.spec.initContainers ?? []) {
    const status = await (await start(container)).ended;
    if (status !== 0)
      throw new Error(`init container ${container.name} ended with ${status}, see ${log(container.name)}`);
  }
  const containers = new Map<string, RunningContainer>();
  for (const container of pod.spec.containers) {
    containers.set(container.name, await start(container));
  }
  const stop = async (graceSeconds = pod.spec.terminationGracePeriodSeconds ?? 30) => {
    await Promise.all([...containers.values()].map((container) => stopContainer(container, graceSeconds)));
  };
  return { containers, log, stop };
}

/** SIGTERM, and SIGKILL when it still runs after the seconds of grace. */
async function stopContainer({ pid, ended, isRunning }: RunningContainer, graceSeconds: number): Promise<void> {
  if (!isRunning()) return;
  process.kill(pid, "SIGTERM");
  const timer = setTimeout(() => isRunning() && process.kill(pid, "SIGKILL"), graceSeconds * 1000);
  await ended.finally(() => clearTimeout(timer));
}
