import { FLAG, HARMLESS, judgedBy, only, partsOf } from "../lib/known.ts";
import { SQL } from "../lib/types.ts";

const ROLES = judgedBy("database-roles");
const DATABASE = judgedBy("database-per-tenant");
const GRANTS = judgedBy("no-cross-tenant-grants");

/** Databases and roles. */
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
});
