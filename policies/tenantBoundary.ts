import {
  CONSOLE,
  isReservedId,
  isTenantId,
  nameCollisions,
  namespaceName,
  PLATFORM_NAMESPACE,
  TENANT_LABEL,
} from "../config/names.ts";
import { hostFiles } from "./lib/hostFiles.ts";
import type { Node } from "./lib/graph.ts";
import { type StackReport, tenantPolicy } from "./lib/policy.ts";
import { CLUSTER_SCOPED, K8S, KNOWN_KINDS, namespaceOf, tenantOfNamespace } from "./lib/types.ts";
import { CONSOLE_COMPONENT, TENANT_COMPONENT } from "./lib/urn.ts";

/**
 * Everything of a tenant is inside its OdooTenant, and nothing in there is another's. The other policies go by this: whose
 * a resource is follows from the component that it is inside of, and what it says about itself must agree.
 */
export const tenantBoundary = tenantPolicy({
  name: "tenant-boundary",
  description:
    "Kubernetes objects of a tenant must be inside its OdooTenant, in its namespace, and labelled as its own.",
  types: [TENANT_COMPONENT, CONSOLE_COMPONENT, ...KNOWN_KINDS],
  check(node, report) {
    if (node.type === TENANT_COMPONENT) {
      if (!isTenantId(node.name))
        report(node, "", "is not a valid tenant id", "Name the component after the tenant's file");
      if (isReservedId(node.name))
        report(node, "", "is an id that the platform or its servers use", "Give the tenant another id");
      const taken = hostFiles().servers.takenBy(node.name);
      if (taken !== undefined) {
        report(
          node,
          "",
          `would have the ${taken.kind} ${taken.name}, which ${taken.where} names`,
          "Give it another id",
        );
      }
      if (node.console) report(node, "", "is a tenant inside the console", "Make it outside of it");
      if (node.depth > 0) report(node, "", `is a tenant inside tenant ${node.tenant ?? ""}`, "Tenants hold no tenants");
    } else if (node.type === CONSOLE_COMPONENT) checkConsole(node, report);
    else if (node.tenant === undefined) checkShared(node, report);
    else checkTenants(node, node.tenant, report);
  },
  checkStack(graph, report) {
    for (const node of graph.ofType(CONSOLE_COMPONENT).slice(1)) {
      report(node, "", "is a second console", "Make one Console for each stack");
    }
    const seen = new Set<string>();
    for (const node of graph.ofType(TENANT_COMPONENT)) {
      if (seen.has(node.name)) report(node, "", "is a tenant that exists twice", "Make one OdooTenant for each tenant");
      seen.add(node.name);
    }
    for (const { name, tenants } of nameCollisions([...graph.tenants])) {
      for (const node of graph.ofType(TENANT_COMPONENT)) {
        // Stryker disable next-line ConditionalExpression: Reports more tenants when two collide; the change is refused either way.
        if (!tenants.includes(node.name)) continue;
        report(node, "", `makes the ${name}, as do ${tenants.join(" and ")}`, "Give one of the tenants another id");
      }
    }
  },
});

/** What is in a Console is judged as the console's: there is one, outside of everything else. */
function checkConsole(node: Node, report: StackReport): void {
  if (node.name !== CONSOLE) report(node, "", `is not named "${CONSOLE}"`, "Make the one Console of index.ts");
  if (node.tenant !== undefined || node.console) {
    report(node, "", "is a console inside something else", "Make it beside the tenants");
  }
}

function checkTenants(node: Node, tenant: string, report: StackReport): void {
  const { type, props } = node;
  if (CLUSTER_SCOPED.has(type) && type !== K8S.namespace) {
    report(node, "", "is for the whole cluster, inside a tenant", "Make it in components/platform.ts, or not at all");
    return;
  }
  const namespace = namespaceOf(type, props);
  // The gateway reads certificates from its own namespace, and a grant is made where it opens something.
  // Stryker disable next-line ArrayDeclaration: Allows a namespace of a name that no namespace can have.
  const others = type === K8S.certificate || type === K8S.referenceGrant ? [PLATFORM_NAMESPACE] : [];
  if (!namespace.mayBe(namespaceName(tenant), ...others)) {
    report(
      node,
      namespace,
      `is ${namespace.shown}, expected "${namespaceName(tenant)}"`,
      "Use the tenant's own namespace",
    );
  }
  const label = props.at("metadata", "labels", TENANT_LABEL);
  if (!label.mayBe(tenant)) report(node, label, `is ${label.shown}, expected "${tenant}"`, "Label it as the tenant's");
}

function checkShared(node: Node, report: StackReport): void {
  const fix = "Make it inside the OdooTenant that it belongs to";
  const namespace = namespaceOf(node.type, node.props);
  // Stryker disable next-line StringLiteral: Stands in for a missing text; no name equals either text, so nothing changes.
  const tenant = tenantOfNamespace(namespace.text ?? "");
  if (tenant !== undefined) {
    report(node, namespace, `is ${namespace.shown}: tenant ${tenant}'s, outside any tenant`, fix);
  }
  const label = node.props.at("metadata", "labels", TENANT_LABEL);
  if (label.present && label.known) report(node, label, `is ${label.shown}, outside any tenant`, fix);
}
