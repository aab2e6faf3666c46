import type { Graph, Node } from "./lib/graph.ts";
import { stackPolicy } from "./lib/policy.ts";
import { CLUSTER_SCOPED, K8S, KNOWN_KINDS, namespaceOf, PLATFORM_NAMESPACE, tenantOfNamespace } from "./lib/types.ts";

/** What is not allowed is denied, both ways, in each namespace that a tenant uses. */
export const namespaceDefaultDeny = stackPolicy({
  name: "namespace-default-deny",
  description: "Each tenant namespace must deny all traffic, in and out, that no rule allows.",
  check(graph, report) {
    const policies = graph.ofType(K8S.networkPolicy);
    for (const [namespace, node] of tenantNamespaces(graph)) {
      const there = policies.filter((policy) => namespaceOf(policy.type, policy.props).mayBe(namespace));
      for (const direction of ["Ingress", "Egress"]) {
        if (there.some((policy) => deniesByDefault(policy, direction))) continue;
        report(
          node,
          "",
          `uses namespace ${namespace}, where no network policy denies ${direction.toLowerCase()} by default`,
          `Add one with \`podSelector: {}\` and ${direction} in its policyTypes; components/networkIsolation.ts makes it`,
        );
      }
    }
  },
});

/** Every namespace that a tenant has or uses, with the resource that shows it. */
function tenantNamespaces(graph: Graph): Map<string, Node> {
  const found = new Map<string, Node>();
  for (const node of graph.nodes) {
    if (!KNOWN_KINDS.has(node.type)) continue;
    if (CLUSTER_SCOPED.has(node.type) && node.type !== K8S.namespace) continue;
    const namespace = namespaceOf(node.type, node.props).text;
    if (namespace === undefined) continue;
    const isTenants =
      tenantOfNamespace(namespace) !== undefined || (node.tenant !== undefined && namespace !== PLATFORM_NAMESPACE);
    if (isTenants && (node.type === K8S.namespace || !found.has(namespace))) found.set(namespace, node);
  }
  return found;
}

/** Whether a policy isolates all pods of its namespace: then only what its rules and others' allow gets through. */
function deniesByDefault({ props }: Node, direction: string): boolean {
  const podSelector = props.at("spec", "podSelector");
  const policyTypes = props.at("spec", "policyTypes");
  const selectsAll = !podSelector.known || (podSelector.present && podSelector.empty);
  return selectsAll && (!policyTypes.known || policyTypes.items().some((item) => item.mayBe(direction)));
}
