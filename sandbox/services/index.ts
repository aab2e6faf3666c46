import { rmSync } from "node:fs";
import { UserError } from "../../lib/userError.ts";
import { SandboxError, logFile } from "../instance.ts";
import type { Instance, PortName } from "../instance.ts";
import { runningProcess, startCurrent, stopProcess } from "../processes.ts";
import type { Program } from "../processes.ts";
import type { Log } from "../toolchain/cache.ts";
import type { Toolchain } from "../toolchain/ensure.ts";
import { stopConsole } from "./console.ts";
import { DATABASE_SERVICES, runningDatabase, startDatabase, stopDatabase } from "./databases.ts";
import type { DatabaseName } from "./databases.ts";
import { forgeProgram, waitForForge } from "./forge.ts";
import { keycloakProgram, prepareKeycloak, waitForKeycloak } from "./keycloak.ts";
import {
  apiServerProgram,
  clusterPrograms,
  etcdProgram,
  prepareKubernetesFiles,
  waitForKubernetes,
} from "./kubernetes.ts";
import { prepareCluster } from "./clusterObjects.ts";
import { stopSuperset, SUPERSET } from "./superset.ts";
import { waitForWatchdog, watchdogProgram } from "./watchdog.ts";

/** Services, in the order that status lists them; those that listen on a port name it. */
export const SERVICES: readonly { readonly name: string; readonly port?: PortName }[] = [
  { name: DATABASE_SERVICES.tenantsDatabase, port: "tenantsDatabase" },
  { name: DATABASE_SERVICES.analyticsDatabase, port: "analyticsDatabase" },
  { name: "watchdog", port: "watchdog" },
  { name: "keycloak", port: "keycloak" },
  { name: "etcd" },
  { name: "kube-apiserver", port: "kubernetes" },
  { name: "kube-controller-manager" },
  { name: "kube-scheduler" },
  { name: "kwok" },
  { name: "agent" },
  { name: "forge", port: "forge" },
];

const DATABASES = Object.keys(DATABASE_SERVICES) as DatabaseName[];

/** A service and whether it runs. */
export interface ServiceStatus {
  readonly name: string;
  /** Absent when it does not run. */
  readonly pid?: number;
  readonly port?: number;
  readonly log: string;
}

/** Which services run. Asks the operating system only. */
export function servicesStatus(instance: Instance): ServiceStatus[] {
  return SERVICES.map(({ name, port }) => {
    const database = DATABASES.find((key) => DATABASE_SERVICES[key] === name);
    const pid = database === undefined ? runningProcess(instance, name) : runningDatabase(instance, database);
    return {
      name,
      ...(pid === undefined ? {} : { pid }),
      ...(port === undefined ? {} : { port: instance.ports[port] }),
      log: logFile(instance, name),
    };
  });
}

/**
 * Starts what does not run, at once as far as one does not need the other, and prepares it. What runs with other settings
 * (a moved port, a newer program) is restarted.
 *
 * @param log gets a line when a service that was started now is ready.
 * @throws SandboxError when one cannot be started; the others go on, and a later call finds them.
 */
export async function startServices(instance: Instance, toolchain: Toolchain, log: Log): Promise<void> {
  const begin = Date.now();
  const ready = (name: string, since = begin) =>
    log(`${name} is ready (${((Date.now() - since) / 1000).toFixed(1)} s)`);

  const database = async (name: DatabaseName) => {
    if (await startDatabase(instance, name)) ready(DATABASE_SERVICES[name]);
  };
  const start = (program: Program, port?: PortName) => startCurrent(instance, program, port);

  const databases = { tenants: database("tenantsDatabase"), analytics: database("analyticsDatabase") };
  const watchdog = async () => {
    const [program] = await Promise.all([watchdogProgram(instance, log), databases.tenants, databases.analytics]);
    const isNew = await start(program, "watchdog");
    await waitForWatchdog(instance);
    if (isNew) ready("watchdog");
  };
  const keycloak = async () => {
    await databases.analytics;
    const isNew = await start(keycloakProgram(instance, toolchain.keycloakHome), "keycloak");
    await waitForKeycloak(instance);
    await prepareKeycloak(instance);
    if (isNew) ready("keycloak");
  };
  const kubernetes = async () => {
    prepareKubernetesFiles(instance);
    await start(etcdProgram(instance, toolchain));
    const isNew = await start(apiServerProgram(instance, toolchain), "kubernetes");
    await waitForKubernetes(instance);
    await prepareCluster(instance, toolchain.crdDir);
    await Promise.all(clusterPrograms(instance, toolchain).map((program) => start(program)));
    if (isNew) ready("kubernetes");
  };
  const forge = async () => {
    const isNew = await start(forgeProgram(instance), "forge");
    await waitForForge(instance);
    if (isNew) ready("forge");
  };
  const results = await Promise.allSettled([databases.tenants, watchdog(), keycloak(), kubernetes(), forge()]);
  const problems = results.flatMap((result) => (result.status === "rejected" ? [result.reason as unknown] : []));
  const unexpected = problems.find((problem) => !(problem instanceof UserError));
  if (unexpected instanceof Error) throw unexpected;
  // What two wait for fails for both.
  if (problems.length > 0) throw new SandboxError([...new Set(problems.map(messageOf))].join("\n\n"));
}

function messageOf(problem: unknown): string {
  return problem instanceof Error ? problem.message : String(problem);
}

/**
 * Stops all services, those first that need others. Data is kept.
 *
 * @returns the names of those that ran.
 */
export async function stopServices(instance: Instance): Promise<string[]> {
  const stopped = await stopConsole(instance);
  if (await stopSuperset(instance)) stopped.push(SUPERSET);
  const stop = async (name: string) => {
    if (await stopProcess(instance, name)) stopped.push(name);
  };
  await Promise.all(
    ["forge", "watchdog", "agent", "kwok", "kube-scheduler", "kube-controller-manager", "keycloak"].map(stop),
  );
  await stop("kube-apiserver");
  await stop("etcd");
  await Promise.all(
    DATABASES.map(async (name) => {
      if (await stopDatabase(instance, name)) stopped.push(DATABASE_SERVICES[name]);
    }),
  );
  rmSync(`${instance.home}/run`, { recursive: true, force: true });
  return stopped;
}
