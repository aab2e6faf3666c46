import { dataIsProtected } from "../../policies/dataIsProtected.ts";
import { knownTypes } from "../../policies/knownTypes.ts";
import { labelsRequired } from "../../policies/labelsRequired.ts";
import { namespaceDefaultDeny } from "../../policies/namespaceDefaultDeny.ts";
import { providerConnections } from "../../policies/providerConnections.ts";
import { tenantBoundary } from "../../policies/tenantBoundary.ts";
import { add, both, drop, remake, set } from "./support/fixtures.ts";
import { type Breach, describePolicy } from "./support/describePolicy.ts";
import { UNKNOWN } from "./support/judge.ts";

const NO_INGRESS = /uses namespace odoo-acme, where no network policy denies ingress by default/;
const NO_EGRESS = /uses namespace odoo-acme, where no network policy denies egress by default/;
/** The fixture's other policy selects all pods too: without it the first one stands alone. */
const alone = drop("acme-allow");

describePolicy(namespaceDefaultDeny, {
  breaches: [
    ["a namespace without policies", both(alone, drop("acme-deny")), "acme-namespace", NO_INGRESS],
    ["a namespace without policies, for egress too", both(alone, drop("acme-deny")), "acme-namespace", NO_EGRESS],
    [
      "ingress that is not denied",
      both(alone, set("acme-deny", "spec.policyTypes", ["Egress"])),
      "acme-namespace",
      NO_INGRESS,
    ],
    [
      "egress that is not denied",
      both(alone, set("acme-deny", "spec.policyTypes", ["Ingress"])),
      "acme-namespace",
      NO_EGRESS,
    ],
    ["policyTypes left out", both(alone, set("acme-deny", "spec.policyTypes", undefined)), "acme-namespace", NO_EGRESS],
    [
      "a policy for some pods",
      both(alone, set("acme-deny", "spec.podSelector", { matchLabels: { app: "web" } })),
      "acme-namespace",
      NO_INGRESS,
    ],
    [
      "a policy for some pods by expression",
      both(alone, set("acme-deny", "spec.podSelector", { matchExpressions: [{ key: "a", operator: "Exists" }] })),
      "acme-namespace",
      NO_INGRESS,
    ],
    [
      "a policy for no pods in particular",
      both(alone, set("acme-deny", "spec.podSelector", undefined)),
      "acme-namespace",
      NO_INGRESS,
    ],
    [
      "a policy in another namespace",
      both(alone, set("acme-deny", "metadata.namespace", "odoo-globex-eu")),
      "acme-namespace",
      NO_INGRESS,
    ],
    [
      "a namespace that is made elsewhere",
      both(alone, drop("acme-deny"), drop("acme-namespace")),
      "acme-account",
      NO_INGRESS,
    ],
    [
      "a second namespace of the tenant",
      set("acme-web", "metadata.namespace", "acme-jobs"),
      "acme-web",
      /uses namespace acme-jobs, where no network policy denies ingress/,
    ],
    [
      "a tenant's namespace outside any tenant",
      both(remake("acme-namespace", { parent: "platform" }), alone, drop("acme-deny")),
      "acme-namespace",
      NO_INGRESS,
    ],
  ],
  tolerated: [
    ["a policy that also allows", drop("acme-deny")],
    [
      "one policy for each direction",
      both(set("acme-deny", "spec.policyTypes", ["Ingress"]), set("acme-allow", "spec.policyTypes", ["Egress"])),
    ],
  ],
  guarded: [
    ["acme-deny", "spec.podSelector"],
    ["acme-deny", "spec.policyTypes"],
    ["acme-deny", "metadata.namespace"],
    ["acme-namespace", "metadata.name"],
  ],
});
describePolicy(namespaceDefaultDeny, {
  breaches: [],
  tolerated: [
    ["a policy whose pods are not known yet", both(alone, set("acme-deny", "spec.podSelector", UNKNOWN))],
    ["a policy whose types are not known yet", both(alone, set("acme-deny", "spec.policyTypes", UNKNOWN))],
  ],
  guarded: [],
});

const TENANT = ["metadata", "labels", "odoo-saas.dev/tenant"] as const;
const ENVIRONMENT = ["metadata", "labels", "odoo-saas.dev/environment"] as const;

