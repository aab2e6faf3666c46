import { certificateScope } from "../../policies/certificateScope.ts";
import { gatewayListeners } from "../../policies/gatewayListeners.ts";
import { namespacePodSecurity } from "../../policies/namespacePodSecurity.ts";
import { noExposedServices } from "../../policies/noExposedServices.ts";
import { noRbac } from "../../policies/noRbac.ts";
import { routeScope } from "../../policies/routeScope.ts";
import { add, type Planned, remake, set } from "./support/fixtures.ts";
import { type Breach, describePolicy } from "./support/describePolicy.ts";

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
      "a binding to all accounts",
      add(binding({ kind: "Group", name: "system:serviceaccounts" })),
      "rights",
      /subjects\[0\]\.name is "system:serviceaccounts"/,
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

const RULE = "spec.rules.0";

describePolicy(routeScope, {
  breaches: [
    [
      "a service of another namespace",
      set("acme-route", `${RULE}.backendRefs.0.namespace`, "odoo-globex-eu"),
      "acme-route",
      /backendRefs\[0\]\.namespace is "odoo-globex-eu"/,
    ],
    [
      "something else than a service",
      set("acme-route", `${RULE}.backendRefs.0.kind`, "Node"),
      "acme-route",
      /backendRefs\[0\]\.kind/,
    ],
    [
      "a second backend elsewhere",
      set("acme-route", `${RULE}.backendRefs.1`, { name: "x", namespace: "default" }),
      "acme-route",
      /backendRefs\[1\]\.namespace/,
    ],
    [
      "a mirror elsewhere",
      set("acme-route", `${RULE}.filters.0`, { requestMirror: { backendRef: { namespace: "odoo-globex-eu" } } }),
      "acme-route",
      /filters\[0\]\.requestMirror\.backendRef\.namespace/,
    ],
    [
      "a backend's own mirror elsewhere",
      set("acme-route", `${RULE}.backendRefs.0.filters`, [{ requestMirror: { backendRef: { namespace: "default" } } }]),
      "acme-route",
      /backendRefs\[0\]\.filters\[0\]\.requestMirror/,
    ],
    [
      "an extension",
      set("acme-route", `${RULE}.filters.0`, { extensionRef: { kind: "Lua" } }),
      "acme-route",
      /filters\[0\]\.extensionRef/,
    ],
  ],
  tolerated: [
    ["its own namespace, spelled out", set("acme-route", `${RULE}.backendRefs.0.namespace`, "odoo-acme")],
    ["a Service, spelled out", set("acme-route", `${RULE}.backendRefs.0.kind`, "Service")],
    ["a mirror at home", set("acme-route", `${RULE}.filters.0`, { requestMirror: { backendRef: { name: "odoo" } } })],
  ],
  guarded: [
    ["acme-route", `${RULE}.backendRefs.0.namespace`],
    ["acme-route", `${RULE}.backendRefs.0.kind`],
    ["acme-route", "metadata.namespace"],
  ],
});

const LISTENER = "spec.listeners.1";
const NAMESPACES = `${LISTENER}.allowedRoutes.namespaces`;

describePolicy(gatewayListeners, {
  breaches: [
    [
      "routes of any namespace",
      set("platform-gateway", `${NAMESPACES}.from`, "All"),
      "platform-gateway",
      /from is "All"/,
    ],
    [
      "an empty selector",
      set("platform-gateway", `${NAMESPACES}.selector`, {}),
      "platform-gateway",
      /selector is empty/,
    ],
    [
      "no selector",
      set("platform-gateway", `${NAMESPACES}.selector`, undefined),
      "platform-gateway",
      /selector is empty/,
    ],
    [
      "TLS that goes through",
      set("platform-gateway", `${LISTENER}.tls.mode`, "Passthrough"),
      "platform-gateway",
      /tls\.mode/,
    ],
    [
      "another protocol",
      set("platform-gateway", `${LISTENER}.protocol`, "TCP"),
      "platform-gateway",
      /protocol is "TCP"/,
    ],
    [
      "plain HTTP for tenants",
      set("platform-gateway", "spec.listeners.0.allowedRoutes.namespaces.from", "Selector"),
      "platform-gateway",
      /listeners\[0\]\.allowedRoutes\.namespaces\.from is "Selector" on a plain HTTP listener/,
    ],
    [
      "a tenant's own gateway",
      remake("platform-gateway", { parent: "acme" }),
      "platform-gateway",
      /a tenant's own gateway/,
    ],
  ],
  tolerated: [
    ["the default namespaces", set("platform-gateway", `${LISTENER}.allowedRoutes`, undefined)],
    ["the default mode", set("platform-gateway", `${LISTENER}.tls.mode`, undefined)],
  ],
  guarded: [
    ["platform-gateway", `${NAMESPACES}.from`],
    ["platform-gateway", `${NAMESPACES}.selector`],
    ["platform-gateway", `${LISTENER}.protocol`],
    ["platform-gateway", `${LISTENER}.tls.mode`],
    ["platform-gateway", "spec.listeners"],
  ],
});

describePolicy(certificateScope, {
  breaches: [
    ["an authority", set("acme-certificate", "spec.isCA", true), "acme-certificate", /spec\.isCA is true/],
    ["no hosts", set("acme-certificate", "spec.dnsNames", undefined), "acme-certificate", /spec\.dnsNames is not set/],
    [
      "an empty list of hosts",
      set("acme-certificate", "spec.dnsNames", []),
      "acme-certificate",
      /spec\.dnsNames is \[\]/,
    ],
    ...["ipAddresses", "uris", "emailAddresses", "otherNames"].map((key): Breach => [
      key,
      set("acme-certificate", `spec.${key}`, ["x"]),
      "acme-certificate",
      new RegExp(`spec\\.${key} names something other`),
    ]),
    [
      "a literal subject",
      set("platform-certificate", "spec.literalSubject", "CN=x"),
      "platform-certificate",
      /literalSubject/,
    ],
    [
      "the platform's own Secret",
      set("acme-certificate", "spec.secretName", "odoo-wildcard-tls"),
      "acme-certificate",
      /spec\.secretName is "odoo-wildcard-tls", expected erp\.acme\.example-tls/,
    ],
    [
      "no Secret",
      set("acme-certificate", "spec.secretName", undefined),
      "acme-certificate",
      /spec\.secretName is not set/,
    ],
  ],
  tolerated: [
    ["no authority, spelled out", set("acme-certificate", "spec.isCA", false)],
    ["no addresses, spelled out", set("acme-certificate", "spec.ipAddresses", [])],
  ],
  guarded: [
    ["acme-certificate", "spec.isCA"],
    ["acme-certificate", "spec.dnsNames"],
    ["acme-certificate", "spec.dnsNames.0"],
    ["acme-certificate", "spec.secretName"],
    ["acme-certificate", "spec.uris"],
  ],
});
