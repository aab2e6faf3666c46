import { randomBytes } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import {
  ApiException,
  BatchV1Api,
  CoreV1Api,
  KubeConfig,
  V1Job,
  V1JobSpec,
  V1ObjectMeta,
} from "@kubernetes/client-node";
import type { V1PodTemplateSpec } from "@kubernetes/client-node";
import { namespaceName } from "../../config/names.ts";
import { kubeConfigOf } from "../../lib/kubeConfig.ts";
import { BackupError } from "./backupError.ts";
import { endOfLog } from "./odooNeutralize.ts";
import type { OdooNeutralize } from "./odooNeutralize.ts";

/** Longest that a Job may take: to be scheduled, to pull the image, to run. */
const DEADLINE_SECONDS = 900;
/** Label by which the chart tells components apart. */
const COMPONENT_LABEL = "app.kubernetes.io/component";
/** Labels that Kubernetes gives the pods of a Job: another Job cannot have them. */
const JOB_LABELS = /^(batch\.kubernetes\.io\/)?(controller-uid|job-name)$/;

/** Where the Job runs. */
export interface JobPlace {
  /** Contents of a kubeconfig. Undefined: the ambient one. */
  readonly kubeconfig: string | undefined;
  /** Default: the kubeconfig's current context. */
  readonly context?: string | undefined;
  readonly tenant: string;
  /** Seconds between two looks at the Job. Default: 2. */
  readonly interval?: number;
}

/**
 * Neutralizes in the cluster, with the image, configuration and network of the tenant's own init Job. That Job is there as
 * long as the tenant's release is, also while the tenant is paused.
 *
 * @throws BackupError when there is no init Job to take the pod from, or the Job fails or does not end
 */
export function neutralizeInCluster(place: JobPlace): OdooNeutralize {
  return async ({ database }) => {
    const cluster = new NeutralizeJobs(kubeConfigOf(place.kubeconfig, place.context), place);
    try {
      await cluster.run(database);
    } catch (error) {
      if (error instanceof BackupError) throw error;
      const why =
        error instanceof ApiException ? `status ${error.code}` : error instanceof Error ? error.message : String(error);
      throw new BackupError(
        `"odoo neutralize" could not run as a Job in namespace ${namespaceName(place.tenant)}: ${why}. ` +
          "Expected a Kubernetes API that lets you list, create and delete Jobs and read pods' logs there; or name an Odoo on this machine with --odoo",
        "restore",
      );
    }
  };
}

class NeutralizeJobs {
  readonly #jobs: BatchV1Api;
  readonly #pods: CoreV1Api;
  readonly #namespace: string;
  readonly #tenant: string;
  readonly #interval: number;

  constructor(config: KubeConfig, { tenant, interval = 2 }: JobPlace) {
    this.#jobs = config.makeApiClient(BatchV1Api);
    this.#pods = config.makeApiClient(CoreV1Api);
    this.#namespace = namespaceName(tenant);
    this.#tenant = tenant;
    this.#interval = interval;
  }

  async run(database: string): Promise<void> {
    const namespace = this.#namespace;
    const template = await this.#initPod();
    const labels = takeOver(template, database);
    const name = `odoo-neutralize-${randomBytes(4).toString("hex")}`;
    const metadata = Object.assign(new V1ObjectMeta(), { name, namespace, labels });
    const spec = Object.assign(new V1JobSpec(), {
      backoffLimit: 0,
      activeDeadlineSeconds: DEADLINE_SECONDS,
      // For the case that this process is killed.
      ttlSecondsAfterFinished: 3600,
      template,
    });
    await this.#jobs.createNamespacedJob({ namespace, body: Object.assign(new V1Job(), { metadata, spec }) });
    try {
      const failed = await this.#end(name);
      if (failed === undefined) return;
      throw new BackupError(
        `"odoo neutralize" failed on database ${database} in ${namespace} (${failed}):\n${endOfLog(await this.#log(name))}`,
        "restore",
      );
    } finally {
      await this.#jobs.deleteNamespacedJob({ name, namespace, propagationPolicy: "Background" });
    }
  }

  /** Pod template of the newest init Job. */
  async #initPod(): Promise<V1PodTemplateSpec> {
    const { items } = await this.#jobs.listNamespacedJob({
      namespace: this.#namespace,
      labelSelector: `app.kubernetes.io/instance=${this.#tenant},${COMPONENT_LABEL}=init`,
    });
    const age = ({ metadata }: V1Job) => metadata?.creationTimestamp?.getTime() ?? 0;
    const newest = items.sort((a, b) => age(b) - age(a))[0]?.spec?.template;
    if (newest !== undefined) return newest;
    throw new BackupError(
      `Namespace ${this.#namespace} has no Job odoo-init-*, expected the tenant to have been brought up there: update the stack, or name an Odoo on this machine with --odoo`,
      "restore",
    );
  }

  /** Waits for the Job's end; why it failed, or undefined when it succeeded. */
  async #end(name: string): Promise<string | undefined> {
    const deadline = Date.now() + (DEADLINE_SECONDS + 60) * 1000;
    while (Date.now() < deadline) {
      const { status } = await this.#jobs.readNamespacedJob({ name, namespace: this.#namespace });
      if ((status?.succeeded ?? 0) > 0) return undefined;
      const failed = status?.conditions?.find(({ type, status: is }) => type === "Failed" && is === "True");
      if (failed !== undefined) return failed.reason ?? "no reason given";
      await delay(this.#interval * 1000);
    }
    return "not ended";
  }

  /** What the Job's pod said; what Kubernetes says of it when its log cannot be read. */
  async #log(job: string): Promise<string> {
    const namespace = this.#namespace;
    const { items } = await this.#pods.listNamespacedPod({ namespace, labelSelector: `job-name=${job}` });
    const [pod] = items;
    const name = pod?.metadata?.name;
    if (name === undefined) return "no pod: see the namespace's events and quota";
    try {
      return await this.#pods.readNamespacedPodLog({ name, namespace });
    } catch (error) {
      if (!(error instanceof ApiException)) throw error;
      return pod?.status?.message ?? `the log of pod ${name} cannot be read (status ${error.code})`;
    }
  }
}

/** Makes an init Job's pod one whose only command is `odoo neutralize`. Returns its labels. */
function takeOver(template: V1PodTemplateSpec, database: string): Record<string, string> {
  const { metadata, spec } = template;
  const [odoo] = spec?.containers ?? [];
  if (spec === undefined || odoo === undefined) {
    throw new BackupError("The init Job's pod has no container, expected the chart's", "restore");
  }
  const kept = Object.entries(metadata?.labels ?? {}).filter(([key]) => !JOB_LABELS.test(key));
  const labels = { ...Object.fromEntries(kept), [COMPONENT_LABEL]: "neutralize" };
  template.metadata = Object.assign(new V1ObjectMeta(), { labels });
  spec.restartPolicy = "Never";
  spec.initContainers = [];
  odoo.name = "neutralize";
  odoo.command = ["odoo", "neutralize", "--config=/etc/odoo/odoo.conf", `--database=${database}`];
  spec.containers = [odoo];
  return labels;
}
