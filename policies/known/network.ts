import { GATEWAY_NAME, MAINTENANCE_SERVICE, PLATFORM_NAMESPACE } from "../../config/names.ts";
import { ByKey, HARMLESS, judgedBy, MapOf, only, type Shape, text, whole } from "../lib/known.ts";
import { K8S } from "../lib/types.ts";
import { objectsOf } from "./metadata.ts";
import { SELECTOR } from "./selectors.ts";

const PORT = whole(1, 65535);
const SCOPE = judgedBy("network-policy-scope");

const PEER = {
  ipBlock: { cidr: SCOPE },
  namespaceSelector: SELECTOR,
  podSelector: SELECTOR,
} as const;
const POLICY_PORT = { port: PORT, protocol: only("TCP", "UDP") };

/** Filters of a route: the two headers that Odoo needs, and the redirect to https. */
const FILTER = new ByKey("type", {
  RequestHeaderModifier: {
    type: HARMLESS,
    requestHeaderModifier: {
      set: new ByKey("name", {
        "X-Forwarded-Host": { name: HARMLESS, value: judgedBy("route-scope") },
        "X-Forwarded-Proto": { name: HARMLESS, value: only("https") },
      }),
    },
  },
  RequestRedirect: {
    type: HARMLESS,
    requestRedirect: { scheme: only("https"), statusCode: only(301) },
  },
});

const BACKEND = judgedBy("route-scope");
const LISTENER = judgedBy("gateway-listeners");
const GRANT = judgedBy("reference-grant-scope");

const SPECIFICATIONS: Readonly<Record<string, Shape>> = {
  [K8S.networkPolicy]: {
    podSelector: SELECTOR,
    policyTypes: [only("Ingress", "Egress")],
    ingress: [{ from: [PEER], ports: [POLICY_PORT] }],
    egress: [{ to: [PEER], ports: [POLICY_PORT] }],
  },
  [K8S.service]: {
    clusterIP: only("None"),
    ports: [{ name: HARMLESS, port: PORT, targetPort: HARMLESS, protocol: only("TCP") }],
    selector: new MapOf(HARMLESS),
    type: only("ClusterIP"),
  },
  [K8S.httpRoute]: {
    hostnames: [judgedBy("host-names", "unique-hosts")],
    // The one Gateway, and none of the services that a mesh would take for parents.
    parentRefs: [{ name: only(GATEWAY_NAME), namespace: only(PLATFORM_NAMESPACE), sectionName: HARMLESS }],
    rules: [
      {
        matches: [{ path: { type: only("PathPrefix"), value: HARMLESS } }],
        filters: FILTER,
        backendRefs: [{ name: BACKEND, namespace: BACKEND, port: PORT }],
        timeouts: { request: text(/^\d+s$/, "seconds") },
      },
    ],
  },
  [K8S.gateway]: {
    gatewayClassName: judgedBy("stack-settings"),
    listeners: [
      {
        name: HARMLESS,
        port: only(80, 443),
        protocol: LISTENER,
        hostname: judgedBy("host-names", "unique-hosts"),
        tls: { mode: LISTENER, certificateRefs: [{ name: HARMLESS }] },
        allowedRoutes: {
          kinds: [{ kind: only("HTTPRoute") }],
          namespaces: { from: LISTENER, selector: SELECTOR },
        },
      },
    ],
  },
  [K8S.referenceGrant]: {
    from: [{ group: GRANT, kind: GRANT, namespace: GRANT }],
    to: [{ group: GRANT, kind: GRANT, name: only(MAINTENANCE_SERVICE) }],
  },
  [K8S.dnsEndpoint]: {
    endpoints: [
      {
        dnsName: judgedBy("host-names", "unique-hosts"),
        recordType: judgedBy("unique-hosts"),
        recordTTL: whole(1, 86400),
        targets: [HARMLESS],
      },
    ],
  },
  [K8S.certificate]: {
    dnsNames: [judgedBy("host-names", "unique-hosts")],
    secretName: judgedBy("certificate-scope"),
    issuerRef: {
      group: only("cert-manager.io"),
      kind: only("ClusterIssuer"),
      name: judgedBy("stack-settings"),
    },
    privateKey: { algorithm: only("ECDSA"), size: only(256), rotationPolicy: only("Always") },
  },
};

/** Who may talk to whom, and by which name. */
export const NETWORK = objectsOf(
  "policies/known/network.ts",
  Object.fromEntries(Object.entries(SPECIFICATIONS).map(([type, spec]) => [type, { spec }])),
);
