import { Field } from "./lib/field.ts";
import { resourcePolicy, strictness } from "./lib/policy.ts";
import { K8S, KEYCLOAK, RANDOM_PASSWORD, SQL } from "./lib/types.ts";

/** Logical names of the passwords that open a tenant's backups; without one, they are lost. */
const OPENS_BACKUPS = /-backup-password$/;

/** Nothing that holds data is ever deleted by removing text. */
export const dataIsProtected = resourcePolicy({
  name: "data-is-protected",
  description: "Everything that holds data must be protected from deletion.",
  // Roles own what is in the databases, namespaces take their volume claims with them, and a realm holds its people.
  types: [
    ...[SQL.database, SQL.role, SQL.analyticsSchema, KEYCLOAK.realm, K8S.volumeClaim, K8S.namespace],
    RANDOM_PASSWORD,
  ],
  options: { protectData: strictness("Whether what holds data must be protected.") },
  check({ opts, type, name }, report, { protectData }) {
    if (!protectData || opts.protect) return;
    if (type === RANDOM_PASSWORD && !OPENS_BACKUPS.test(name)) return;
    report(
      new Field(opts.protect, "opts.protect"),
      "is false, expected true",
      "Pass `protect: true` (stack.protect); a sandbox is relaxed by policies/sandbox.json",
    );
  },
});
