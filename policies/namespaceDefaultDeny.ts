import type { Graph, Node } from "./lib/graph.ts";
import { type StackReport, stackPolicy } from "./lib/policy.ts";
import { CLUSTER_SCOPED, K8S, KNOWN_KINDS, namespaceOf, tenantOfNamespace } from "./lib/types.ts";

/** What is not allowed is denied, both ways, in each namespace that a tenant or the platform uses. */
export const namespaceDefaultDeny = stackPolicy({
  name: "namespace-default-deny",
  description: "Each namespace must deny all traffic, in and out, that no rule allows.",
  check(graph, report) {
    const policies = graph.ofType(K8S.networkPolicy);
    for (const policy of policies) checkRules(policy, report);
    for (const [namespace, node] of usedNamespaces(graph)) {
      const there = policies.filter((policy) => namespaceOf(policy.type, policy.props).value === namespace);
      // What this operation leaves out another makes, and judges: until then it counts as the one that is missing.
      if (policies.some(({ props, tenant }) => !props.known && tenant === tenantOfNamespace(namespace))) continue;
      for (const direction of ["Ingress", "Egress"]) {
        if (there.some((policy) => deniesByDefault(policy, direction))) continue;
        report(
          node,
          "",
          `uses namespace ${namespace}, where no network policy denies ${direction.toLowerCase()} by default`,
          `Add one with \`podSelector: {}\` and ${direction} in its policyTypes; components/networkIsolation.ts and components/platformIsolation.ts make it`,
        );
      }
    }
  },
});

/** Every namespace that something is in, with the resource that shows it. */
function usedNamespaces(graph: Graph): Map<string, Node> {
  const found = new Map<string, Node>();
  for (const node of graph.nodes) {
    if (!KNOWN_KINDS.has(node.type)) continue;
    if (CLUSTER_SCOPED.has(node.type) && node.type !== K8S.namespace) continue;
    const namespace = namespaceOf(node.type, node.props).text;
    if (namespace === undefined) continue;
    if (node.type === K8S.namespace || !found.has(namespace)) found.set(namespace, node);
  }
  return found;
}

/** Whether a policy isolates all pods of its namespace: then only what its rules and others' allow gets through. */
function deniesByDefault({ props }: Node, direction: string): boolean {
  const podSelector = props.at("spec", "podSelector");
  const policyTypes = props.at("spec", "policyTypes");
  return podSelector.present && podSelector.empty && policyTypes.items().some((item) => item.value === direction);
}

/** A rule for all pods and everybody takes back what is denied. */
function checkRules(node: Node, report: StackReport): void {
  const spec = node.props.at("spec");
  if (!spec.at("podSelector").empty) return;
  for (const [rules, peers] of [
    ["ingress", "from"],
    ["egress", "to"],
  ] as const) {
    for (const rule of spec.at(rules).items()) {
      if (rule.at(peers).empty) report(node, rule, "opens all pods to everyone", "Select the pods that it is for");
    }
  }
}
