import type { Plan } from "../config/index.ts";
import { cpuMillis, memoryBytes } from "../config/quantity.ts";
import { MAX_PODS, VOLUMES } from "../config/sizes.ts";

/** What sizes are computed from. */
export type PlanSize = Pick<
  Plan,
  "name" | "workers" | "replicas" | "cronWorkers" | "jobMinutes" | "cpu" | "memory" | "storage" | "databaseConnections"
>;

/** Connections that a tenant's processes may hold, each at most, in connections. */
export interface ConnectionBudget {
  /** `db_maxconn`: each HTTP worker process of a web pod. */
  readonly worker: number;
  /** `db_maxconn_gevent`: the websocket process of a web pod. */
  readonly gevent: number;
  /** `db_maxconn` of the one cron pod. */
  readonly cron: number;
}

/** Connections that a worker needs at least: a request's cursor, and a second one for sequences, signalling or bus. */
const LEAST_PER_WORKER = 2;
/**
 * Connections that the websocket process needs at least. One listens, and each handshake takes another for a moment. Without one
 * the browser is refused and waits before it tries again, so after a restart, when all come at once, two let hardly anybody in
 * (docs/odoo-processes.md).
 */
const LEAST_WEBSOCKETS = 16;
/** serve.py's look at the revision, in each pod. */
const LOOK = 1;
/** A cron thread holds a LISTEN on `postgres`, the job queue's cursor and the job's own, and sends to the bus with a fourth. */
const PER_CRON_THREAD = 4;
/** The cron pod's HTTP server: its health check takes two, the job that `queue_job` sends to it three. */
const CRON_REQUESTS = 5;
/**
 * Kept free: a backup's two, a person, whose place monitoring's query has for a moment, and the job runner's own connection. The
 * init Job has the places of the pods that it stops.
 */
const RESERVED = 4;

/**
 * Splits the plan's connection limit over the processes. Odoo has a pool in each process, so the limits add up: web pods
 * (one more than the replicas while a new version rolls out) times worker processes and the websocket process, the cron
 * pod, and a reserve. PostgreSQL refuses what is above the role's limit, and Odoo answers that with errors to
 * users, so a plan that is too small is refused here.
 *
 * @throws Error when the plan's `databaseConnections` cannot feed its processes; the message has the least that can.
 */
export function connectionBudget(plan: PlanSize): ConnectionBudget {
  const pods = plan.replicas + 1;
  const cron = PER_CRON_THREAD * plan.cronWorkers + CRON_REQUESTS;
  const others = cron + LOOK + RESERVED;
  const perPod = Math.floor((plan.databaseConnections - others) / pods) - LOOK;
  const worker = Math.floor((perPod - LEAST_WEBSOCKETS) / plan.workers);
  if (worker < LEAST_PER_WORKER) {
    const least = pods * (plan.workers * LEAST_PER_WORKER + LEAST_WEBSOCKETS + LOOK) + others;
    throw new Error(
      `plans.yaml: ${plan.name}.databaseConnections is ${plan.databaseConnections}, expected at least ${least}: ` +
        `${pods} web pods (replicas, and one while rolling) of ${plan.workers} workers and ${LEAST_WEBSOCKETS} connections for ` +
        `websockets, ${plan.cronWorkers} cron threads, and a reserve of ${RESERVED} would run out of connections. ` +
        "Raise it, or lower workers or replicas.",
    );
  }
  return { worker, gevent: perPod - worker * plan.workers, cron };
}

/** Memory limits of one Odoo process, in bytes. */
export interface MemoryLimits {
  /** `limit_memory_soft`: a worker above it ends after its request. */
  readonly soft: number;
  /** `limit_memory_hard`: above it, allocation fails. */
  readonly hard: number;
}

const MIB = 2 ** 20;
/** Odoo's default, in bytes. It counts virtual memory, of which a worker with some dozens of modules has a GiB at rest. */
const HARD_MEMORY = 2560 * MIB;

/** Odoo's defaults (2048 and 2560 MiB), or less in a pod that is smaller than one process may grow. */
export function memoryLimits(plan: PlanSize): MemoryLimits {
  const hard = Math.min(HARD_MEMORY, memoryBytes(plan.memory.limit));
  return { soft: Math.floor(hard * 0.8), hard };
}

/** Container `metrics` of the cron pod, as charts/odoo/templates/cron.yaml has it. */
export const METRICS_RESOURCES = {
  requests: { cpu: "10m", memory: "48Mi" },
  limits: { cpu: "200m", memory: "96Mi" },
} as const;

/** The most that a pod may ask for: the plan's, and in the cron pod the numbers' container besides. */
export function podLimits(plan: PlanSize): { readonly cpu: string; readonly memory: string } {
  const { limits } = METRICS_RESOURCES;
  return {
    cpu: `${cpuMillis(plan.cpu.limit) + cpuMillis(limits.cpu)}m`,
    memory: `${(memoryBytes(plan.memory.limit) + memoryBytes(limits.memory)) / MIB}Mi`,
  };
}

/**
 * `hard` of the namespace's ResourceQuota: the plan's volumes, a number of pods, and nothing that would open the namespace
 * to the outside (load balancers, node ports).
 *
 * Processor time and memory are bounded by pod ({@link podLimits}), not in sum: on the way to a smaller plan the sum would
 * shrink while the pods of the larger one still run, and the init Job, which they wait for, would never get a pod.
 */
export function quota(plan: PlanSize): Record<string, string> {
  return {
    "requests.storage": `${(memoryBytes(plan.storage) + memoryBytes(backupStorage(plan))) / 2 ** 30}Gi`,
    persistentvolumeclaims: String(VOLUMES),
    pods: String(MAX_PODS),
    "services.loadbalancers": "0",
    "services.nodeports": "0",
  };
}

/** Size of the backup volume: twice the filestore's, for a database of its size and the compressed copies of both. */
export function backupStorage(plan: PlanSize): string {
  return `${(2 * memoryBytes(plan.storage)) / 2 ** 30}Gi`;
}
