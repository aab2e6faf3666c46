import { resourcePolicy } from "./lib/policy.ts";
import { K8S, namespaceOf, tenantOfNamespace } from "./lib/types.ts";
import { isInTenant } from "./lib/urn.ts";

/** Tenants get no rights in the Kubernetes API, and nobody gets rights over all namespaces. */
export const noRbac = resourcePolicy({
  name: "no-rbac",
  description:
    "No role or binding may give a tenant rights in the Kubernetes API, or anybody rights in all namespaces.",
  types: [K8S.role, K8S.roleBinding, K8S.clusterRole, K8S.clusterRoleBinding],
  check({ type, urn, props }, report) {
    if (type === K8S.clusterRole || type === K8S.clusterRoleBinding) {
      report("", "gives rights in all namespaces", "Use a Role and a RoleBinding in the one namespace that needs it");
      return;
    }
    const namespace = namespaceOf(type, props);
    if (isInTenant(urn) || tenantOfNamespace(namespace.text ?? "") !== undefined) {
      report(namespace, `is ${namespace.shown}: a tenant's`, "Remove it: tenants have no rights in the Kubernetes API");
      return;
    }
    for (const subject of props.at("subjects").items()) {
      const name = subject.at("name");
      const home = subject.at("namespace");
      // Groups such as system:serviceaccounts or system:authenticated hold every tenant's accounts, and a user
      // system:serviceaccount:<namespace>:<name> is one.
      if (name.text?.startsWith("system:")) {
        report(
          name,
          `is ${name.shown}, which is or holds tenants' accounts`,
          "Name a ServiceAccount and its namespace",
        );
      }
      if (tenantOfNamespace(home.text ?? "") !== undefined) {
        report(
          home,
          `is ${home.shown}: a tenant's`,
          "Remove the subject: tenants have no rights in the Kubernetes API",
        );
      }
    }
  },
});
