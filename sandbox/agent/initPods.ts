import { CoreV1Api, PatchStrategy, setHeaderOptions } from "@kubernetes/client-node";
import type { KubeConfig, V1Pod } from "@kubernetes/client-node";
import pg from "pg";
import { readFileSync } from "node:fs";
import type { OwnOdoo } from "../pods/ownOdoo.ts";
import { runPod } from "../pods/pod.ts";
import { seedOdoo } from "../seed/index.ts";
import { countryOf, settleOdoo } from "../seed/settle.ts";
import { follow, log, nameOf } from "./follow.ts";
import { readDatabaseSettings } from "./odooConf.ts";

/** Pods that the simulated nodes leave alone, see kubernetes/stages.yaml: those that make databases, and copies harmless. */
const COMPONENT = "app.kubernetes.io/component";
const INIT_PODS = `${COMPONENT} in (init,neutralize)`;
/** Label that names the tenant. */
const TENANT = "app.kubernetes.io/instance";
/** Variable of the init container that lists the modules to install. */
const MODULES = "ODOO_MODULES";
/** How many databases are filled at once; a real installation keeps a processor busy. */
const AT_ONCE = { standIn: 4, real: 2 };

/** An Odoo that installs for real, and the folder of its volumes and logs. */
export interface RealOdoo {
  readonly odoo: OwnOdoo;
  readonly home: string;
}

/**
 * Does the work of Odoo's init pods, and ends each; as failed, with the reason, when that does not work. Without an Odoo it
 * stands in for one: reads the configuration that the pod would mount, connects to the database as the pod would, makes the
 * tables that Odoo would, and settles what the chart's settle.py would. With one it runs the pod's own containers.
 */
export function runInitPods(config: KubeConfig, real: RealOdoo | undefined): void {
  const api = config.makeApiClient(CoreV1Api);
  const slots = new Slots(real === undefined ? AT_ONCE.standIn : AT_ONCE.real);
  follow<V1Pod>(config, {
    path: "/api/v1/pods",
    list: () => api.listPodForAllNamespaces({ labelSelector: INIT_PODS }),
    labelSelector: INIT_PODS,
    onObject: async (pod) => {
      const isScheduled = pod.spec?.nodeName !== undefined;
      if (!isScheduled || pod.status?.phase !== "Pending" || pod.metadata?.deletionTimestamp !== undefined) return;
      await slots.use(async () => {
        const startedAt = new Date();
        let problem: string | undefined;
        try {
          await (real === undefined ? standIn(api, pod) : install(api, pod, real));
        } catch (error) {
          problem = error instanceof Error ? error.message : String(error);
        }
        await end(api, pod, startedAt, problem);
        log(`${nameOf(pod)}: ${problem ?? "done"}`);
      });
    },
  });
}

/** Runs the pod's containers with the user's Odoo. */
async function install(api: CoreV1Api, pod: V1Pod, { odoo, home }: RealOdoo): Promise<void> {
  const [namespace, name] = [pod.metadata?.namespace ?? "", pod.metadata?.name ?? ""];
  if (pod.spec === undefined) throw new Error("the pod has no spec");
  const running = await runPod({ api, odoo, home }, { namespace, name, spec: pod.spec });
  for (const [container, { ended }] of running.containers) {
    const status = await ended;
    if (status === 0) continue;
    const lines = readFileSync(running.log(container), "utf8").trimEnd().split("\n");
    throw new Error(
      `container ${container} ended with ${status}: ${lines.slice(-3).join(" / ")} (${running.log(container)})`,
    );
  }
}

async function standIn(api: CoreV1Api, pod: V1Pod): Promise<void> {
  if (pod.metadata?.labels?.[COMPONENT] === "neutralize") {
    throw new Error("no Odoo runs here, and nothing stands in for its own neutralisation");
  }
  const tenant = pod.metadata?.labels?.[TENANT];
  if (tenant === undefined) throw new Error(`the pod has no label ${TENANT}`);
  const files = await readConfiguration(api, pod);
  const settings = readDatabaseSettings(files.conf);
  const variables = pod.spec?.containers.flatMap(({ env }) => env ?? []) ?? [];
  const modules =
    variables
      .find(({ name }) => name === MODULES)
      ?.value?.split(",")
      .filter(Boolean) ?? [];
  const client = new pg.Client({
    ...settings,
    application_name: `odoo-init ${tenant}`,
    connectionTimeoutMillis: 10_000,
  });
  client.on("error", () => undefined); // the query that waits for it fails too
  await client.connect();
  try {
    await seedOdoo(client, { tenant, modules, country: countryOf(files.settings) });
    await settleOdoo(client, files.settings);
  } finally {
    await client.end();
  }
}

/** odoo.conf and settings.json of the Secret that the pod mounts. */
async function readConfiguration(
  api: CoreV1Api,
  pod: V1Pod,
): Promise<{ readonly conf: string; readonly settings: string }> {
  const namespace = pod.metadata?.namespace ?? "";
  const volumes = pod.spec?.volumes ?? [];
  for (const name of volumes.flatMap(({ secret }) => secret?.secretName ?? [])) {
    const { data } = await api.readNamespacedSecret({ name, namespace });
    const [conf, settings] = ["odoo.conf", "settings.json"].map((key) => data?.[key]);
    if (conf !== undefined && settings !== undefined) return { conf: decode(conf), settings: decode(settings) };
  }
  throw new Error("no Secret that the pod mounts has the keys odoo.conf and settings.json");
}

function decode(encoded: string): string {
  return Buffer.from(encoded, "base64").toString("utf8");
}

async function end(api: CoreV1Api, pod: V1Pod, startedAt: Date, problem: string | undefined): Promise<void> {
  const finishedAt = new Date().toISOString();
  const terminated = {
    exitCode: problem === undefined ? 0 : 1,
    reason: problem === undefined ? "Completed" : "Error",
    startedAt: startedAt.toISOString(),
    finishedAt,
    ...(problem === undefined ? {} : { message: problem }),
  };
  const status = {
    phase: problem === undefined ? "Succeeded" : "Failed",
    ...(problem === undefined ? {} : { message: problem }),
    startTime: startedAt.toISOString(),
    containerStatuses: pod.spec?.containers.map(({ name, image }) => ({
      name,
      image,
      imageID: image,
      ready: false,
      started: false,
      restartCount: 0,
      state: { terminated },
    })),
  };
  await api.patchNamespacedPodStatus(
    { name: pod.metadata?.name ?? "", namespace: pod.metadata?.namespace ?? "", body: { status } },
    setHeaderOptions("Content-Type", PatchStrategy.MergePatch),
  );
}

/** Lets a number of tasks run at once; the others wait. */
class Slots {
  #free: number;
  readonly #waiting: (() => void)[] = [];

  constructor(count: number) {
    this.#free = count;
  }

  async use(task: () => Promise<void>): Promise<void> {
    if (this.#free === 0) await new Promise<void>((done) => this.#waiting.push(done));
    else this.#free--;
    try {
      await task();
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#free++;
      else next();
    }
  }
}
