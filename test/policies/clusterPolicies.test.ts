import { namespacePodSecurity } from "../../policies/namespacePodSecurity.ts";
import { noExposedServices } from "../../policies/noExposedServices.ts";
import { noRbac } from "../../policies/noRbac.ts";
import { add, type Planned, set } from "./support/fixtures.ts";
import { describePolicy } from "./support/describePolicy.ts";

describePolicy(noExposedServices, {
  breaches: [
    ["a node port", set("acme-service", "spec.type", "NodePort"), "acme-service", /spec\.type is "NodePort"/],
    ["a load balancer", set("acme-service", "spec.type", "LoadBalancer"), "acme-service", /spec\.type/],
    ["an alias of another host", set("acme-service", "spec.type", "ExternalName"), "acme-service", /spec\.type/],
    [
      "the alias without its type",
      set("acme-service", "spec.externalName", "example.com"),
      "acme-service",
      /externalName/,
    ],
    ["external addresses", set("acme-service", "spec.externalIPs", ["1.2.3.4"]), "acme-service", /externalIPs/],
    [
      "a load balancer's address",
      set("acme-service", "spec.loadBalancerIP", "1.2.3.4"),
      "acme-service",
      /loadBalancerIP/,
    ],
    [
      "a port on the nodes",
      set("acme-service", "spec.ports.0.nodePort", 30000),
      "acme-service",
      /ports\[0\]\.nodePort/,
    ],
  ],
  tolerated: [
    ["the default type, spelled out", set("acme-service", "spec.type", "ClusterIP")],
    ["an empty list of external addresses", set("acme-service", "spec.externalIPs", [])],
    ["no alias, spelled out", set("acme-service", "spec.externalName", "")],
    ["no node port", set("acme-service", "spec.ports.0.nodePort", 0)],
  ],
  guarded: [
    ["acme-service", "spec.type"],
    ["acme-service", "spec.externalIPs"],
    ["acme-service", "spec.externalName"],
    ["acme-service", "spec.ports.0.nodePort"],
  ],
});

const RBAC = "kubernetes:rbac.authorization.k8s.io/v1";

function rbac(kind: string, parent: string, props: Record<string, unknown> = {}): Planned {
  return { type: `${RBAC}:${kind}`, name: "rights", parent, props };
}

function binding(subject: Record<string, unknown>): Planned {
  return rbac("RoleBinding", "platform", { metadata: { namespace: "odoo-platform" }, subjects: [subject] });
}

describePolicy(noRbac, {
  breaches: [
    ["a cluster role", add(rbac("ClusterRole", "platform")), "rights", /in all namespaces/],
    ["a cluster role binding", add(rbac("ClusterRoleBinding", "platform")), "rights", /in all namespaces/],
    ["a role inside a tenant", add(rbac("Role", "acme-release")), "rights", /metadata\.namespace .*a tenant's/],
    [
      "a binding inside a tenant",
      add(rbac("RoleBinding", "acme-release")),
      "rights",
      /metadata\.namespace .*a tenant's/,
    ],
    [
      "a role in a tenant's namespace",
      add(rbac("Role", "platform", { metadata: { namespace: "odoo-acme" } })),
      "rights",
      /metadata\.namespace is "odoo-acme": a tenant's/,
    ],
    [
      "a binding to a tenant's account",
      add(binding({ kind: "ServiceAccount", name: "odoo", namespace: "odoo-acme" })),
      "rights",
      /subjects\[0\]\.namespace is "odoo-acme"/,
    ],
    [
      "a binding to a tenant's account by its user name",
      add(binding({ kind: "User", name: "system:serviceaccount:odoo-acme:odoo" })),
      "rights",
      /subjects\[0\]\.name is "system:serviceaccount:odoo-acme:odoo"/,
    ],
    ["a binding to whoever asks", add(binding({ kind: "User", name: "system:anonymous" })), "rights", /subjects/],
    [
      "a binding to all accounts",
      add(binding({ kind: "Group", name: "system:serviceaccounts" })),
      "rights",
      /subjects\[0\]\.name is "system:serviceaccounts"/,
    ],
    [
      "a binding to an account of a tenant that has no name",
      add(binding({ kind: "ServiceAccount", namespace: "odoo-acme" })),
      "rights",
      /subjects\[0\]\.namespace is "odoo-acme"/,
    ],
    [
      "a binding to everybody",
      add(binding({ kind: "Group", name: "system:authenticated" })),
      "rights",
      /subjects\[0\]\.name/,
    ],
  ],
  tolerated: [
    ["a role of the platform's", add(rbac("Role", "platform", { metadata: { namespace: "odoo-platform" } }))],
    [
      "a binding to the platform's account",
      add(binding({ kind: "ServiceAccount", name: "x", namespace: "odoo-platform" })),
    ],
    ["a binding to a team", add(binding({ kind: "Group", name: "operations" }))],
  ],
  guarded: [],
});

const ENFORCE = ["metadata", "labels", "pod-security.kubernetes.io/enforce"] as const;
const VERSION = ["metadata", "labels", "pod-security.kubernetes.io/enforce-version"] as const;

describePolicy(namespacePodSecurity, {
  breaches: [
    ["no level", set("acme-namespace", ENFORCE, undefined), "acme-namespace", /enforce is not set/],
    ["a weaker level", set("acme-namespace", ENFORCE, "baseline"), "acme-namespace", /enforce is "baseline"/],
    [
      "an old version of the standard",
      set("acme-namespace", VERSION, "v1.20"),
      "acme-namespace",
      /enforce-version is "v1.20"/,
    ],
    ["no labels", set("platform-namespace", "metadata.labels", undefined), "platform-namespace", /enforce is not set/],
  ],
  tolerated: [["the latest version of the standard", set("acme-namespace", VERSION, "latest")]],
  guarded: [
    ["acme-namespace", ENFORCE],
    ["acme-namespace", VERSION],
    ["acme-namespace", "metadata"],
  ],
});
