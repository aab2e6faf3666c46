import type { ApiRequest } from "./kubernetesClient.ts";
import type { Party } from "./setting.ts";

/** A request against another tenant's namespace. Nothing is kept of one that succeeds. */
export interface ApiAttack {
  readonly what: string;
  readonly request: (target: Party, own: Party) => ApiRequest;
  /** What it ends with in one's own namespace when one has every right there: the counter-proof. Default: none is made. */
  readonly own?: 200 | 201;
}

const CORE = "/api/v1";
const DRY = "?dryRun=All";
const inNamespace = (group: string, { outputs }: Party, rest: string) =>
  `${group}/namespaces/${outputs.namespace}/${rest}`;

const read = (what: string, group: string, rest: string): ApiAttack => ({
  what,
  own: 200,
  request: (target) => ({ method: "GET", path: inNamespace(group, target, rest) }),
});
const make = (what: string, group: string, rest: string, body: (target: Party, own: Party) => object): ApiAttack => ({
  what,
  own: 201,
  request: (target, own) => ({
    method: "POST",
    path: inNamespace(group, target, `${rest}${DRY}`),
    body: body(target, own),
  }),
});
const everywhere = (what: string, path: string): ApiAttack => ({ what, request: () => ({ method: "GET", path }) });

const object = (apiVersion: string, kind: string, rest: object) => ({
  apiVersion,
  kind,
  metadata: { name: "intruder" },
  ...rest,
});
const hostOf = ({ outputs }: Party): string => outputs.hosts[0] ?? "";

const ROUTE = "gateway.networking.k8s.io/v1";
const ENDPOINT = "externaldns.k8s.io/v1alpha1";
const CERTIFICATE = "cert-manager.io/v1";

const route = (party: Party) =>
  object(ROUTE, "HTTPRoute", {
    spec: { parentRefs: [{ name: "odoo", namespace: "odoo-platform" }], hostnames: [hostOf(party)] },
  });
const endpoint = (party: Party) =>
  object(ENDPOINT, "DNSEndpoint", {
    spec: { endpoints: [{ dnsName: hostOf(party), recordType: "A", targets: ["192.0.2.1"] }] },
  });
const certificate = (party: Party) =>
  object(CERTIFICATE, "Certificate", {
    spec: {
      secretName: "intruder-tls",
      dnsNames: [hostOf(party)],
      issuerRef: { kind: "ClusterIssuer", name: "sandbox" },
    },
  });

