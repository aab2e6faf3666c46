import { analyticsNames, databaseName, databaseRole, reporterRole } from "../config/names.ts";
import type { Field } from "./lib/field.ts";
import { type StackReport, tenantPolicy } from "./lib/policy.ts";
import type { Node } from "./lib/graph.ts";
import { CONSOLE_ROLES, rolesOf, SQL } from "./lib/types.ts";

/** Properties that name a role, by type. */
const ROLE_KEYS: Readonly<Record<string, readonly string[]>> = {
  [SQL.role]: ["name", "assumeRole"],
  [SQL.grant]: ["role"],
  [SQL.grantRole]: ["role", "grantRole"],
  [SQL.defaultPrivileges]: ["role", "owner"],
  [SQL.schema]: ["owner"],
};
/** Those that may be left out: then no other role is taken on, and a schema is its maker's. */
const OPTIONAL: Readonly<Record<string, string>> = { [SQL.role]: "assumeRole", [SQL.schema]: "owner" };
const DATABASE_TYPES: readonly string[] = [SQL.grant, SQL.defaultPrivileges, SQL.schema, SQL.extension];

/** A tenant's roles are members of, and have rights on, nothing but what is the same tenant's, and no role gets what a stronger one has. */
export const noCrossTenantGrants = tenantPolicy({
  name: "no-cross-tenant-grants",
  description: "Roles, memberships and grants must stay within one tenant, or be one of the console's two roles.",
  types: [...new Set([...Object.keys(ROLE_KEYS), ...DATABASE_TYPES])],
  check(node, report) {
    const { tenant } = node;
    if (node.console) {
      checkConsole(node, report);
      return;
    }
    if (tenant === undefined) {
      report(node, "", "is outside any tenant", "Make it inside the OdooTenant that it belongs to");
      return;
    }
    checkRoles(node, rolesOf(tenant), report);
    checkPlaces(node, tenant, report);
    checkMemberships(node, tenant, report);
    checkReaders(node, tenant, report);
  },
});

/** The console has a role that owns its database, and one that asks when data were copied; neither is a member of anything. */
function checkConsole(node: Node, report: StackReport): void {
  if (node.type !== SQL.role) {
    report(
      node,
      "",
      "gives rights in the console's part",
      "Remove it: its role owns its database, and tenants' schemas grant the other one what it needs",
    );
    return;
  }
  checkRoles(node, CONSOLE_ROLES, report, "console's");
  const roles = node.props.at("roles");
  if (roles.known && !roles.empty) report(node, roles, `is ${roles.shown}, expected no membership`, "Remove it");
}

/** Who may be a member of what: whoever owns something, of who reads it. The other way round, a reader would have all that the owner has. */
function memberships(tenant: string): Readonly<Record<string, string>> {
  const { ownerRole, readerRole } = analyticsNames(tenant);
  return { [databaseRole(tenant)]: reporterRole(tenant), [ownerRole]: readerRole };
}

function checkMemberships(node: Node, tenant: string, report: StackReport): void {
  const { type, props } = node;
  if (type !== SQL.grantRole && type !== SQL.role) return;
  const member = props.at(type === SQL.role ? "name" : "role");
  if (!member.known) return;
  const allowed = Object.entries(memberships(tenant)).flatMap(([role, of]) => (role === member.value ? [of] : []));
  for (const role of type === SQL.role ? props.at("roles").items() : [props.at("grantRole")]) {
    if (role.mayBe(...allowed)) continue;
    const expected = allowed.length === 0 ? "no membership" : allowed.join(", ");
    report(
      node,
      role,
      `is ${role.shown} for ${member.shown}, expected ${expected}`,
      "A reader is a member of nothing: grant it what it may read, by sql/",
    );
  }
}

/** Who may use which schema: what reads for others reads what was made for it. */
function checkReaders(node: Node, tenant: string, report: StackReport): void {
  const { type, props } = node;
  const { schema, readerRole, ownerRole } = analyticsNames(tenant);
  const expect = (field: Field, ...allowed: readonly (string | undefined)[]) => {
    if (field.mayBe(...allowed)) return;
    const expected = allowed.map((value) => (value === undefined ? "none" : JSON.stringify(value))).join(" or ");
    report(node, field, `is ${field.shown}, expected ${expected}`, "Odoo's own tables are for Odoo's role alone");
  };
  if (type === SQL.grant || type === SQL.defaultPrivileges) {
    // Without a schema, default privileges are for the tables of every one.
    expect(props.at("schema"), "reporting");
    expect(props.at("role"), reporterRole(tenant));
    if (type === SQL.defaultPrivileges) expect(props.at("owner"), databaseRole(tenant));
  }
  if (type !== SQL.schema) return;
  const name = props.at("name");
  if (!name.known) return;
  const isReporting = name.value === "reporting";
  const owner = isReporting ? databaseRole(tenant) : ownerRole;
  const readers = isReporting ? [reporterRole(tenant)] : name.value === schema ? [readerRole] : [];
  expect(props.at("owner"), owner, undefined);
  for (const policy of props.at("policies").items()) expect(policy.at("role"), owner, ...readers);
}

function checkRoles(node: Node, own: readonly string[], report: StackReport, whose = "tenant's"): void {
  const { type, props } = node;
  const named = (ROLE_KEYS[type] ?? []).map((key) => props.at(key));
  const roles: Field[] = [
    ...named.filter((role) => role.present || OPTIONAL[type] !== role.path),
    ...props.at("roles").items(),
    ...props
      .at("policies")
      .items()
      .map((policy) => policy.at("role")),
  ];
  for (const role of roles) {
    // Which roles are whose follows from their names: a name that no tenant's rule makes is nobody's, and where none is
    // given the provider makes one up.
    if (!role.mayBe(...own)) {
      report(node, role, `is ${role.shown}, expected one of the ${whose} own: ${own.join(", ")}`, "Use one of those");
    }
  }
  for (const key of ["withAdminOption", "withGrantOption"]) {
    const option = props.at(key);
    if (!option.mayBe(undefined, false)) report(node, option, "lets the role hand its rights on", "Remove it");
  }
}

function checkPlaces(node: Node, tenant: string, report: StackReport): void {
  if (!DATABASE_TYPES.includes(node.type)) return;
  const database = node.props.at("database");
  if (!database.mayBe(databaseName(tenant))) {
    report(
      node,
      database,
      `is ${database.shown}, expected "${databaseName(tenant)}"`,
      "Name the tenant's own database",
    );
  }
  if (node.type !== SQL.schema) return;
  const { schema, dataSchema, foreignSchema } = analyticsNames(tenant);
  const own = ["reporting", schema, dataSchema, foreignSchema];
  const name = node.props.at("name");
  if (!name.mayBe(...own))
    report(node, name, `is ${name.shown}, expected one of ${own.join(", ")}`, "Use one of those");
}
