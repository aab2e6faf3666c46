import { SEVERITIES } from "./alerting.ts";
import { z } from "zod";
import { time } from "./common.ts";

/** Sources that watch what runs. Each is there only where it is set up. */
export const WATCHED = ["analytics", "kubernetes", "alertmanager", "prometheus"] as const;
export type WatchedSource = (typeof WATCHED)[number];

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

/** Days before the end of a certificate from which on it should have been renewed, as the alert OdooCertificateNearEnd has it. */
export const CERTIFICATE_DAYS = 21;

/** Pods of a tenant in the cluster, without those of Jobs. */
export const podsSchema = z.object({
  pods: z.number(),
  ready: z.number(),
  /** How often containers of these pods were started again. */
  restarts: z.number(),
  /** Why pods are not ready, in the cluster's words; absent without `tenant:read`, and where all are. */
  problem: z.string().optional(),
});

/** A certificate of a host. */
export const certificateSchema = z.object({
  hosts: z.array(z.string()),
  /** When it ends; absent: the cluster does not say, as where it was not issued yet. */
  endsAt: time.optional(),
  isReady: z.boolean(),
});

/** An alert that Alertmanager has. */
export const alertSchema = z.object({
  fingerprint: z.string(),
  name: z.string(),
  severity: z.enum(SEVERITIES),
  environment: z.string().optional(),
  summary: z.string(),
  description: z.string().optional(),
  /** Path of its runbook in the repository. */
  runbook: z.string().optional(),
  since: time,
  /** `inhibited`: another alert says the same already. */
  state: z.enum(["active", "silenced", "inhibited"]),
  /** Who silenced it, until when and why. */
  silence: z.string().optional(),
});
export type Alert = z.output<typeof alertSchema>;

/** How a tenant answered in the last 30 days, as far as there are figures. */
export const measurementSchema = z.object({
  /** Share of the probes that succeeded, from 0 to 1; upgrades count, too. */
  availability: z.number(),
  /** Mean of the probes. */
  responseSeconds: z.number().optional(),
});

/** What is not watched, and what to do about it. */
export const unwatchedSchema = z.array(z.object({ what: z.string(), why: z.string() }));

/** What watches of a tenant say. */
export const tenantWatchSchema = z.object({
  /** Absent: no copy is known. */
  sync: syncSchema.optional(),
  /** Absent: none is known. */
  pods: podsSchema.optional(),
  /** Of the tenant's own domains; those below the platform's domain share the platform's. */
  certificates: z.array(certificateSchema),
  /** The most severe first. */
  alerts: z.array(alertSchema),
  /** Absent: nothing is known. */
  measurement: measurementSchema.optional(),
});
export type TenantWatch = z.output<typeof tenantWatchSchema>;

/** What watches of the fleet say. Only of tenants that are active. */
export const fleetWatchSchema = z.object({
  /** Absent where the analytics server is not watched, or has said nothing yet. */
  analytics: z
    .object({
      /** Tenants with a copy on record. */
      tenants: z.number(),
      /** Those whose reports are late, by {@link LATE_SECONDS}. */
      late: z.number(),
      /** Those whose last copy failed. */
      failed: z.number(),
      /** Of when the oldest reports are; absent: none was ever copied. */
      oldest: time.optional(),
    })
    .optional(),
  /** Means of all tenants, and the lowest availability; absent where nothing is known. */
  measurement: measurementSchema
    .extend({ tenants: z.number(), lowest: z.object({ tenant: z.string(), availability: z.number() }) })
    .optional(),
  /** Absent where the cluster is not watched, or has said nothing yet. */
  pods: z
    .object({
      pods: z.number(),
      ready: z.number(),
      /** Tenants with pods, and those with one that is not ready. */
      tenants: z.number(),
      unready: z.number(),
    })
    .optional(),
});
export type FleetWatch = z.output<typeof fleetWatchSchema>;