describePolicy(tenantBoundary, {
  breaches: [
    ["an id that is none", add({ type: "odoo:saas:OdooTenant", name: "ACME" }), "ACME", /no valid tenant id/],
    [
      "a tenant inside a tenant",
      add({ type: "odoo:saas:OdooTenant", name: "inner", parent: "acme" }),
      "inner",
      /inside tenant acme/,
    ],
    [
      "a tenant that exists twice",
      both(
        add({ type: "odoo:saas:Wrapper", name: "wrapper" }),
        add({ type: "odoo:saas:OdooTenant", name: "acme", parent: "wrapper" }),
      ),
      "urn:pulumi:prod::odoo-saas::odoo:saas:Wrapper$odoo:saas:OdooTenant::acme",
      /a tenant that exists twice/,
    ],
    [
      "an object in another tenant's namespace",
      set("acme-web", "metadata.namespace", "odoo-globex-eu"),
      "acme-web",
      /expected "odoo-acme"/,
    ],
    [
      "an object in a shared namespace",
      set("acme-web", "metadata.namespace", "odoo-platform"),
      "acme-web",
      /expected "odoo-acme"/,
    ],
    [
      "an object without a namespace",
      set("acme-web", "metadata.namespace", undefined),
      "acme-web",
      /namespace is not set/,
    ],
    [
      "a certificate in any namespace",
      set("acme-certificate", "metadata.namespace", "default"),
      "acme-certificate",
      /namespace is "default"/,
    ],
    [
      "another name of the namespace",
      set("acme-namespace", "metadata.name", "odoo-other"),
      "acme-namespace",
      /metadata\.name is "odoo-other"/,
    ],
    [
      "another tenant's label",
      set("acme-web", TENANT, "globex-eu"),
      "acme-web",
      /tenant is "globex-eu", expected "acme"/,
    ],
    ["no label", set("acme-web", TENANT, undefined), "acme-web", /tenant is not set, expected "acme"/],
    [
      "an object inside another tenant",
      remake("acme-web", { parent: "globex-eu-release" }),
      "acme-web",
      /expected "odoo-globex-eu"/,
    ],
    [
      "an object for the whole cluster",
      remake("platform-priority", { parent: "acme" }),
      "platform-priority",
      /for the whole cluster/,
    ],
    [
      "a cluster role inside a tenant",
      add({ type: "kubernetes:rbac.authorization.k8s.io/v1:ClusterRole", name: "power", parent: "acme" }),
      "power",
      /for the whole cluster/,
    ],
    [
      "a tenant's object outside any tenant",
      remake("acme-web", { parent: "platform" }),
      "acme-web",
      /tenant acme's, outside any tenant/,
    ],
    [
      "a tenant's namespace outside any tenant",
      remake("acme-namespace", { parent: undefined }),
      "acme-namespace",
      /outside any tenant/,
    ],
    [
      "a tenant's label on a shared object",
      set("platform-gateway", TENANT, "acme"),
      "platform-gateway",
      /tenant is "acme", outside any tenant/,
    ],
    [
      "a tenant's label on a shared namespace",
      set("platform-namespace", TENANT, "acme"),
      "platform-namespace",
      /tenant is "acme", outside any tenant/,
    ],
  ],
  tolerated: [["a certificate in the tenant's namespace", set("acme-certificate", "metadata.namespace", "odoo-acme")]],
  guarded: [
    ["acme-web", "metadata.namespace"],
    ["acme-web", TENANT],
    ["acme-namespace", "metadata.name"],
    ["platform-gateway", "metadata.namespace"],
    ["platform-gateway", TENANT],
  ],
});

function label(key: string, value: unknown, message: RegExp): Breach {
  return [`${key}: ${String(value)}`, set("acme-web", ["metadata", "labels", key], value), "acme-web", message];
}

