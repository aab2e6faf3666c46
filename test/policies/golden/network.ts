import { Field } from "../../../policies/lib/field.ts";
import { K8S, KEYCLOAK } from "../../../policies/lib/types.ts";
import { UNKNOWN } from "../../../lib/pulumiMarks.ts";
import type { Resource } from "../../../features/look/judge.ts";
import { type Change, set } from "../support/fixtures.ts";
import {
  again,
  bad,
  badElsewhere,
  type Breaks,
  first,
  type GraphBreak,
  ofTenants,
  only,
  OTHER,
  OWN,
  without,
} from "./breaks.ts";

const { certificate, dnsEndpoint, gateway, httpRoute, networkPolicy, service } = K8S;
const SHARED = (type: string) => only(type, (resource) => !ofTenants(resource));
const TENANTS = (type: string) => only(type, ofTenants);
const INGRESS = only(
  networkPolicy,
  (resource) => ofTenants(resource) && new Field(resource.props).at("spec", "ingress").present,
);
const isWayOut = ({ name }: Resource) => name.endsWith("-sample-way-out");
const EGRESS = only(
  networkPolicy,
  (resource) => ofTenants(resource) && !isWayOut(resource) && new Field(resource.props).at("spec", "egress").present,
);
const WAY_OUT = only(networkPolicy, isWayOut);
const REASON = ["metadata", "annotations", "odoo-saas.dev/way-out-for"];
const METRICS = only(networkPolicy, ({ name }) => name.endsWith("-sample-metrics"));
const DENY = only(networkPolicy, ({ name }) => name.endsWith("-default-deny"));
const NAME_LABEL = "kubernetes.io/metadata.name";
const TENANT = "odoo-saas.dev/tenant";
const HOSTNAME = ["external-dns.alpha.kubernetes.io", "external-dns.kubernetes.io"].flatMap((prefix) => [
  `${prefix}/hostname`,
  `${prefix}/internal-hostname`,
]);

/** The host that another tenant has, or could have, under the same domain. */
function othersHost(old: unknown): string {
  return String(old).replace(OWN, OTHER);
}

/** Hosts that no tenant may have: the platform's, above and below them, another team's, nobody's, and what only clusters answer. */
const FOREIGN = [
  ...["login.staging.tbwa.example", "tenants-db.tbwa.example", "x.login.tbwa.example", "staging.odoo.tbwa.example"],
  ...["staging.tbwa.example", "tbwa.example", "crm.tbwa.example", "erp.tbwa.com", "co.uk"],
  ...["odoo.odoo-tbwa-crm.svc", "metadata.google.internal", "xn--a.tbwa.example", "xn--lgin-6qa.tbwa.example"],
];

/** Texts that are no one host. */
const NO_HOST = ["*.company.example", "Shop.company.example", "shop.company.example.", "localhost", "10.0.0.1"];

const WORLD = ["0.0.0.0/0", "10.0.0.0/8", "::/0", "::ffff:0:0/96", "64:ff9b::/96", "fd00::/8", "everybody", undefined];
const METADATA = ["169.254.169.254/32", "169.254.169.0/24", "fd00:ec2::254/128"];
const OTHERS_NAMESPACE = { namespaceSelector: { matchLabels: { [NAME_LABEL]: `odoo-${OTHER}` } } };

/** Pods that are no service of the stack's. */
const ELSEWHERE = [
  { podSelector: {} },
  ...["default", "odoo-platform"].map((name) => ({
    namespaceSelector: { matchLabels: { [NAME_LABEL]: name } },
    podSelector: { matchLabels: { "app.kubernetes.io/name": "odoo-watchdog" } },
  })),
];