/** What a stolen service account could try in another's namespace. */
export const IN_ANOTHERS_NAMESPACE: readonly ApiAttack[] = [
  read("list Secrets", CORE, "secrets"),
  read("read the configuration Secret", CORE, "secrets/odoo-config"),
  read("list pods", CORE, "pods"),
  read("list ConfigMaps", CORE, "configmaps"),
  read("list Services", CORE, "services"),
  read("list volume claims", CORE, "persistentvolumeclaims"),
  read("list events", CORE, "events"),
  read("list Deployments", "/apis/apps/v1", "deployments"),
  read("list Jobs", "/apis/batch/v1", "jobs"),
  read("list network policies", "/apis/networking.k8s.io/v1", "networkpolicies"),
  read("list routes", `/apis/${ROUTE}`, "httproutes"),
  make("make a ConfigMap", CORE, "configmaps", () => object("v1", "ConfigMap", {})),
  make("make a Secret", CORE, "secrets", () => object("v1", "Secret", {})),
  make("let everything in", "/apis/networking.k8s.io/v1", "networkpolicies", () =>
    object("networking.k8s.io/v1", "NetworkPolicy", { spec: { podSelector: {}, ingress: [{}], egress: [{}] } }),
  ),
  make("run a Job with its volumes", "/apis/batch/v1", "jobs", () =>
    object("batch/v1", "Job", {
      spec: {
        template: {
          spec: {
            restartPolicy: "Never",
            containers: [
              { name: "intruder", image: "intruder", volumeMounts: [{ name: "files", mountPath: "/files" }] },
            ],
            volumes: [{ name: "files", persistentVolumeClaim: { claimName: "odoo-filestore" } }],
          },
        },
      },
    }),
  ),
  make("give oneself rights there", "/apis/rbac.authorization.k8s.io/v1", "rolebindings", (_, own) =>
    object("rbac.authorization.k8s.io/v1", "RoleBinding", {
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "view" },
      subjects: [{ kind: "ServiceAccount", name: "odoo", namespace: own.outputs.namespace }],
    }),
  ),
  {
    what: "make a token of its account",
    own: 201,
    request: (target) => ({
      method: "POST",
      path: inNamespace(CORE, target, "serviceaccounts/odoo/token"),
      body: { apiVersion: "authentication.k8s.io/v1", kind: "TokenRequest", spec: { expirationSeconds: 600 } },
    }),
  },
  {
    what: "scale its web pods",
    own: 200,
    request: (target) => ({
      method: "PATCH",
      path: inNamespace("/apis/apps/v1", target, `deployments/odoo-web/scale${DRY}`),
      body: { spec: { replicas: 0 } },
    }),
  },
  {
    what: "remove its default deny",
    own: 200,
    request: (target) => ({
      method: "DELETE",
      path: inNamespace("/apis/networking.k8s.io/v1", target, `networkpolicies/default-deny${DRY}`),
    }),
  },
  {
    what: "run a program in its pods",
    request: (target) => ({
      method: "POST",
      path: inNamespace(CORE, target, "pods/odoo-web/exec?command=id&stdout=true"),
    }),
  },
  {
    what: "read its pods' logs",
    request: (target) => ({ method: "GET", path: inNamespace(CORE, target, "pods/odoo-web/log") }),
  },
  {
    what: "label its namespace",
    request: (target) => ({
      method: "PATCH",
      path: `${CORE}/namespaces/${target.outputs.namespace}${DRY}`,
      body: { metadata: { labels: { "odoo-saas.dev/tenant": "intruder" } } },
    }),
  },
  make("make a route there", `/apis/${ROUTE}`, "httproutes", route),
  make("make a DNS record there", `/apis/${ENDPOINT}`, "dnsendpoints", endpoint),
  make("make a certificate there", `/apis/${CERTIFICATE}`, "certificates", certificate),
  {
    what: "make its certificate in the platform's namespace",
    request: (target) => ({
      method: "POST",
      path: `/apis/${CERTIFICATE}/namespaces/odoo-platform/certificates${DRY}`,
      body: certificate(target),
    }),
  },
  {
    what: "read the wildcard certificate's key",
    request: () => ({ method: "GET", path: `${CORE}/namespaces/odoo-platform/secrets/odoo-wildcard-tls` }),
  },
  {
    what: "be its account by impersonation",
    request: (target) => ({
      method: "GET",
      path: inNamespace(CORE, target, "secrets"),
      headers: { "impersonate-user": `system:serviceaccount:${target.outputs.namespace}:odoo` },
    }),
  },
  everywhere("list all Secrets", `${CORE}/secrets`),
  everywhere("list all pods", `${CORE}/pods`),
  everywhere("list all routes", `/apis/${ROUTE}/httproutes`),
  everywhere("list namespaces", `${CORE}/namespaces`),
  everywhere("list nodes", `${CORE}/nodes`),
  everywhere("list volumes", `${CORE}/persistentvolumes`),
];

/** The other's host, claimed from one's own namespace: without rights there, refused like all else. */
export const CLAIMS_FROM_ONES_OWN: readonly ApiAttack[] = (
  [
    ["claim its host by HTTPRoute", ROUTE, "httproutes", route],
    ["claim its host by DNSEndpoint", ENDPOINT, "dnsendpoints", endpoint],
    ["claim its host by Certificate", CERTIFICATE, "certificates", certificate],
  ] as const
).map(([what, group, plural, body]) => ({
  what,
  request: (target, own) => ({
    method: "POST",
    path: inNamespace(`/apis/${group}`, own, `${plural}${DRY}`),
    body: body(target),
  }),
}));