describePolicy(labelsRequired, {
  breaches: [
    ...[
      "app.kubernetes.io/name",
      "app.kubernetes.io/instance",
      "app.kubernetes.io/managed-by",
      "odoo-saas.dev/tenant",
      "odoo-saas.dev/environment",
      "odoo-saas.dev/owner",
    ].flatMap((key) => [
      label(key, undefined, new RegExp(`labels\\.${key} is not set`)),
      label(key, "", new RegExp(`labels\\.${key} is ""`)),
    ]),
    label("app.kubernetes.io/instance", "globex-eu", /instance is "globex-eu", expected "acme"/),
    label("odoo-saas.dev/environment", "staging", /environment is "staging" in stack "prod"/),
    label("odoo-saas.dev/environment", "sandbox", /environment is "sandbox" in stack "prod"/),
    ["no labels at all", set("acme-web", "metadata.labels", undefined), "acme-web", /owner is not set/],
    [
      "pods of another tenant",
      set("acme-web", ["spec", "template", ...TENANT], "globex-eu"),
      "acme-web",
      /spec\.template\.metadata\.labels\.odoo-saas\.dev\/tenant is "globex-eu", expected "acme"/,
    ],
    [
      "pods without a tenant",
      set("acme-web", "spec.template.metadata", undefined),
      "acme-web",
      /template.*tenant is not set/,
    ],
    [
      "a namespace without an owner",
      set("acme-namespace", "metadata.labels", {}),
      "acme-namespace",
      /owner is not set/,
    ],
    ["a route without an owner", set("acme-route", "metadata.labels", {}), "acme-route", /owner is not set/],
    [
      "an object in a tenant's namespace, outside any tenant",
      both(remake("acme-account", { parent: "platform" }), set("acme-account", "metadata.labels", {})),
      "acme-account",
      /owner is not set/,
    ],
  ],
  tolerated: [["a shared object without an owner", set("platform-gateway", "metadata.labels", {})]],
  guarded: [
    ["acme-web", "metadata.labels"],
    ["acme-web", TENANT],
    ["acme-web", ENVIRONMENT],
    ["acme-web", ["metadata", "labels", "app.kubernetes.io/instance"]],
    ["acme-web", ["spec", "template", ...TENANT]],
  ],
});
for (const [stack, environment] of [
  ["sandbox", "prod"],
  ["sandbox", "staging"],
  ["staging-eu", "prod"],
  ["production", "prod"],
] as const) {
  describePolicy(labelsRequired, {
    stack,
    breaches: [
      [
        `the label of ${environment}`,
        set("acme-web", ENVIRONMENT, environment),
        "acme-web",
        new RegExp(`environment is "${environment}" in stack "${stack}"`),
      ],
    ],
    guarded: [],
  });
}

function unprotected(resource: string): Breach {
  return [
    `${resource} unprotected`,
    remake(resource, { protect: false }),
    resource,
    /opts\.protect is false, expected true/,
  ];
}

const HOLDS_DATA = [
  "acme-database-database",
  "acme-database-role",
  "acme-database-reporter",
  "acme-analytics-owner",
  "acme-analytics-schema",
  "acme-realm-realm",
  "acme-filestore",
  "acme-namespace",
  "platform-namespace",
];

describePolicy(dataIsProtected, {
  breaches: HOLDS_DATA.map(unprotected),
  tolerated: [["an object without data", remake("acme-web", { protect: false })]],
  guarded: [],
});
for (const stack of ["prod", "prod-eu", "staging", "staging-2"]) {
  describePolicy(dataIsProtected, {
    stack,
    config: { protectData: false },
    breaches: [unprotected("acme-database-database")],
    guarded: [],
  });
}
describePolicy(dataIsProtected, {
  stack: "sandbox",
  breaches: [unprotected("acme-database-database")],
  guarded: [],
});
describePolicy(dataIsProtected, {
  stack: "sandbox",
  config: { protectData: false },
  breaches: [],
  tolerated: HOLDS_DATA.map((resource) => [`${resource} unprotected`, remake(resource, { protect: false })]),
  guarded: [],
});

function added(type: string, props: Record<string, unknown> = {}): Breach {
  return [`a ${type}`, add({ type, name: "extra", parent: "platform", props }), "extra", /which no policy judges/];
}

