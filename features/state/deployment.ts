import { createHash } from "node:crypto";
import { z } from "zod";

/**
 * What this feature reads of a resource's state; the rest is kept as the engine wrote it, values and order of keys
 * included.
 */
const resourceShape = z.looseObject({
  urn: z.string().min(1),
  type: z.string().min(1),
  custom: z.boolean(),
  id: z.string().optional(),
  parent: z.string().optional(),
  provider: z.string().optional(),
  delete: z.boolean().optional(),
  pendingReplacement: z.boolean().optional(),
  taint: z.boolean().optional(),
  dependencies: z.array(z.string()).nullish(),
  propertyDependencies: z.record(z.string(), z.array(z.string()).nullable()).nullish(),
  replaceWith: z.array(z.string()).nullish(),
  deletedWith: z.string().optional(),
  viewOf: z.string().optional(),
  aliases: z.array(z.string()).nullish(),
  refreshBeforeUpdate: z.boolean().optional(),
  resourceHooks: z.record(z.string(), z.unknown()).nullish(),
  extensionRef: z.string().optional(),
  snippetID: z.string().optional(),
});

/** A resource's state, version 3. */
export type Resource = z.output<typeof resourceShape>;

/** Checks a value by a schema, and passes on the value itself: a schema's output is a copy with its keys in another order. */
function asIs<T>(shape: z.ZodType<T>): z.ZodType<T> {
  return z.custom<T>((value) => shape.safeParse(value).success);
}

/** A resource's state. */
export const resourceSchema = asIs(resourceShape);

const operationShape = z.looseObject({ type: z.string(), resource: resourceShape });

/** What the engine had begun and not ended. */
export type Operation = z.output<typeof operationShape>;

/** An operation. */
export const operationSchema = asIs(operationShape);

const manifestSchema = z.looseObject({ time: z.string(), magic: z.string(), version: z.string() });

/** What type of secrets provider encrypted the secrets of a state, and its own state. */
export const secretsProviderSchema = z.looseObject({ type: z.string() });

/** The content of a state, version 3 or 4; both have the same form. */
export const deploymentSchema = z.looseObject({
  manifest: manifestSchema,
  secrets_providers: secretsProviderSchema.nullish(),
  resources: z.array(resourceSchema).nullish(),
  pending_operations: z.array(operationSchema).nullish(),
  metadata: z.looseObject({}).nullish(),
  snippets: z.array(z.looseObject({ references: z.record(z.string(), z.string()).nullish() })).nullish(),
  extensions: z.record(z.string(), z.unknown()).nullish(),
});

/** The content of a state. */
export type Deployment = z.output<typeof deploymentSchema>;

/** A state with its version, as the engine exports and imports it. */
export const untypedDeploymentSchema = z.object({
  version: z.int().min(3).max(4),
  features: z.array(z.string()).nullish(),
  deployment: deploymentSchema,
});

/** A state with its version. */
export interface VersionedDeployment {
  readonly version: number;
  readonly features: readonly string[];
  readonly deployment: Deployment;
}

/** The manifest that an engine of a version writes. */
export function manifestOf(version: string, time: Date): z.output<typeof manifestSchema> {
  return { time: time.toISOString(), magic: createHash("sha256").update(version).digest("hex"), version };
}
