import { z } from "zod";
import { sourceSchema, time } from "./common.ts";
import { moneySchema, statusSchema } from "./tenants.ts";
import { fleetWatchSchema, unwatchedSchema } from "./watch.ts";

/** Kinds of things that wait for somebody. */
export const INBOX_KINDS = [
  "approve",
  "request-failed",
  "run-failed",
  "refused",
  "hold-ends",
  "drill",
  "backup",
  "analytics",
  "certificate",
  "alert",
] as const;

/** `GET /api/dashboard`. */
export const dashboardSchema = z.object({
  /** What waits for somebody, the most urgent first; each begins with a verb. */
  inbox: z.array(
    z.object({
      kind: z.enum(INBOX_KINDS),
      severity: z.enum(["critical", "warning", "info"]),
      title: z.string(),
      detail: z.string().optional(),
      at: time.optional(),
      tenant: z.string().optional(),
      request: z.string().optional(),
      link: z.string().optional(),
    }),
  ),
  tenants: z.object({
    total: z.number(),
    byStatus: z.array(z.object({ status: statusSchema, count: z.number() })),
    byStack: z.array(
      z.object({ stack: z.string(), count: z.number(), resources: z.number(), updatedAt: time.optional() }),
    ),
  }),
  /** Newest deployments, with how long they took. */
  deployments: z.array(
    z.object({
      id: z.string(),
      kind: z.string(),
      stack: z.string().optional(),
      at: time,
      seconds: z.number(),
      outcome: z.enum(["succeeded", "failed"]),
      reason: z.string().optional(),
      actor: z.string(),
      link: z.string().optional(),
    }),
  ),
  /** Backups and drills; `unknown`: tenants without one on record. */
  backups: z.object({
    total: z.number(),
    withinDay: z.number(),
    older: z.number(),
    unknown: z.number(),
    drills: z.object({ within30Days: z.number(), older: z.number(), unknown: z.number() }),
  }),
  /** Prices of the plans, per month, one per currency. */
  cost: z.array(moneySchema),
  /** Events of the last 30 days, per day, oldest first. */
  activity: z.array(z.object({ day: z.string(), succeeded: z.number(), failed: z.number() })),
  sources: z.array(sourceSchema),
  /** What nobody watches here, and what to do about it. */
  unwatched: unwatchedSchema,
  watch: fleetWatchSchema,
});
export type Dashboard = z.output<typeof dashboardSchema>;

/** `GET /api/audit?page=&actor=`: newest first. */
export const auditSchema = z.object({
  rows: z.array(
    z.object({
      id: z.string(),
      at: time,
      login: z.string(),
      action: z.string(),
      outcome: z.enum(["allowed", "denied", "failed"]),
      tenant: z.string().optional(),
      detail: z.string().optional(),
    }),
  ),
  total: z.number(),
  page: z.number(),
  pageSize: z.number(),
});

/** `GET /api/search?q=`: for the command palette. */
export const searchSchema = z.object({
  results: z.array(
    z.object({
      kind: z.enum(["tenant", "request"]),
      title: z.string(),
      detail: z.string().optional(),
      /** Address in the console. */
      to: z.string(),
    }),
  ),
});
