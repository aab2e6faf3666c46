import { FLAG, HARMLESS, judgedBy, only, partsOf } from "../lib/known.ts";
import { SQL } from "../lib/types.ts";

const ROLES = judgedBy("database-roles");
const DATABASE = judgedBy("database-per-tenant");
const GRANTS = judgedBy("no-cross-tenant-grants");

/** Databases, roles, and what roles may do. */
export const DATABASES = partsOf("policies/known/databases.ts", {
  [SQL.role]: {
    name: GRANTS,
    login: FLAG,
    password: HARMLESS,
    roles: [GRANTS],
    connectionLimit: ROLES,
    superuser: ROLES,
    createDatabase: ROLES,
    createRole: ROLES,
    replication: ROLES,
    bypassRowLevelSecurity: ROLES,
    encryptedPassword: only(true),
    inherit: only(true),
    validUntil: only("infinity"),
  },
  [SQL.database]: {
    name: DATABASE,
    owner: DATABASE,
    template: DATABASE,
    allowConnections: FLAG,
    connectionLimit: only(-1),
    encoding: HARMLESS,
    lcCollate: HARMLESS,
    lcCtype: HARMLESS,
  },

  // The program makes none of these. Who reads what Odoo has is for the tenant's own database to say: here the reporting schema alone.
  [SQL.grant]: {
    database: GRANTS,
    role: GRANTS,
    objectType: only("schema", "table"),
    schema: only("reporting"),
    privileges: [only("SELECT", "USAGE")],
    withGrantOption: GRANTS,
  },
  [SQL.grantRole]: { role: GRANTS, grantRole: GRANTS, withAdminOption: GRANTS },
  [SQL.defaultPrivileges]: {
    database: GRANTS,
    role: GRANTS,
    owner: GRANTS,
    schema: only("reporting"),
    objectType: only("table"),
    privileges: [only("SELECT")],
    withGrantOption: GRANTS,
  },
  [SQL.schema]: {
    database: GRANTS,
    name: GRANTS,
    owner: GRANTS,
    policies: [{ role: GRANTS, usage: FLAG }],
  },
  [SQL.extension]: { database: GRANTS, name: judgedBy("safe-extensions") },
});
