import { resourcePolicy } from "./lib/policy.ts";
import { SQL } from "./lib/types.ts";

/** What Odoo uses. Others, such as dblink or postgres_fdw, connect to other databases, read files or run programs. */
const SAFE = ["unaccent", "pg_trgm"] as const;

/** An extension runs with the server's rights. */
export const safeExtensions = resourcePolicy({
  name: "safe-extensions",
  description: "A tenant's database must have no extensions but unaccent and pg_trgm.",
  types: [SQL.extension],
  check({ props }, report) {
    const name = props.at("name");
    if (!name.mayBe(...SAFE)) report(name, `is ${name.shown}, expected one of ${SAFE.join(", ")}`, "Remove it");
  },
});
