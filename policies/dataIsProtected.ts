import { Field } from "./lib/field.ts";
import { isReleased } from "./lib/lifecycle.ts";
import { strictness, tenantPolicy } from "./lib/policy.ts";
import { GITHUB, K8S, KEYCLOAK, RANDOM_PASSWORD, SQL } from "./lib/types.ts";
import { TENANT_COMPONENT } from "./lib/urn.ts";

/** Tenants whose data may go, as their lifecycles said when they were shown: before everything else of them. */
const released = new Map<string, boolean>();

/** Logical names of the passwords that open a tenant's backups; without one, they are lost. */
const OPENS_BACKUPS = /-backup-password$/;

/** Nothing that holds data is ever deleted by removing text. */
export const dataIsProtected = tenantPolicy({
  name: "data-is-protected",
  description: "Everything that holds data must be protected from deletion.",
  // Roles own what is in the databases, namespaces take their volume claims with them, and a realm holds its people: the first
  // administrator's account has their own password and second factor. A
  // lifecycle knows whether they may go.
  types: [
    TENANT_COMPONENT,
    SQL.tenantLifecycle,
    SQL.database,
    SQL.role,
    SQL.analyticsSchema,
    KEYCLOAK.realm,
    KEYCLOAK.user,
    K8S.volumeClaim,
    K8S.namespace,
    GITHUB.repository,
    RANDOM_PASSWORD,
  ],
  options: { protectData: strictness("Whether what holds data must be protected.") },
  check(node, report, { protectData }) {
    const { type, tenant, props, protect } = node;
    if (type === TENANT_COMPONENT) {
      released.delete(node.name);
      return;
    }
    if (type === SQL.tenantLifecycle && tenant !== undefined) released.set(tenant, isReleased(props));
    if (type === RANDOM_PASSWORD && !OPENS_BACKUPS.test(node.name)) return;
    if (!protectData || protect || (tenant !== undefined && released.get(tenant) === true)) return;
    report(
      node,
      new Field(protect, "opts.protect"),
      "is false, expected true",
      "Pass `protect: true` (stack.protect); a tenant whose hold is over is released by its file, and a sandbox is relaxed by policies/sandbox.json",
    );
  },
});
