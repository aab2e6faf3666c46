// Without zod: the browser's first page does not load it.

/** Severities of alerts, the worst first. */
export const SEVERITIES = ["critical", "warning"] as const;

/** Seconds from which on reports are late: four copies were missed, as the alert OdooAnalyticsLag has it. */
export const LATE_SECONDS = 3600;
