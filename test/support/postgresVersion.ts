import { z } from "zod";
import { POSTGRES_PACKAGES } from "../../sandbox/services/postgresBinaries.ts";
import type { PostgresVersion } from "../../sandbox/services/postgresBinaries.ts";

/** Major version of the servers that tests start; `npx odoo-saas test suite postgres` sets it. */
export const POSTGRES_VERSION_VARIABLE = "ODOO_SAAS_TEST_POSTGRES";

/** Major version of the servers that tests start. Default: 15, the oldest that is supported. */
export const postgresVersion: PostgresVersion = z
  .enum(["15", "18"], {
    error: `${POSTGRES_VERSION_VARIABLE} must be one of ${Object.keys(POSTGRES_PACKAGES).join(", ")}`,
  })
  .default("15")
  .transform((version): PostgresVersion => (version === "15" ? 15 : 18))
  .parse(process.env[POSTGRES_VERSION_VARIABLE]);
