import { realmName } from "../components/names.ts";
import { stackPolicy } from "./lib/policy.ts";
import { KEYCLOAK } from "./lib/types.ts";
import { TENANT_COMPONENT } from "./lib/urn.ts";

/** A tenant's people, clients and roles are in a realm of its own, and nothing of the tenant is in another. */
export const realmPerTenant = stackPolicy({
  name: "realm-per-tenant",
  description: "Each tenant must have exactly one realm, named after it, and touch no other.",
  check(graph, report) {
    const counts = new Map<string, number>();
    for (const node of graph.nodes) {
      if (!node.type.startsWith("keycloak:")) continue;
      const { tenant, props } = node;
      if (tenant === undefined) {
        report(node, "", "is outside any tenant", "Make it inside the OdooTenant whose it is; `master` is nobody's");
        continue;
      }
      const isRealm = node.type === KEYCLOAK.realm;
      if (isRealm) counts.set(tenant, (counts.get(tenant) ?? 0) + 1);
      // Most types call it realmId, realms and identity providers call it realm.
      const realm = isRealm || props.at("realmId").missing ? props.at("realm") : props.at("realmId");
      if (!realm.mayBe(realmName(tenant))) {
        report(node, realm, `is ${realm.shown}, expected "${realmName(tenant)}"`, "Name the tenant's own realm");
      }
    }
    for (const node of graph.ofType(TENANT_COMPONENT)) {
      const realms = counts.get(node.name) ?? 0;
      if (realms === 1 || node.tenant !== undefined) continue;
      report(node, "", `has ${realms} realms, expected exactly one`, "components/keycloakRealm.ts makes it");
    }
  },
});