describePolicy(knownTypes, {
  breaches: [
    ...[
      "command:local:Command",
      "pulumi-nodejs:dynamic:Resource",
      "pulumi:providers:aws",
      "docker:index/container:Container",
      "kubernetes:helm.sh/v3:Release",
      "kubernetes:core/v1:NamespacePatch",
      "kubernetes:apps/v1:DeploymentPatch",
      "kubernetes:core/v1:PodList",
      "kubernetes:core/v1:Endpoints",
      "kubernetes:discovery.k8s.io/v1:EndpointSlice",
      "kubernetes:core/v1:PersistentVolume",
      "kubernetes:networking.k8s.io/v1:Ingress",
      "kubernetes:gateway.networking.k8s.io/v1beta1:ReferenceGrant",
      "kubernetes:gateway.networking.k8s.io/v1:GRPCRoute",
      "kubernetes:gateway.networking.k8s.io/v1alpha2:TLSRoute",
      "kubernetes:cilium.io/v2:CiliumNetworkPolicy",
      "kubernetes:policy.networking.k8s.io/v1alpha1:AdminNetworkPolicy",
      "kubernetes:apps/v1beta1:Deployment",
      "kubernetes:cert-manager.io/v1:ClusterIssuer",
      "keycloak:index/user:User",
      "keycloak:saml/client:Client",
      "keycloak:openid/clientServiceAccountRole:ClientServiceAccountRole",
      "keycloak:index/usersPermissions:UsersPermissions",
      "postgresql:index/function:Function",
      "postgresql:index/server:Server",
      "postgresql:index/userMapping:UserMapping",
      "postgresql:index/publication:Publication",
      "postgresql:index/replicationSlot:ReplicationSlot",
      "postgresql:index/securityLabel:SecurityLabel",
      "odoosql:index:Query",
      "odoo:other:Thing",
      "random:other:Thing",
    ].map((type) => added(type)),
    [
      "another kind under a known type",
      set("acme-scripts", "kind", "ClusterRoleBinding"),
      "acme-scripts",
      /kind is "ClusterRoleBinding", expected "ConfigMap"/,
    ],
    [
      "another group under a known type",
      set("acme-scripts", "apiVersion", "rbac.authorization.k8s.io/v1"),
      "acme-scripts",
      /apiVersion is .*expected "v1"/,
    ],
    [
      "another version of a resource type",
      set("acme-route", "apiVersion", "gateway.networking.k8s.io/v1beta1"),
      "acme-route",
      /expected "gateway\.networking\.k8s\.io\/v1"/,
    ],
  ],
  tolerated: [
    [
      "a kind that the SDK fills in",
      both(set("acme-scripts", "kind", undefined), set("acme-scripts", "apiVersion", undefined)),
    ],
    ["another stack's outputs", add({ type: "pulumi:pulumi:StackReference", name: "extra" })],
    ["any component of the program", add({ type: "odoo:saas:Anything", name: "extra" })],
    ["any random value", add({ type: "random:index/randomId:RandomId", name: "extra" })],
  ],
  guarded: [
    ["acme-scripts", "kind"],
    ["acme-scripts", "apiVersion"],
  ],
});

function provider(name: string, key: string, value: unknown, message: RegExp): Breach {
  return [`${name}.${key}: ${String(value)}`, set(name, key, value), name, message];
}

describePolicy(providerConnections, {
  breaches: [
    provider("keycloak", "url", "http://login.example.com", /url is "http:.*expected an https address/),
    provider("keycloak", "url", "HTTP://login.example.com", /expected an https address/),
    provider("keycloak", "tlsInsecureSkipVerify", "true", /tlsInsecureSkipVerify is "true"/),
    provider("tenants-database", "sslmode", "disable", /sslmode is "disable"/),
    provider("tenants-database", "sslmode", "prefer", /sslmode is "prefer"/),
    provider("tenants-database", "sslMode", "allow", /sslMode is "allow"/),
    provider("tenants-database", "superuser", "true", /superuser is "true"/),
    provider("tenants-database", "superuser", true, /superuser is true/),
    provider("kubernetes", "renderYamlToDirectory", "rendered", /renderYamlToDirectory writes Secrets/),
  ],
  tolerated: [
    ["the client's default TLS mode", set("tenants-database", "sslmode", undefined)],
    ["no folder, spelled out", set("kubernetes", "renderYamlToDirectory", "")],
  ],
  guarded: [
    ["keycloak", "url"],
    ["tenants-database", "sslmode"],
    ["tenants-database", "superuser"],
  ],
});
describePolicy(providerConnections, {
  stack: "sandbox",
  config: { requireTls: false },
  breaches: [
    provider("kubernetes", "renderYamlToDirectory", "rendered", /writes Secrets/),
    provider("tenants-database", "superuser", "true", /superuser/),
  ],
  tolerated: [
    [
      "connections without TLS",
      both(set("keycloak", "url", "http://127.0.0.1:1"), set("tenants-database", "sslmode", "disable")),
    ],
  ],
  guarded: [],
});
describePolicy(providerConnections, {
  stack: "prod",
  config: { requireTls: false },
  breaches: [provider("keycloak", "url", "http://127.0.0.1:1", /expected an https address/)],
  guarded: [],
});
