import { realmName } from "../config/names.ts";
import { tenantPolicy } from "./lib/policy.ts";
import { KEYCLOAK } from "./lib/types.ts";
import { TENANT_COMPONENT } from "./lib/urn.ts";

/** A tenant's people, clients and roles are in a realm of its own, and nothing of the tenant is in another. */
export const realmPerTenant = tenantPolicy({
  name: "realm-per-tenant",
  description: "Each tenant must have exactly one realm, named after it, and touch no other.",
  types: (type) => type.startsWith("keycloak:"),
  check(node, report) {
    const { tenant, type, props } = node;
    if (tenant === undefined) {
      report(node, "", "is outside any tenant", "Make it inside the OdooTenant whose it is; `master` is nobody's");
      return;
    }
    // Most types call it realmId, realms and identity providers call it realm.
    const realm = type === KEYCLOAK.realm || props.at("realmId").missing ? props.at("realm") : props.at("realmId");
    if (!realm.mayBe(realmName(tenant))) {
      report(node, realm, `is ${realm.shown}, expected "${realmName(tenant)}"`, "Name the tenant's own realm");
    }
  },
  checkStack(graph, report) {
    const realms = graph.ofType(KEYCLOAK.realm);
    for (const node of graph.ofType(TENANT_COMPONENT)) {
      const count = realms.filter(({ tenant }) => tenant === node.name).length;
      if (count === 1 || node.tenant !== undefined) continue;
      report(node, "", `has ${count} realms, expected exactly one`, "components/keycloakRealm.ts makes it");
    }
  },
});
