export { AnalyticsError, RUNBOOK } from "./analyticsError.ts";
export { checkAnalytics } from "./check.ts";
export type { CheckReport } from "./check.ts";
export { VARIABLES, wantedOf } from "./stack.ts";
export { embeddingsSchema, syncAnalytics } from "./sync.ts";
export type { Embeddings, SyncReport } from "./sync.ts";
export { modelsWithDashboards, readTemplate } from "./template.ts";