/** Network policies, the gateway, routes, host names and certificates. */
export const NETWORK: Breaks = {
  "namespace-default-deny": [
    ...badElsewhere(DENY, "spec.podSelector", { matchLabels: { app: "odoo" } }, undefined),
    ...badElsewhere(DENY, "spec.policyTypes", ["Ingress"], ["Egress"], [], undefined),
    ...badElsewhere(DENY, "metadata.namespace", `odoo-${OTHER}`, undefined),
    ...badElsewhere(
      only(networkPolicy, (resource) => resource.name.endsWith("-default-deny") && ofTenants(resource)),
      "metadata.namespace",
      "odoo-platform",
    ),
    ...badElsewhere(TENANTS(K8S.namespace), "metadata.name", "odoo-somebody"),
    ...badElsewhere(DENY, "spec.podSelector", UNKNOWN),
    ...badElsewhere(DENY, "spec.policyTypes", UNKNOWN),
    ...bad(DENY, "spec.ingress", [{}], [{ ports: [{ port: 8069 }] }]),
    ...bad(DENY, "spec.egress", [{}]),
    ...bad(DENY, "spec.ingress", [{ from: [] }]),
    ...bad(DENY, "spec.egress", [{ to: [] }]),
    { what: "no policy that denies", change: without(networkPolicy) },
    {
      what: "a namespace that no policy isolates",
      change: again(K8S.configMap, { props: { metadata: { name: "x", namespace: "odoo-somebody" } } }),
    },
  ],
  "namespace-quotas": [
    ...bad(TENANTS(K8S.namespace), "metadata.name", "odoo-somebody"),
    ...badElsewhere(K8S.resourceQuota, "metadata.namespace", "odoo-somebody", undefined),
    ...badElsewhere(K8S.resourceQuota, "spec.hard.pods", undefined),
    ...badElsewhere(K8S.resourceQuota, "spec", undefined),
    ...badElsewhere(K8S.limitRange, "metadata.namespace", "odoo-somebody", undefined),
    ...badElsewhere(K8S.resourceQuota, "spec.hard.persistentvolumeclaims", undefined),
    ...badElsewhere(K8S.resourceQuota, ["spec", "hard", "requests.storage"], undefined),
    ...badElsewhere(K8S.limitRange, "spec.limits", [], undefined, [{ type: "Container" }]),
    ...badElsewhere(K8S.limitRange, "spec.limits.*.type", "Pods", undefined),
    ...["max.cpu", "max.memory"].flatMap((key) => badElsewhere(K8S.limitRange, `spec.limits.*.${key}`, undefined)),
    ...["default.cpu", "default.memory"].flatMap((key) =>
      badElsewhere(K8S.limitRange, `spec.limits.0.${key}`, undefined),
    ),
    { what: "no quota", change: without(K8S.resourceQuota) },
    { what: "no limits", change: without(K8S.limitRange) },
  ],
  "stack-settings": [
    ...bad(
      only(networkPolicy, ({ name }) => name.endsWith("-network-egress")),
      "spec.egress.*.to.*.ipBlock.cidr",
      ...["10.0.0.0/24", "10.96.0.1/32", "10.244.1.0/24", "192.0.0.192/32", "fd00:c1::a9fe:a9fe/128", "10.40.99.0/24"],
    ),
    ...bad(EGRESS, "spec.egress.*.to.*", ...ELSEWHERE),
    ...bad(EGRESS, "spec.egress.1.ports.*.port", 22, undefined),
    ...bad(EGRESS, ["spec", "egress", "0", "to", "0", "namespaceSelector", "matchLabels", NAME_LABEL], "default"),
    ...bad(INGRESS, "spec.ingress.*.from.*", ...ELSEWHERE.slice(1), { ipBlock: { cidr: "10.0.0.0/24" } }),
    ...bad(METRICS, "spec.ingress.0.from.0.namespaceSelector.matchExpressions.0.values", ["monitoring", "default"]),
    ...bad(SHARED(networkPolicy), "spec.ingress.*.from.*", ...ELSEWHERE.slice(1)),
    ...bad(SHARED(networkPolicy), "spec.egress.*.to.*", ...ELSEWHERE, { ipBlock: { cidr: "10.50.17.0/24" } }),
    ...bad(dnsEndpoint, "spec.endpoints.*.targets.*", "evil.example"),
    ...bad(WAY_OUT, REASON, undefined),
    ...bad(INGRESS, "spec.ingress.0.from.0.ipBlock.cidr", "10.0.0.0/24"),
    ...bad(INGRESS, ["spec", "ingress", "0", "from", "0", "namespaceSelector", "matchLabels", NAME_LABEL], "default"),
    ...bad(METRICS, "spec.ingress.0.from.0.namespaceSelector.matchExpressions.0.key", "team"),
    ...bad(METRICS, "spec.ingress.0.from.0.namespaceSelector.matchExpressions.0.operator", "NotIn", "Exists"),
    ...bad(EGRESS, "spec.egress.0.to.0.namespaceSelector.matchExpressions", [
      { key: NAME_LABEL, operator: "In", values: ["default"] },
    ]),
    ...bad(gateway, "spec.gatewayClassName", "own", undefined),
    ...bad(certificate, "spec.issuerRef.name", "own", undefined),
    ...bad(KEYCLOAK.realm, "smtpServer.host", "evil.example"),
  ],
  "network-policy-scope": [
    ...bad(TENANTS(networkPolicy), "spec.policyTypes", [], undefined),
    ...bad(INGRESS, "spec.policyTypes", ["Egress"]),
    ...bad(EGRESS, "spec.policyTypes", ["Ingress"]),
    ...bad(INGRESS, "spec.ingress.*", {}),
    ...bad(EGRESS, "spec.egress.*", {}),
    ...bad(INGRESS, "spec.ingress.*.from", [], undefined),
    ...bad(EGRESS, "spec.egress.*.to", [], undefined),
    ...bad(INGRESS, "spec.ingress.*.ports", [], undefined),
    ...bad(EGRESS, "spec.egress.*.ports", [], undefined),
    ...(
      [
        [INGRESS, "spec.ingress.*.from.*"],
        [EGRESS, "spec.egress.*.to.*"],
      ] as const
    ).flatMap(([on, peer]) => [
      ...bad(on, peer, {}, OTHERS_NAMESPACE, { ...OTHERS_NAMESPACE, podSelector: {} }),
      ...bad(on, `${peer}.ipBlock.cidr`, ...WORLD, "169.254.169.0/24"),
      ...bad(on, `${peer}.namespaceSelector`, {}, { matchLabels: { team: "x" } }),
    ]),
    ...bad(
      INGRESS,
      ["spec", "ingress", "0", "from", "0", "namespaceSelector", "matchLabels", NAME_LABEL],
      `odoo-${OTHER}`,
    ),
    ...bad(EGRESS, ["spec", "egress", "0", "to", "0", "namespaceSelector", "matchLabels", NAME_LABEL], `odoo-${OTHER}`),
    ...bad(INGRESS, "spec.ingress.*.from.*.ipBlock.cidr", ...METADATA),
    // The first rule is for DNS, which may be asked there.
    ...bad(EGRESS, "spec.egress.1.to.*.ipBlock.cidr", ...METADATA),
    ...bad(EGRESS, "spec.egress.0.to.0.podSelector", undefined, {}),
    ...METADATA.flatMap((cidr) =>
      bad(
        EGRESS,
        "spec.egress.*",
        { to: [{ ipBlock: { cidr } }], ports: [{ port: 80, protocol: "TCP" }] },
        { to: [{ ipBlock: { cidr } }], ports: [{ port: 53, endPort: 80, protocol: "TCP" }] },
        { to: [{ ipBlock: { cidr } }], ports: [{ protocol: "TCP" }] },
      ),
    ),
    ...bad(METRICS, "spec.ingress.0.from.1.podSelector", undefined),
    ...bad(EGRESS, "spec.egress.0.to.0.namespaceSelector.matchExpressions", [
      { key: NAME_LABEL, operator: "In", values: [`odoo-${OTHER}`] },
    ]),
    ...[
      ["key", "team"],
      ["operator", "NotIn"],
      ["operator", "Exists"],
      ["values", [`odoo-${OTHER}`]],
    ].flatMap(([key, value]) =>
      bad(METRICS, `spec.ingress.0.from.0.namespaceSelector.matchExpressions.0.${String(key)}`, value),
    ),
  ],
  "tenant-egress": [
    ...bad(WAY_OUT, REASON, undefined, "", "for the bank"),
    ...bad(WAY_OUT, "spec.podSelector", {}, undefined),
    ...bad(WAY_OUT, "spec.podSelector.matchExpressions", [], undefined),
    ...bad(WAY_OUT, "spec.podSelector.matchExpressions.0.key", "team"),
    ...bad(WAY_OUT, "spec.podSelector.matchExpressions.0.operator", "NotIn", "Exists"),
    ...bad(WAY_OUT, "spec.podSelector.matchExpressions.0.values", [], ["web", "backup"], undefined),
    ...bad(WAY_OUT, "spec.ingress", [{}]),
    ...bad(WAY_OUT, "spec.egress", [], undefined),
    ...bad(WAY_OUT, "spec.egress.0.ports", [], undefined),
    ...bad(WAY_OUT, "spec.egress.0.ports.0.port", 25, "https", undefined),
    ...bad(WAY_OUT, "spec.egress.0.ports.0.endPort", 8443),
    ...bad(WAY_OUT, "spec.egress.0.ports.0.protocol", "UDP", "SCTP"),
    ...bad(WAY_OUT, "spec.egress.0.to", [], undefined),
    ...bad(WAY_OUT, "spec.egress.0.to.0.namespaceSelector", {}),
    ...bad(WAY_OUT, "spec.egress.0.to.0.podSelector", {}),
    ...bad(WAY_OUT, "spec.egress.0.to.0.ipBlock.cidr", ...WORLD, ...METADATA, "10.50.16.0/28", "203.0.112.0/23"),
    ...bad(EGRESS, "metadata.name", "odoo-more", undefined),
    // What most tenants have is the stack's: a single tenant has nobody to be compared with.
    ...bad(EGRESS, "spec.egress.1.ports.0.port", 22).map((one) => ({ ...one, stack: "staging" })),
  ],
  "gateway-listeners": [
    ...bad(gateway, "spec.listeners.*.allowedRoutes.namespaces.from", "All"),
    ...bad(gateway, "spec.listeners.*.allowedRoutes.namespaces", { from: "Selector", selector: {} }),
    ...bad(gateway, "spec.listeners.1.allowedRoutes.namespaces.selector", undefined, {}),
    ...bad(gateway, "spec.listeners.1.allowedRoutes.namespaces.selector.matchExpressions", [], undefined),
    ...bad(gateway, "spec.listeners.1.allowedRoutes.namespaces.selector", { matchLabels: {} }),
    ...bad(
      only(gateway, ({ props }) => new Field(props).at("spec", "listeners").items().length > 2),
      "spec.listeners.2.allowedRoutes.namespaces.selector.matchLabels",
      {},
      undefined,
    ),
    ...bad(gateway, "spec.listeners", Array<unknown>(65).fill({ protocol: "HTTPS", hostname: "a.tbwa.example" })),
    ...bad(gateway, "spec.listeners.1.hostname", undefined, ""),
    ...bad(gateway, "spec.listeners.*.protocol", "TCP", "TLS", "UDP", undefined),
    ...bad(gateway, "spec.listeners.1.protocol", "HTTP"),
    ...bad(gateway, "spec.listeners.0.allowedRoutes.namespaces.from", "Selector", "All"),
    ...bad(gateway, "spec.listeners.*.tls.mode", "Passthrough"),
    { what: "a tenant's own gateway", change: again(gateway, {}) },
  ],
  "route-scope": [
    ...bad(httpRoute, "spec.rules.*.backendRefs", [{ name: "odoo", namespace: `odoo-${OTHER}`, port: 8069 }]),
    ...bad(TENANTS(httpRoute), "spec.rules.*.backendRefs.*.namespace", `odoo-${OTHER}`, "odoo-platform", ""),
    ...bad(
      TENANTS(httpRoute),
      "spec.rules.*.filters.*.requestHeaderModifier.set.0.value",
      "crm.tbwa.example",
      "*",
      undefined,
    ),
    ...bad(TENANTS(httpRoute), "spec.rules.*.filters.*.requestHeaderModifier.set.1.name", "X-Forwarded-Host"),
    ...bad(TENANTS(httpRoute), "spec.rules.*.filters.*.requestHeaderModifier.set", []),
    ...bad(TENANTS(httpRoute), "spec.rules.*.filters", [], undefined),
    ...bad(TENANTS(httpRoute), "spec.hostnames", ["shop.company.example"]),
  ],
  "host-names": [
    ...bad(TENANTS(httpRoute), "spec.hostnames.*", ...FOREIGN, ...NO_HOST),
    ...bad(TENANTS(dnsEndpoint), "spec.endpoints.*.dnsName", ...FOREIGN, ...NO_HOST),
    ...bad(TENANTS(certificate), "spec.dnsNames.*", ...FOREIGN, ...NO_HOST),
    ...bad(TENANTS(certificate), "spec.commonName", ...FOREIGN),
    ...[httpRoute, dnsEndpoint, certificate, service].flatMap((type) =>
      HOSTNAME.flatMap((key) =>
        bad(TENANTS(type), ["metadata", "annotations", key], FOREIGN[0], `a.tbwa.com,${FOREIGN[1] ?? ""}`),
      ),
    ),
    ...HOSTNAME.flatMap((key) =>
      [SHARED(httpRoute), SHARED(certificate), only(gateway)].flatMap((on) =>
        bad(on, ["metadata", "annotations", key], ...FOREIGN),
      ),
    ),
    ...bad(SHARED(httpRoute), "spec.hostnames", ...FOREIGN.map((host) => [host])),
    ...bad(SHARED(certificate), "spec.dnsNames.1", ...FOREIGN, "*.tbwa.example"),
    ...bad(SHARED(certificate), "spec.commonName", ...FOREIGN),
    ...bad(gateway, "spec.listeners.1.hostname", ...FOREIGN, "*.tbwa.example", "*.login.tbwa.example"),
  ],
  "unique-hosts": [
    ...bad(TENANTS(httpRoute), "spec.hostnames", [], undefined),
    ...bad(TENANTS(httpRoute), "spec.hostnames.*", ...NO_HOST),
    ...bad(
      only(httpRoute, ({ name }) => name === `${OWN}-dns-route`),
      "spec.hostnames.*",
      othersHost,
    ),
    ...badElsewhere(SHARED(httpRoute), "spec.rules.0.backendRefs", [{ name: "odoo", port: 80 }]),
    ...bad(dnsEndpoint, "spec.endpoints.*.recordType", "NS", "MX", "TXT", undefined),
    ...bad(dnsEndpoint, "spec.endpoints.0.dnsName", othersHost, ...NO_HOST),
    ...bad(TENANTS(certificate), "spec.dnsNames.*", ...NO_HOST),
    ...bad(TENANTS(certificate), "spec.commonName", ...NO_HOST),
    ...[httpRoute, dnsEndpoint, certificate, service].flatMap((type) =>
      HOSTNAME.flatMap((key) =>
        bad(TENANTS(type), ["metadata", "annotations", key], ...NO_HOST, `a.example,${NO_HOST[0] ?? ""}`),
      ),
    ),
    ...HOSTNAME.map((key) => claimed("platform-redirect", ["metadata", "annotations", key])),
    claimed("platform-redirect", ["spec", "hostnames"]),
    claimed("platform-certificate", ["spec", "dnsNames", "1"]),
    claimed("platform-certificate", ["spec", "commonName"]),
    listening("every tenant", {
      from: "Selector",
      selector: { matchExpressions: [{ key: TENANT, operator: "Exists" }] },
    }),
    listening("another tenant", { from: "Selector", selector: { matchLabels: { [TENANT]: OTHER } } }),
    listening("the gateway's own namespace", { from: "Same" }),
    listening("whoever it is by default", undefined),
    { what: "one host for two tenants", stack: "staging", change: taken },
    ...bad(
      only(httpRoute, ({ name }) => name === `${OWN}-dns-route`),
      "spec.hostnames.*",
      (old: unknown) => `a.b.${othersHost(old)}`,
    ).map((one) => ({ ...one, stack: "staging" })),
    ...["validRedirectUris", "validPostLogoutRedirectUris"].flatMap((key) =>
      bad(KEYCLOAK.client, `${key}.*`, "https://evil.example/auth_oauth/signin"),
    ),
    ...bad(KEYCLOAK.client, "backchannelLogoutUrl", "https://evil.example/auth_oauth/signin"),
    ...bad(KEYCLOAK.client, "webOrigins", ["https://evil.example"]),
  ],
  "certificate-scope": [
    ...bad(certificate, "spec.dnsNames", [], undefined),
    ...bad(TENANTS(certificate), "spec.secretName", "odoo-wildcard-tls", undefined),
    ...bad(SHARED(certificate), "spec.secretName", "odoo-watchdog", undefined),
  ],
};

