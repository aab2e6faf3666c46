import { CONSOLE_NAMESPACE, PLATFORM_NAMESPACE } from "../config/names.ts";
import { tenantPolicy } from "./lib/policy.ts";
import { CLUSTER_SCOPED, K8S, KNOWN_KINDS, namespaceOf, tenantOfNamespace } from "./lib/types.ts";

const NAMESPACED = [...KNOWN_KINDS].filter((type) => type === K8S.namespace || !CLUSTER_SCOPED.has(type));

/** What is no tenant's is the platform's: the cluster's own namespaces and other teams' are nobody's here. */
export const sharedNamespaces = tenantPolicy({
  name: "shared-namespaces",
  description: "What is outside any tenant must be in the platform's namespace, and the console's in its own.",
  types: NAMESPACED,
  check(node, report) {
    if (node.tenant !== undefined) return;
    const namespace = namespaceOf(node.type, node.props);
    if (node.console) {
      // The gateway reads certificates from its own namespace.
      const expected = node.type === K8S.certificate ? PLATFORM_NAMESPACE : CONSOLE_NAMESPACE;
      if (!namespace.mayBe(expected)) {
        report(node, namespace, `is ${namespace.shown}, expected "${expected}"`, "Make it in the console's namespace");
      }
      return;
    }
    // A tenant's namespace is tenant-boundary's to tell of.
    if (namespace.mayBe(PLATFORM_NAMESPACE) || tenantOfNamespace(namespace.text ?? "") !== undefined) return;
    report(
      node,
      namespace,
      `is ${namespace.shown}, expected "${PLATFORM_NAMESPACE}"`,
      "Make it in the platform's namespace, or with what the cluster's administrators use",
    );
  },
});
