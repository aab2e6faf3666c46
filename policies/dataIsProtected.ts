import { Field } from "./lib/field.ts";
import { resourcePolicy, strictness } from "./lib/policy.ts";
import { K8S, KEYCLOAK, SQL } from "./lib/types.ts";

/** Nothing that holds data is ever deleted by removing text. */
export const dataIsProtected = resourcePolicy({
  name: "data-is-protected",
  description: "Everything that holds data must be protected from deletion.",
  // Roles own what is in the databases, namespaces take their volume claims with them, and a realm holds its people.
  types: [SQL.database, SQL.role, SQL.analyticsSchema, KEYCLOAK.realm, K8S.volumeClaim, K8S.namespace],
  options: { protectData: strictness("Whether what holds data must be protected.") },
  check({ opts }, report, { protectData }) {
    if (!protectData || opts.protect) return;
    report(
      new Field(opts.protect, "opts.protect"),
      "is false, expected true",
      "Pass `protect: true` (stack.protect); a sandbox is relaxed by policies/sandbox.json",
    );
  },
});
