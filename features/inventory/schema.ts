import { z } from "zod";
import { LIFECYCLES } from "../../config/lifecycle.ts";

/** A text of the program's outputs; absent where it is secret or not known yet. */
const text = z.string().optional();
const time = z.iso.datetime({ offset: true });

const tenantSchema = z.strictObject({
  id: z.string(),
  lifecycle: z.enum(LIFECYCLES).optional(),
  /** Plan that is deployed; absent for what an earlier version deployed. */
  plan: text,
  release: text,
  namespace: text,
  hosts: z.array(z.string()),
  database: z.strictObject({ host: text, port: z.number().optional(), name: text, role: text }),
  realm: z.strictObject({ issuer: text, clientId: text }),
  analytics: z.strictObject({ host: text, port: z.number().optional(), name: text, schema: text, role: text }),
});

const resourceSchema = z.strictObject({
  urn: z.string(),
  type: z.string(),
  /** Logical name. */
  name: z.string(),
  /** Whose it is; absent for what tenants share. */
  tenant: text,
  /** Part of the tenant, or of what tenants share, such as `database` or `keycloak realm`. */
  part: z.string(),
  /** When the engine made it, and changed it last; absent in states of older engines, and for components. */
  created: time.optional(),
  modified: time.optional(),
  protected: z.boolean(),
  /** Replaced by another one, and not deleted yet. */
  waitsForDeletion: z.boolean(),
});

/** What a stack has, as its state says, without any secret: no input and no output of a resource. */
export const inventorySchema = z.strictObject({
  version: z.literal(1),
  stack: z.string(),
  /** When it was taken. */
  takenAt: time,
  /** When the state was written; absent for a stack that was never updated. */
  updatedAt: time.optional(),
  /** Commit of the files that it was taken with; absent outside a repository. */
  commit: z
    .string()
    .regex(/^[0-9a-f]{40}$/)
    .optional(),
  tenants: z.array(tenantSchema),
  resources: z.array(resourceSchema),
  /** What an update that was cut off had begun. */
  pending: z.array(z.strictObject({ urn: z.string(), operation: z.string() })),
});

/** What a stack has, as its state says, without any secret. */
export type Inventory = z.output<typeof inventorySchema>;
