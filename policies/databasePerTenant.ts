import { databaseName, databaseRole } from "../components/names.ts";
import type { Node } from "./lib/graph.ts";
import { stackPolicy } from "./lib/policy.ts";
import { SQL } from "./lib/types.ts";
import { TENANT_COMPONENT } from "./lib/urn.ts";

/** Each tenant's data is in a database of its own, which nobody else owns. */
export const databasePerTenant = stackPolicy({
  name: "database-per-tenant",
  description: "Each tenant must have exactly one database, named after it, owned by its own role, from template0.",
  check(graph, report) {
    const counts = new Map<string, Node[]>();
    for (const node of graph.ofType(SQL.database)) {
      const { tenant, props } = node;
      if (tenant === undefined) {
        report(node, props.at("name"), "is a database outside any tenant", "Make it inside the tenant's OdooTenant");
        continue;
      }
      counts.set(tenant, [...(counts.get(tenant) ?? []), node]);
      for (const [key, expected] of [
        ["name", databaseName(tenant)],
        ["owner", databaseRole(tenant)],
        // template1 holds whatever somebody once put there.
        ["template", "template0"],
      ] as const) {
        const field = props.at(key);
        if (!field.mayBe(expected)) report(node, field, `is ${field.shown}, expected "${expected}"`, "Set it so");
      }
      const isTemplate = props.at("isTemplate");
      if (!isTemplate.mayBe(undefined, false)) {
        report(node, isTemplate, "is true: whoever may make databases could copy this one", "Remove it");
      }
    }
    for (const node of graph.ofType(TENANT_COMPONENT)) {
      const databases = counts.get(node.name)?.length ?? 0;
      if (databases === 1 || node.tenant !== undefined) continue;
      report(node, "", `has ${databases} databases, expected exactly one`, "components/tenantDatabase.ts makes it");
    }
  },
});
