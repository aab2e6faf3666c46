import type { ParseArgsConfig } from "node:util";

/** Options that name where backups and data are. */
export const PLACES = {
  repository: { type: "string" },
  data: { type: "string" },
} as const satisfies NonNullable<ParseArgsConfig["options"]>;

/** What is said of {@link PLACES}. */
export const PLACES_USAGE = `  --repository FOLDER  folder of repositories, a repository a tenant in it (also restic's s3:https://…). Default:
                       ODOO_SAAS_BACKUPS, else the stack's object store
  --data FOLDER        Odoo's data folder, with filestore/<database> in it. Default: ODOO_SAAS_DATA`;
