import { judgedBy, partsOf, text } from "../lib/known.ts";
import { PRIVATE_DATABASE, SQL } from "../lib/types.ts";

const ISOLATION = judgedBy("sql-isolation");
const LIFECYCLE = judgedBy("tenant-lifecycle");
const CONNECTION = {
  host: ISOLATION,
  port: ISOLATION,
  database: ISOLATION,
  user: ISOLATION,
  password: text(/^.+$/s, "a password"),
  sslmode: ISOLATION,
};
const SQL_OF_A_TENANT = {
  tenant: ISOLATION,
  connection: CONNECTION,
  // What the provider fills in.
  checksum: text(/^[0-9a-f]+$/, "a checksum of the SQL files"),
};
/** Folders below `sql/`, and no other: each name and version is one part of a path. */
const models = [text(/^[a-z][a-z0-9_]*\/v[1-9]\d*$/, 'a model and version such as "finance_ppm/v1"')] as const;

/** What SQL is run for a tenant, and where a tenant is on its way. */
export const ODOOSQL = partsOf("policies/known/odoosql.ts", {
  [SQL.databaseSetup]: { ...SQL_OF_A_TENANT, roles: { reporter: ISOLATION } },
  [PRIVATE_DATABASE]: { connection: CONNECTION, checksum: SQL_OF_A_TENANT.checksum },
  [SQL.reportingViews]: { ...SQL_OF_A_TENANT, schema: ISOLATION, models },
  [SQL.analyticsSchema]: {
    ...SQL_OF_A_TENANT,
    source: CONNECTION,
    names: { schema: ISOLATION, dataSchema: ISOLATION, foreignSchema: ISOLATION, server: ISOLATION },
    roles: { owner: ISOLATION, reader: ISOLATION },
    watcher: ISOLATION,
    models,
  },
  [SQL.tenantLifecycle]: {
    tenant: LIFECYCLE,
    lifecycle: LIFECYCLE,
    protected: LIFECYCLE,
    release: LIFECYCLE,
    holdUntil: LIFECYCLE,
    lastBackup: LIFECYCLE,
  },
});
