import { z } from "zod";
import { time } from "./common.ts";

/** Sources that watch what runs. Each is there only where it is set up. */
export const WATCHED = ["analytics"] as const;
export type WatchedSource = (typeof WATCHED)[number];

/** Seconds from which on reports are late: four copies were missed, as the alert OdooAnalyticsLag has it. */
export const LATE_SECONDS = 3600;

/** When a tenant's data were copied to the analytics server. */
export const syncSchema = z.object({
  /** The copied data are at least as new as this; absent: no copy has succeeded. */
  dataAsOf: time.optional(),
  /** Rows of all tables, of which there are as many as `tables` says. */
  rows: z.number(),
  tables: z.number(),
  attemptedAt: time,
  succeeded: z.boolean(),
  /** Why the last copy failed; absent without `tenant:read`. */
  error: z.string().optional(),
});
