import { z } from "zod";
import { ACTIONS, REQUEST_STATES } from "../../features/requests/index.ts";
import { diagnosticSchema, sourceSchema, time } from "./common.ts";
import { moneySchema } from "./tenants.ts";

/** What can be asked for. */
export const requestActionSchema = z.enum(ACTIONS);
export type RequestAction = z.output<typeof requestActionSchema>;

const asked = {
  action: requestActionSchema,
  tenant: z.string().max(100),
  /** `create`: what the tenant's file will say. */
  file: z.record(z.string(), z.unknown()).optional(),
  /** `change`: keys of the file, and what they become; null removes one. */
  changes: z.record(z.string(), z.unknown()).optional(),
  /** `decommission`: first day on which the data may be deleted. */
  holdUntil: z.string().max(10).optional(),
};

/** `POST /api/preflight`: what a request would do; nothing is sent. */
export const preflightInputSchema = z.object(asked);

/** Answer of `POST /api/preflight`. */
export const preflightSchema = z.object({
  ok: z.boolean(),
  /** Every problem, in the words of `npm run validate`. Those of a form's field have its path. */
  diagnostics: z.array(diagnosticSchema),
  /** The tenant's file as it would be, and how it differs from now. */
  yaml: z.string().optional(),
  diff: z.string().optional(),
  /** What will happen to each part: pods, logins, data, backups, route, protection, deleted. */
  effects: z.array(z.object({ part: z.string(), effect: z.string() })),
  /** Ids of all tenants that the change reaches. */
  touches: z.array(z.string()),
  modules: z.number().optional(),
  hosts: z.array(z.string()),
  cost: z.object({ before: moneySchema.optional(), after: moneySchema.optional() }),
});
export type Preflight = z.output<typeof preflightSchema>;

/** `POST /api/requests`: answers 202 with `{ id }`. The same id again is the same request. */
export const requestInputSchema = z.object({
  ...asked,
  /** Made by the page when the form opens, so that a second click or tab sends the same request. */
  id: z.string().max(64),
  approver: z.string().max(39),
  reason: z.string().max(200),
});

/** Steps of a request, in their order. */
export const STEPS = ["received", "opened", "checks", "approval", "merged", "deployed"] as const;

/** `GET /api/requests/:id`, and each message of `GET /api/requests/:id/events` (server-sent events). */
export const requestSchema = z.object({
  id: z.string(),
  action: requestActionSchema,
  tenant: z.string(),
  /** Person who asked. */
  requester: z.string(),
  approver: z.string(),
  reason: z.string(),
  state: z.enum(REQUEST_STATES),
  /** Why it was refused, failed or rejected, in the words of what refused it. */
  problem: z.string().optional(),
  openedAt: time,
  updatedAt: time,
  /** Until when it can be approved. */
  deadline: time.optional(),
  pull: z.object({ number: z.number(), url: z.string() }).optional(),
  diff: z.string().optional(),
  steps: z.array(
    z.object({
      name: z.enum(STEPS),
      state: z.enum(["done", "active", "waiting", "failed"]),
      at: time.optional(),
      text: z.string().optional(),
    }),
  ),
  checks: z.array(
    z.object({
      name: z.string(),
      state: z.enum(["queued", "running", "passed", "failed"]),
      /** What came of it, in a line. */
      title: z.string().optional(),
      /** All that it printed. */
      summary: z.string().optional(),
      startedAt: time.optional(),
      completedAt: time.optional(),
    }),
  ),
});
export type Request = z.output<typeof requestSchema>;

/** `GET /api/requests?state=open|all&tenant=&page=`: newest first. */
export const requestsSchema = z.object({
  rows: z.array(requestSchema.omit({ steps: true, checks: true, diff: true })),
  total: z.number(),
  page: z.number(),
  pageSize: z.number(),
  sources: z.array(sourceSchema),
});

/** `GET /api/options`: what the forms offer. */
export const optionsSchema = z.object({
  bundles: z.array(
    z.object({
      name: z.string(),
      title: z.string(),
      summary: z.string(),
      needsCountry: z.boolean(),
      features: z.array(z.object({ name: z.string(), coverage: z.string(), note: z.string().optional() })),
    }),
  ),
  plans: z.array(
    z.object({
      name: z.string(),
      displayName: z.string(),
      workers: z.number(),
      replicas: z.number(),
      storage: z.string(),
      databaseConnections: z.number(),
      /** Per month and environment; absent: not priced. */
      price: moneySchema.optional(),
    }),
  ),
  /** Environments of the stacks, and the domain of each one's hosts. */
  environments: z.array(z.object({ name: z.string(), baseDomain: z.string().optional() })),
  /** Logins that may approve; the person who is logged in is never one. */
  approvers: z.array(z.string()),
  countries: z.array(z.object({ code: z.string(), name: z.string() })),
  timezones: z.array(z.string()),
  currencies: z.array(z.string()),
  /** Teams that own tenants now. */
  teams: z.array(z.object({ team: z.string(), email: z.string() })),
  /** Modules that can be added, by name. */
  modules: z.array(z.object({ name: z.string(), title: z.string().optional() })),
  /** Keys of a tenant's file that a `change` may set. */
  changeable: z.array(z.string()),
});
