/** Lifecycle of tenants: what a change of their files does to each of them. */
export type { TenantChange } from "./effects.ts";
export { changeReport, lifecycleReport, markdown } from "./report.ts";
