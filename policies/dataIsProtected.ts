import { DATA_TYPES, holdsData } from "./lib/dataHolders.ts";
import { Field } from "./lib/field.ts";
import { isReleased } from "./lib/lifecycle.ts";
import { strictness, tenantPolicy } from "./lib/policy.ts";
import { RANDOM_PASSWORD, SQL } from "./lib/types.ts";
import { TENANT_COMPONENT } from "./lib/urn.ts";

/** Tenants whose data may go, as their lifecycles said when they were shown: before everything else of them. */
const released = new Map<string, boolean>();

/** Nothing that holds data is ever deleted by removing text. */
export const dataIsProtected = tenantPolicy({
  name: "data-is-protected",
  description: "Everything that holds data must be protected from deletion.",
  // A lifecycle holds no data: it knows whether the tenant's may go.
  types: [TENANT_COMPONENT, SQL.tenantLifecycle, ...DATA_TYPES, RANDOM_PASSWORD],
  options: { protectData: strictness("Whether what holds data must be protected.") },
  check(node, report, { protectData }) {
    const { type, tenant, props, protect } = node;
    if (type === TENANT_COMPONENT) {
      released.delete(node.name);
      return;
    }
    if (type === SQL.tenantLifecycle && tenant !== undefined) released.set(tenant, isReleased(props));
    if (type !== SQL.tenantLifecycle && !holdsData(type, node.name, node.console)) return;
    if (!protectData || protect || (tenant !== undefined && released.get(tenant) === true)) return;
    report(
      node,
      new Field(protect, "opts.protect"),
      "is false, expected true",
      "Pass `protect: true` (stack.protect); a tenant whose hold is over is released by its file, and a sandbox is relaxed by policies/sandbox.json",
    );
  },
});
