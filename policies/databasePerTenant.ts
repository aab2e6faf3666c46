import { CONSOLE_DATABASE, databaseName, databaseRole } from "../config/names.ts";
import { tenantPolicy } from "./lib/policy.ts";
import { SQL } from "./lib/types.ts";
import { CONSOLE_COMPONENT, TENANT_COMPONENT } from "./lib/urn.ts";

/** Each tenant's data is in a database of its own, which nobody else owns. */
export const databasePerTenant = tenantPolicy({
  name: "database-per-tenant",
  description:
    "Each tenant must have exactly one database, named after it, owned by its own role, from template0; and so must the console.",
  types: [SQL.database],
  check(node, report) {
    const { tenant, props } = node;
    const [name, owner] = node.console
      ? [CONSOLE_DATABASE, CONSOLE_DATABASE]
      : tenant === undefined
        ? []
        : [databaseName(tenant), databaseRole(tenant)];
    if (name === undefined || owner === undefined) {
      report(node, props.at("name"), "is a database outside any tenant", "Make it inside the tenant's OdooTenant");
      return;
    }
    for (const [key, expected] of [
      ["name", name],
      ["owner", owner],
      // template1 holds whatever somebody once put there.
      ["template", "template0"],
    ] as const) {
      const field = props.at(key);
      if (!field.mayBe(expected)) report(node, field, `is ${field.shown}, expected "${expected}"`, "Set it so");
    }
    const isTemplate = props.at("isTemplate");
    if (!isTemplate.mayBe(undefined, false)) {
      report(node, isTemplate, "is true: anyone who may create databases could copy it", "Remove it");
    }
  },
  checkStack(graph, report) {
    const databases = graph.ofType(SQL.database);
    for (const node of graph.ofType(CONSOLE_COMPONENT)) {
      const count = databases.filter(({ console }) => console).length;
      if (count !== 1)
        report(node, "", `has ${count} databases, expected exactly one`, "components/consoleDatabase.ts makes it");
    }
    for (const node of graph.ofType(TENANT_COMPONENT)) {
      const count = databases.filter(({ tenant }) => tenant === node.name).length;
      // Stryker disable next-line ConditionalExpression: Adds a violation to a tenant inside a tenant, which tenant-boundary refuses anyway.
      if (count === 1 || node.tenant !== undefined) continue;
      report(node, "", `has ${count} databases, expected exactly one`, "components/tenantDatabase.ts makes it");
    }
  },
});
