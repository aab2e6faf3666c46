import { z } from "zod";
import { sourceSchema, time } from "./common.ts";
import { SEVERITIES } from "./alerting.ts";
import { tenantWatchSchema } from "./watch.ts";

/** What a tenant is, in the order of its life. Each has a reason beside it. */
export const STATUSES = [
  "declared",
  "merged",
  "in sandbox",
  "in staging",
  "attested",
  "promoted",
  "in prod",
  "pausing",
  "paused",
  "resuming",
  "decommissioning",
  "archived",
] as const;
export const statusSchema = z.enum(STATUSES);
export type Status = z.output<typeof statusSchema>;

/** What may be true of a tenant beside its status, whatever that is. */
export const FLAGS = ["drifted", "unwatched"] as const;
const flagSchema = z.enum(FLAGS);
export type Flag = z.output<typeof flagSchema>;

/** An amount of money per month, without tax. */
export const moneySchema = z.object({ amount: z.number(), currency: z.string() });

/** A tenant in the list. */
export const tenantRowSchema = z.object({
  id: z.string(),
  displayName: z.string(),
  team: z.string(),
  country: z.string().optional(),
  status: statusSchema,
  /** Why the status is what it is, for people. */
  reason: z.string(),
  /** What else is true of it, each with its reason for people. */
  flags: z.array(z.object({ flag: flagSchema, reason: z.string() })),
  /** First day on which its data may be deleted; only where it is being decommissioned. */
  holdUntil: z.string().optional(),
  plan: z.string(),
  bundles: z.array(z.string()),
  environments: z.array(z.string()),
  /** Release that runs; absent where nothing runs. */
  release: z.string().optional(),
  /** Newest backup that succeeded; absent: not known. */
  backupAt: time.optional(),
  /** Newest restore drill that succeeded; absent: not known. */
  drillAt: time.optional(),
  /** Price of the plans in all environments. */
  cost: moneySchema.optional(),
  /** Open request for it. */
  request: z.string().optional(),
  /** Alerts that nobody silences. */
  alerts: z.number(),
  /** The worst severity among them; absent without one. */
  alert: z.enum(SEVERITIES).optional(),
});
export type TenantRow = z.output<typeof tenantRowSchema>;

/** Columns that a list may be sorted by. */
export const TENANT_SORTS = ["id", "displayName", "team", "status", "plan", "backupAt", "cost"] as const;

/** Query of `GET /api/tenants` and `GET /api/tenants.csv`: the same in the page's own address. */
export const tenantQuerySchema = z.object({
  /** Words that id, name, team or country have. */
  q: z.string().trim().max(100).optional(),
  status: statusSchema.optional(),
  flag: flagSchema.optional(),
  plan: z.string().max(40).optional(),
  bundle: z.string().max(60).optional(),
  environment: z.string().max(40).optional(),
  /** The worst severity among its alerts. */
  alert: z.enum(SEVERITIES).optional(),
  sort: z.enum(TENANT_SORTS).default("id"),
  order: z.enum(["asc", "desc"]).default("asc"),
  page: z.coerce.number().int().min(1).max(10_000).default(1),
});

/** How many tenants have each value, with the other filters as they are. */
const countsSchema = z.record(z.string(), z.number());

/** `GET /api/tenants`. */
export const tenantsSchema = z.object({
  rows: z.array(tenantRowSchema),
  total: z.number(),
  page: z.number(),
  pageSize: z.number(),
  counts: z.object({
    status: countsSchema,
    flag: countsSchema,
    plan: countsSchema,
    bundle: countsSchema,
    environment: countsSchema,
    alert: countsSchema,
  }),
  sources: z.array(sourceSchema),
});

/** Where a tenant runs, as a stack's state says. */
export const placementSchema = z.object({
  stack: z.string(),
  environment: z.string(),
  hosts: z.array(z.string()),
  release: z.string().optional(),
  lifecycle: z.string().optional(),
  namespace: z.string().optional(),
  database: z.string().optional(),
  realm: z.string().optional(),
  resources: z.number(),
  updatedAt: time.optional(),
});

/** `GET /api/tenants/:id`: a tenant's overview. `tenant:read` adds file and placements' insides. */
export const tenantSchema = tenantRowSchema.extend({
  email: z.string(),
  lifecycle: z.enum(["active", "paused", "decommissioning"]).optional(),
  company: z.object({
    country: z.string().optional(),
    currency: z.string().optional(),
    timezone: z.string().optional(),
    language: z.string().optional(),
  }),
  /** What comes next, for people, soonest first. */
  next: z.array(z.object({ what: z.string(), at: time.optional() })),
  placements: z.array(placementSchema),
  /** Text of the tenant's file on the main branch; absent without `tenant:read`, and where the file is gone. */
  yaml: z.string().optional(),
  /** File's keys that a request may change, with their values now; absent as `yaml` is. */
  changeable: z.record(z.string(), z.unknown()).optional(),
  backup: z.object({ schedule: z.string(), daily: z.number(), weekly: z.number(), monthly: z.number() }).optional(),
  watch: tenantWatchSchema,
  sources: z.array(sourceSchema),
});
export type Tenant = z.output<typeof tenantSchema>;

