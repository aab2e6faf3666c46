import { sharedNamespaces } from "../../policies/sharedNamespaces.ts";
import { add, set } from "./support/fixtures.ts";
import { type Breach, describePolicy } from "./support/describePolicy.ts";

const CONFIG_MAP = "kubernetes:core/v1:ConfigMap";

/** An object that is nobody's, in a namespace. */
function added(type: string, namespace: string | undefined): Breach {
  const metadata = { name: "x", ...(namespace === undefined ? {} : { namespace }) };
  return [
    `a ${type} in ${String(namespace)}`,
    add({ type, name: "added", parent: "platform", props: { metadata } }),
    "added",
    /metadata\.namespace is .*, expected "odoo-platform"/,
  ];
}

describePolicy(sharedNamespaces, {
  breaches: [
    ...[
      "kube-system",
      "kube-public",
      "default",
      "monitoring",
      "cert-manager",
      "envoy-gateway-system",
      "Odoo-platform",
    ].map((namespace) => added(CONFIG_MAP, namespace)),
    added(CONFIG_MAP, undefined),
    added("kubernetes:core/v1:Secret", "kube-system"),
    added("kubernetes:networking.k8s.io/v1:NetworkPolicy", "kube-system"),
    added("kubernetes:apps/v1:DaemonSet", "kube-system"),
    [
      "another namespace beside the platform's",
      set("platform-namespace", "metadata.name", "kube-system"),
      "platform-namespace",
      /metadata\.name is "kube-system"/,
    ],
  ],
  tolerated: [
    ["what is for the whole cluster", set("platform-priority", "metadata.name", "odoo-other")],
    // tenant-boundary refuses these.
    ["a tenant's namespace outside any tenant", set("platform-redirect", "metadata.namespace", "odoo-acme")],
    ["a tenant's object elsewhere", set("acme-web", "metadata.namespace", "kube-system")],
  ],
  guarded: [["platform-redirect", "metadata.namespace"]],
});
