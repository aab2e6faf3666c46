import { realmName, STAFF_REALM } from "../config/names.ts";
import type { Graph, Node } from "./lib/graph.ts";
import { type StackReport, tenantPolicy } from "./lib/policy.ts";
import { KEYCLOAK, PROTOCOL_MAPPERS, STAFF_KEYCLOAK } from "./lib/types.ts";
import { CONSOLE_COMPONENT, TENANT_COMPONENT } from "./lib/urn.ts";

/** Properties that hold an id which Keycloak has made, and of what. */
const IDS: readonly (readonly [type: string, path: string, of: string])[] = [
  [KEYCLOAK.groupRoles, "roleIds", KEYCLOAK.role],
  [KEYCLOAK.groupRoles, "groupId", KEYCLOAK.group],
  [KEYCLOAK.userGroups, "groupIds", KEYCLOAK.group],
  [KEYCLOAK.userGroups, "userId", KEYCLOAK.user],
  [KEYCLOAK.userRoles, "roleIds", KEYCLOAK.role],
  [KEYCLOAK.userRoles, "userId", KEYCLOAK.user],
  [KEYCLOAK.role, "clientId", KEYCLOAK.client],
  [KEYCLOAK.clientOptionalScopes, "clientId", KEYCLOAK.client],
  [STAFF_KEYCLOAK.scopeRole, "clientId", KEYCLOAK.client],
  [STAFF_KEYCLOAK.scopeRole, "roleId", KEYCLOAK.role],
  [STAFF_KEYCLOAK.realmRoleMapper, "clientId", KEYCLOAK.client],
  ...Object.values(PROTOCOL_MAPPERS).map((type) => [type, "clientId", KEYCLOAK.client] as const),
];

/** A tenant's people, clients and roles are in a realm of its own, and nothing of the tenant is in another. */
export const realmPerTenant = tenantPolicy({
  name: "realm-per-tenant",
  description:
    "Each tenant must have exactly one realm, named after it, and touch no other; and so must the console, the staff's.",
  types: (type) => type.startsWith("keycloak:"),
  check(node, report) {
    const { tenant, type, props } = node;
    const expected = node.console ? STAFF_REALM : tenant === undefined ? undefined : realmName(tenant);
    if (expected === undefined) {
      report(
        node,
        "",
        "is outside any tenant",
        "Make it inside the OdooTenant that it belongs to; `master` belongs to no tenant",
      );
      return;
    }
    // Most types call it realmId, realms and identity providers call it realm.
    // Stryker disable next-line ConditionalExpression: A realm has no property realmId: what is looked at is the same.
    const realm = type === KEYCLOAK.realm || props.at("realmId").missing ? props.at("realm") : props.at("realmId");
    if (!realm.mayBe(expected)) {
      report(
        node,
        realm,
        `is ${realm.shown}, expected "${expected}"`,
        `Name the ${node.console ? "staff's" : "tenant's own"} realm`,
      );
    }
  },
  checkStack(graph, report) {
    for (const [type, path, of] of IDS) checkIds(graph, type, path, of, report);
    const realms = graph.ofType(KEYCLOAK.realm);
    for (const node of graph.ofType(CONSOLE_COMPONENT)) {
      const count = realms.filter(({ console }) => console).length;
      if (count !== 1)
        report(node, "", `has ${count} realms, expected exactly one`, "components/staffRealm.ts makes it");
    }
    for (const node of graph.ofType(TENANT_COMPONENT)) {
      const count = realms.filter(({ tenant }) => tenant === node.name).length;
      // Stryker disable next-line ConditionalExpression: Adds a violation to a tenant inside a tenant, which tenant-boundary refuses anyway.
      if (count === 1 || node.tenant !== undefined) continue;
      report(node, "", `has ${count} realms, expected exactly one`, "components/keycloakRealm.ts makes it");
    }
  },
});

/** Stands for the console among the tenants. */
const STAFF = Symbol("console");

/**
 * An id that is written out could be of anything in the realm, such as a role of `realm-management`. What is not known yet will be the id of
 * a resource: whatever else it is shows at the update's end, or in the update that makes what this one leaves out.
 */
function checkIds(graph: Graph, type: string, path: string, of: string, report: StackReport): void {
  const ownerOf = ({ tenant, console }: Node) => (console ? STAFF : tenant);
  const byOwner = Map.groupBy(graph.ofType(of), ownerOf);
  for (const node of graph.ofType(type)) {
    const field = node.props.at(path);
    const ids = field.text === undefined ? field.items() : [field];
    const own = byOwner.get(ownerOf(node)) ?? [];
    for (const id of ids) {
      // What the provider answers for a role of the realm, which the staff's are.
      if (node.console && type === KEYCLOAK.role && id.value === "") continue;
      if (!id.known || own.some(({ props }) => !props.known || props.at("id").text === id.text)) continue;
      report(
        node,
        id,
        `is ${id.shown}, which is not of a ${of} of the ${node.console ? "console" : "tenant"}'s`,
        "Use the resource's own id",
      );
    }
  }
}