/** An entry of the time line. */
export const changeSchema = z.object({
  id: z.string(),
  at: time,
  kind: z.enum(["commit", "request", "event"]),
  title: z.string(),
  actor: z.string(),
  outcome: z.enum(["succeeded", "failed", "open"]).optional(),
  /** More about it: why it failed, or the difference of the file. */
  detail: z.string().optional(),
  /** The difference of the tenant's file, as git prints it. */
  diff: z.string().optional(),
  link: z.string().optional(),
});

/** `GET /api/tenants/:id/changes?page=`: newest first. */
export const changesSchema = z.object({
  rows: z.array(changeSchema),
  total: z.number(),
  page: z.number(),
  pageSize: z.number(),
  sources: z.array(sourceSchema),
});

/** `GET /api/tenants/:id/modules`: what Odoo installs, and why. */
export const modulesSchema = z.object({
  modules: z.array(
    z.object({
      name: z.string(),
      title: z.string().optional(),
      version: z.string().optional(),
      licence: z.string().optional(),
      origin: z.string().optional(),
      /** Way from a module that was asked for to this one: `[this]` where it was asked for itself. */
      why: z.array(z.string()),
      /** Bundle that asks for the first of `why`; absent for the tenant's own. */
      bundle: z.string().optional(),
    }),
  ),
  /** Enterprise features of the tenant's bundles. */
  features: z.array(
    z.object({
      bundle: z.string(),
      name: z.string(),
      coverage: z.string(),
      note: z.string().optional(),
    }),
  ),
});

/** `GET /api/tenants/:id/infra`: what a tenant is made of, without a value of any resource. */
export const infraSchema = z.object({
  placements: z.array(placementSchema),
  resources: z.array(
    z.object({
      stack: z.string(),
      part: z.string(),
      type: z.string(),
      name: z.string(),
      created: time.optional(),
      modified: time.optional(),
      protected: z.boolean(),
      waitsForDeletion: z.boolean(),
    }),
  ),
  sources: z.array(sourceSchema),
});

/** Whether something was done when it should have been; `unknown`: it is not on record at all. */
const punctualitySchema = z.enum(["in time", "late", "unknown"]);

/** Something that was done with a tenant's data, or tried. */
const dataEventSchema = z.object({
  id: z.string(),
  at: time,
  stack: z.string().optional(),
  outcome: z.enum(["succeeded", "failed"]),
  /** Why it failed. */
  reason: z.string().optional(),
  /** Id of the snapshot that was made or restored. */
  snapshot: z.string().optional(),
  /** When the backup that was restored had been made. */
  takenAt: time.optional(),
  /** Size of what the backup holds. */
  bytes: z.number().optional(),
  seconds: z.number(),
  actor: z.string(),
  link: z.string().optional(),
});

/** `GET /api/tenants/:id/data`: backups and drills on record, the newest first, and the way back. */
export const dataSchema = z.object({
  /** When backups are made (cron, UTC) and how many are kept; absent where the file is gone. */
  plan: z.object({ schedule: z.string(), daily: z.number(), weekly: z.number(), monthly: z.number() }).optional(),
  /** One per stack that has it. */
  places: z.array(
    z.object({
      stack: z.string(),
      environment: z.string(),
      /** Newest backup that succeeded, and within how many hours one is due. */
      backup: z.object({ state: punctualitySchema, at: time.optional(), hours: z.number().optional() }),
      /** Newest drill in which everything was as it had been backed up, and within how many days one is due. */
      drill: z.object({ state: punctualitySchema, at: time.optional(), takenAt: time.optional(), days: z.number() }),
      /** How a restored database is put in the place of a lost one, with the tenant's names filled in. */
      restore: z.array(z.object({ text: z.string(), code: z.string().optional() })),
    }),
  ),
  backups: z.array(dataEventSchema),
  drills: z.array(dataEventSchema),
  sources: z.array(sourceSchema),
});
export type TenantData = z.output<typeof dataSchema>;

/** Kinds of passwords that a tenant has. */
export const CREDENTIAL_KINDS = ["database", "realm", "analytics"] as const;

/** `GET /api/tenants/:id/access`: who reaches a tenant and whom it reaches, without any secret. */
export const accessSchema = z.object({
  /** Realm's template; absent where the file is gone. */
  template: z.string().optional(),
  /** The company's own identity provider, to which the realm delegates log-ins; absent: people have accounts in the realm. */
  identityProvider: z.object({ alias: z.string(), displayName: z.string(), issuer: z.string() }).optional(),
  /** One per stack that has it. */
  places: z.array(
    z.object({
      stack: z.string(),
      environment: z.string(),
      /** Issuer of the realm. */
      realm: z.string().optional(),
      hosts: z.array(z.string()),
      /** Networks on the internet that its pods may reach at port 443, by the module that needs them. */
      egress: z.array(z.object({ for: z.string(), networks: z.array(z.string()) })),
    }),
  ),
  credentials: z.array(
    z.object({
      kind: z.enum(CREDENTIAL_KINDS),
      /** Counter in the tenant's file: raised by one, the next deployment makes a new password. */
      generation: z.number(),
      /** When the counter was raised to this; absent: never, or not on record. */
      raisedAt: time.optional(),
      raisedBy: z.string().optional(),
    }),
  ),
  sources: z.array(sourceSchema),
});
export type TenantAccess = z.output<typeof accessSchema>;
