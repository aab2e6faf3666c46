import { counted, plainTable } from "../../lib/markdownTable.ts";
import { TENANT_COMPONENT } from "../../policies/lib/urn.ts";
import type { Resource } from "./judge.ts";
import type { StackLook, TenantLook } from "./look.ts";

/** Columns of the table: what they count, by the package of a resource's type. */
const COLUMNS: readonly (readonly [string, readonly string[]])[] = [
  ["KUBERNETES", ["kubernetes"]],
  ["POSTGRESQL", ["postgresql", "odoosql"]],
  ["KEYCLOAK", ["keycloak"]],
  ["PASSWORDS", ["random"]],
  ["GITHUB", ["github"]],
];

/** A stack for a terminal: a table with one row per tenant, and what the policies say. */
export function lookText({ stack, environment, tenants, shared, policies, violations }: StackLook): string {
  const all = [...shared, ...tenants.flatMap(({ resources }) => resources)];
  const columns = COLUMNS.filter(([, packages]) => countOf(all, packages) > 0);
  const counts = (resources: readonly Resource[]) =>
    columns.map(([, packages]) => String(countOf(resources, packages)));
  const rows = [
    ["TENANT", "PLAN", "HOST", "MODULES", ...columns.map(([name]) => name)],
    ...tenants.map(({ spec, resources }) => [
      spec.id,
      spec.plan.name,
      spec.hosts.platform,
      String(spec.modules.length),
      ...counts(resources),
    ]),
    ["(shared)", "", "", "", ...counts(shared)],
  ];
  const head = `Stack ${stack} (${environment}): ${counted(tenants.length, "tenant")}, ${counted(all.length, "resource")}`;
  const judged = `${policies} policies: ${violations.length === 0 ? "no violations" : counted(violations.length, "violation")}`;
  return [head, "", plainTable(rows), "", judged, ...violations.map(({ message }) => `  ${message}`)].join("\n");
}

/** What would be made for a tenant: one line per resource, below the component that makes it. */
export function tenantText({ spec, resources }: TenantLook): string {
  const children = Map.groupBy(resources, ({ parent }) => parent);
  const line = ({ type, name, protect }: Resource, depth: number): string => {
    const role = name.startsWith(`${spec.id}-`) ? name.slice(spec.id.length + 1) : name;
    return `${"  ".repeat(depth)}${role}  ${type}${protect ? "  (protected)" : ""}`;
  };
  const tree = (resource: Resource, depth: number): string[] => [
    line(resource, depth),
    ...(children.get(resource.urn) ?? []).flatMap((child) => tree(child, depth + 1)),
  ];
  return resources
    .filter(({ name, type }) => type === TENANT_COMPONENT && name === spec.id)
    .flatMap((tenant) => tree(tenant, 0))
    .join("\n");
}

function countOf(resources: readonly Resource[], packages: readonly string[]): number {
  return resources.filter(({ type }) => packages.includes(packageOf(type))).length;
}

/** Package of a type token. Dynamic providers and components have their own. */
function packageOf(type: string): string {
  return type.split(":", 1)[0] ?? "";
}
