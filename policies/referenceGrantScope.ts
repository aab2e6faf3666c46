import { MAINTENANCE_SERVICE, namespaceName, PLATFORM_NAMESPACE } from "../config/names.ts";
import type { Field } from "./lib/field.ts";
import { type StackReport, tenantPolicy } from "./lib/policy.ts";
import type { Node } from "./lib/graph.ts";
import { K8S, namespaceOf } from "./lib/types.ts";

const ROUTES = "gateway.networking.k8s.io";

/** A grant opens a namespace to another's routes: the one thing that may be opened is the maintenance page. */
export const referenceGrantScope = tenantPolicy({
  name: "reference-grant-scope",
  description: "A reference grant must let a tenant's own routes lead to the maintenance page, and nothing else.",
  types: [K8S.referenceGrant],
  check(node, report) {
    const { tenant, type, props } = node;
    if (tenant === undefined) {
      report(node, "", "is outside any tenant", "Make it inside the OdooTenant that owns the routes");
      return;
    }
    const namespace = namespaceOf(type, props);
    if (!namespace.mayBe(PLATFORM_NAMESPACE)) {
      report(node, namespace, `is ${namespace.shown}, expected "${PLATFORM_NAMESPACE}"`, "Tenants open nothing");
    }
    checkEach(node, props.at("spec", "from"), report, {
      group: ROUTES,
      kind: "HTTPRoute",
      namespace: namespaceName(tenant),
    });
    checkEach(node, props.at("spec", "to"), report, { group: "", kind: "Service", name: MAINTENANCE_SERVICE });
  },
});

/** Each entry of a list must say exactly this, and there must be one. */
function checkEach(node: Node, list: Field, report: StackReport, expected: Readonly<Record<string, string>>): void {
  const fix = "Use the grant of components/tenantDns.ts";
  if (list.known && list.items().length === 0) report(node, list, `is ${list.shown}, expected one entry`, fix);
  for (const entry of list.items()) {
    for (const [key, value] of Object.entries(expected)) {
      const field = entry.at(key);
      if (!field.mayBe(value)) report(node, field, `is ${field.shown}, expected "${value}"`, fix);
    }
  }
}
