/** Most web pods of a plan. */
export const MAX_REPLICAS = 20;

/**
 * Pods that a tenant's namespace may hold at once: the web pods of any plan, since those of the old one still run when a new one
 * begins, and ten for one more while rolling, cron, the init Job, a backup, and what a person runs.
 */
export const MAX_PODS = MAX_REPLICAS + 10;

/** Volumes of a tenant: the filestore and the backups. */
export const VOLUMES = 2;

/** The most that all volumes of a tenant may have together, in GiB: a filestore of 10 TiB, and twice that for backups. */
export const MAX_STORAGE_GIB = 30 * 1024;

/** Most processor time of a pod, in thousandths of a core, and memory, in bytes: what large nodes have. */
export const MAX_POD_CPU_MILLIS = 64_000;
export const MAX_POD_MEMORY = 512 * 2 ** 30;