/** The host that the platform gave the tenant. */
function hostOf(resources: readonly Resource[]): string | undefined {
  return new Field(first(resources, dnsEndpoint).props).at("spec", "endpoints").items()[0]?.at("dnsName").text;
}

/** One of the platform's resources claims the tenant's host. */
function claimed(name: string, path: readonly string[]): GraphBreak {
  const change: Change = (resources) => {
    const host = hostOf(resources);
    set(name, path, path.at(-1) === "hostnames" ? [host] : host)(resources);
  };
  return { what: `the tenant's host in ${name}'s ${path.join(".")}`, change };
}

/** A listener for the tenant's host that others may attach their routes to. */
function listening(whom: string, namespaces: unknown): GraphBreak {
  const change: Change = (resources) => {
    const { urn, props } = first(resources, gateway);
    const next = new Field(props).at("spec", "listeners").items().length;
    set(urn, `spec.listeners.${next}`, { hostname: hostOf(resources), allowedRoutes: { namespaces } })(resources);
  };
  const listener = "spec.listeners[]";
  const breaks = [
    `${listener}.hostname`,
    `${listener}.allowedRoutes.namespaces.from`,
    `${listener}.allowedRoutes.namespaces.selector.matchLabels.${TENANT}`,
  ];
  return { what: `a listener for the tenant's host, open to ${whom}`, change, breaks };
}

/** Two tenants' routes claim the same host, outside the platform's domain. */
function taken(resources: Resource[]): void {
  for (const { urn, type } of [...resources]) {
    if (type === httpRoute && urn.includes("OdooTenant"))
      set(urn, "spec.hostnames", ["shop.company.example"])(resources);
  }
}
