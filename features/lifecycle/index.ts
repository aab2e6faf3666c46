/** Lifecycle of tenants: what a change of their files does to each of them. */
export { lifecycleReport, markdown } from "./report.ts";
