import { z } from "zod";
import { SSL_MODES } from "../../lib/postgresTls.ts";
import { availableModels } from "../../lib/sqlFiles.ts";

const text = z.string().min(1, "must not be empty");
const identifier = text.max(63, "PostgreSQL cuts identifiers at 63 bytes");

/** How to reach a database; `password` comes as a Pulumi secret. */
const connection = z.strictObject({
  host: text,
  port: z.int().min(1).max(65535),
  database: identifier,
  user: identifier,
  password: text,
  sslmode: z.enum(SSL_MODES),
});

let knownModels: readonly string[] | undefined;
const models = z
  .array(z.string())
  .superRefine((names, context) => {
    const known = (knownModels ??= availableModels());
    for (const name of names.filter((name) => !known.includes(name))) {
      context.addIssue({
        code: "custom",
        message: `no reporting model "${name}" below sql/: expected one of ${known.join(", ")}`,
      });
    }
  })
  .refine((names) => new Set(names).size === names.length, "names a model twice");

const common = { tenant: text, connection, checksum: z.string().optional() };

/** Inputs of each resource type, as they arrive over the wire with secrets unwrapped. */
export const inputSchemas = {
  DatabaseSetup: z.strictObject({ ...common, roles: z.strictObject({ reporter: identifier }) }),
  PrivateDatabase: z.strictObject({ connection: common.connection, checksum: common.checksum }),
  ReportingViews: z.strictObject({ ...common, schema: z.literal("reporting"), models }),
  AnalyticsSchema: z.strictObject({
    ...common,
    source: connection,
    names: z.strictObject({
      schema: identifier,
      dataSchema: identifier,
      foreignSchema: identifier,
      server: identifier,
    }),
    roles: z.strictObject({ owner: identifier, reader: identifier }),
    watcher: identifier.optional(),
    models,
  }),
  TenantLifecycle: z.strictObject({
    tenant: text,
    lifecycle: z.enum(["active", "paused", "decommissioning"]),
    protected: z.boolean(),
    release: z.boolean(),
    holdUntil: z.iso.date().optional(),
    lastBackup: text.optional(),
  }),
} as const;

/** Name of a resource type of this provider. */
export type Kind = keyof typeof inputSchemas;

/** Name of a type that is made of SQL files. */
export type SqlKind = Exclude<Kind, "TenantLifecycle">;
export type Connection = z.infer<typeof connection>;
export type DatabaseSetupInputs = z.infer<typeof inputSchemas.DatabaseSetup>;
export type PrivateDatabaseInputs = z.infer<typeof inputSchemas.PrivateDatabase>;
export type ReportingViewsInputs = z.infer<typeof inputSchemas.ReportingViews>;
export type AnalyticsSchemaInputs = z.infer<typeof inputSchemas.AnalyticsSchema>;
export type TenantLifecycleInputs = z.infer<typeof inputSchemas.TenantLifecycle>;
