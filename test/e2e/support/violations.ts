// What a malicious or careless pull request could add to the program: for each policy of the pack something that it
// must refuse. The end-to-end test appends a call of it to a copy of index.ts.
import { Deployment } from "@pulumi/kubernetes/apps/v1/deployment.js";
import { CustomResource } from "@pulumi/kubernetes/apiextensions/customResource.js";
import { Namespace } from "@pulumi/kubernetes/core/v1/namespace.js";
import { PersistentVolumeClaim } from "@pulumi/kubernetes/core/v1/persistentVolumeClaim.js";
import { Secret } from "@pulumi/kubernetes/core/v1/secret.js";
import { Service } from "@pulumi/kubernetes/core/v1/service.js";
import { ServiceAccount } from "@pulumi/kubernetes/core/v1/serviceAccount.js";
import { Provider as KubernetesProvider } from "@pulumi/kubernetes/provider.js";
import { NetworkPolicy } from "@pulumi/kubernetes/networking/v1/networkPolicy.js";
import { RoleBinding } from "@pulumi/kubernetes/rbac/v1/roleBinding.js";
import { IdentityProvider } from "@pulumi/keycloak/oidc/identityProvider.js";
import { Client } from "@pulumi/keycloak/openid/client.js";
import { Realm } from "@pulumi/keycloak/realm.js";
import { Database } from "@pulumi/postgresql/database.js";
import { Extension } from "@pulumi/postgresql/extension.js";
import { Grant } from "@pulumi/postgresql/grant.js";
import { Role } from "@pulumi/postgresql/role.js";
import { User } from "@pulumi/keycloak/user.js";
import { UserRoles } from "@pulumi/keycloak/userRoles.js";
import { TenantLifecycle } from "../../../providers/odoosql/resources.ts";
import type { Providers } from "../../../components/providers.ts";
import type * as pulumi from "@pulumi/pulumi";

const metadata = (name: string, namespace = "odoo-tbwa-crm") => ({ name, namespace });

/** Declares what the pack must refuse; only ever previewed. */
export function violate({ keycloak, tenantsDatabase }: Providers, tenant: pulumi.Resource): void {
  // Rendered to files: the API server itself refuses some of this in a preview, before the pack is asked.
  const kubernetes = new KubernetesProvider("violations", { renderYamlToDirectory: "rendered" });
  const onKubernetes = { provider: kubernetes, parent: tenant };
  const onKeycloak = { provider: keycloak, parent: tenant };
  const onDatabase = { provider: tenantsDatabase, parent: tenant };

  // Beside the tenants, as the real one.
  new NetworkPolicy(
    "watchdog-without-a-way",
    {
      metadata: { name: "odoo-watchdog", namespace: "odoo-platform" },
      spec: { podSelector: { matchLabels: { "app.kubernetes.io/name": "odoo-watchdog" } }, policyTypes: ["Egress"] },
    },
    { provider: kubernetes },
  );

  // Another tenant's lifecycle, and one that contradicts the tenant's own.
  new TenantLifecycle(
    "tbwa-crm-second-lifecycle",
    { tenant: "tbwa-finance", lifecycle: "paused", protected: false, release: false },
    { parent: tenant },
  );
  workloads(onKubernetes);
  cluster(onKubernetes, { provider: kubernetes });
  routes(onKubernetes);

  const realm = new Realm(
    "tbwa-crm-second-realm",
    { realm: "tbwa-crm-second", enabled: true, sslRequired: "none" },
    onKeycloak,
  );
  new Client(
    "tbwa-crm-open-client",
    {
      realmId: realm.id,
      clientId: "open",
      accessType: "PUBLIC",
      standardFlowEnabled: true,
      implicitFlowEnabled: true,
      validRedirectUris: ["*"],
      backchannelLogoutUrl: "https://listener.example.com/log-out",
    },
    onKeycloak,
  );
  new IdentityProvider(
    "tbwa-crm-trusting-broker",
    {
      realm: realm.id,
      alias: "trusting",
      authorizationUrl: "http://login.example.com/authorize",
      tokenUrl: "http://login.example.com/token",
      clientId: "odoo",
      clientSecret: "literal",
      trustEmail: true,
      validateSignature: false,
    },
    onKeycloak,
  );
  // Somebody beside the owner, with roles: a type that no policy knows.
  const person = new User("tbwa-crm-back-door", { realmId: realm.id, username: "back-door" }, onKeycloak);
  new UserRoles("tbwa-crm-back-door-roles", { realmId: realm.id, userId: person.id, roleIds: [realm.id] }, onKeycloak);

  new Database("tbwa-crm-second-database", { name: "tbwa-crm-second", owner: "tbwa-finance" }, onDatabase);
  new Role(
    "tbwa-crm-powerful",
    { name: "tbwa-crm-powerful", login: true, superuser: true, password: "literal", roles: ["tbwa-finance"] },
    onDatabase,
  );
  new Grant(
    "tbwa-crm-to-all",
    { database: "tbwa-finance", role: "public", objectType: "database", privileges: ["CONNECT"] },
    onDatabase,
  );
  new Extension("tbwa-crm-dblink", { name: "dblink", database: "tbwa-crm" }, onDatabase);
}

function workloads(opts: pulumi.CustomResourceOptions): void {
  const labels = { app: "bad" };
  new Deployment(
    "tbwa-crm-bad-deployment",
    {
      metadata: metadata("bad"),
      spec: {
        selector: { matchLabels: labels },
        template: {
          metadata: { labels },
          spec: {
            hostNetwork: true,
            containers: [
              {
                name: "bad",
                image: "docker.io/library/odoo:18",
                securityContext: { privileged: true },
                env: [{ name: "PGPASSWORD", value: "literal" }],
              },
            ],
          },
        },
      },
    },
    opts,
  );
  // Another tenant's database, in a second Secret of the same name.
  new Secret(
    "tbwa-crm-others-config",
    {
      metadata: { ...metadata("odoo-config"), annotations: { "pulumi.com/patchForce": "true" } },
      stringData: { "odoo.conf": "[options]\ndb_name = tbwa-finance\n" },
    },
    opts,
  );
  new Service(
    "tbwa-crm-bad-service",
    { metadata: metadata("bad"), spec: { type: "NodePort", ports: [{ port: 8069 }] } },
    opts,
  );
  new ServiceAccount("tbwa-crm-bad-account", { metadata: metadata("bad"), automountServiceAccountToken: true }, opts);
}

function cluster(opts: pulumi.CustomResourceOptions, outsideTenant: pulumi.CustomResourceOptions): void {
  new Namespace(
    "tbwa-crm-open-namespace",
    { metadata: { name: "odoo-tbwa-crm-open", labels: { "odoo-saas.dev/tenant": "tbwa-crm" } } },
    opts,
  );
  new NetworkPolicy(
    "tbwa-crm-to-the-world",
    {
      metadata: metadata("to-the-world"),
      spec: { podSelector: {}, policyTypes: ["Egress"], egress: [{ to: [{ ipBlock: { cidr: "0.0.0.0/0" } }] }] },
    },
    opts,
  );
  new PersistentVolumeClaim(
    "tbwa-crm-others-volume",
    {
      metadata: metadata("others"),
      spec: {
        accessModes: ["ReadWriteOnce"],
        resources: { requests: { storage: "1Gi" } },
        volumeName: "pv-of-tbwa-finance",
      },
    },
    opts,
  );
  new RoleBinding(
    "tbwa-crm-admin",
    {
      metadata: metadata("admin"),
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "cluster-admin" },
      subjects: [{ kind: "ServiceAccount", name: "odoo", namespace: "odoo-tbwa-crm" }],
    },
    opts,
  );
  new Secret("stray-token", { metadata: metadata("bootstrap-token-abcdef", "kube-system") }, outsideTenant);
  new ServiceAccount("stray-account", { metadata: metadata("stray", "odoo-tbwa-finance") }, outsideTenant);
}

function routes(opts: pulumi.CustomResourceOptions): void {
  const gateway = { apiVersion: "gateway.networking.k8s.io/v1" };
  new CustomResource(
    "tbwa-crm-foreign-route",
    {
      ...gateway,
      kind: "HTTPRoute",
      metadata: metadata("foreign"),
      spec: {
        parentRefs: [{ name: "other", namespace: "elsewhere" }],
        hostnames: ["tbwa-finance.sandbox.odoo.test"],
        rules: [{ backendRefs: [{ name: "odoo", namespace: "odoo-tbwa-finance", port: 8069 }] }],
      },
    },
    opts,
  );
  new CustomResource(
    "tbwa-crm-others-secrets",
    {
      apiVersion: "gateway.networking.k8s.io/v1beta1",
      kind: "ReferenceGrant",
      metadata: metadata("others", "odoo-tbwa-finance"),
      spec: {
        from: [{ group: "gateway.networking.k8s.io", kind: "Gateway", namespace: "odoo-tbwa-crm" }],
        to: [{ group: "", kind: "Secret" }],
      },
    },
    opts,
  );
  new CustomResource(
    "tbwa-crm-own-gateway",
    {
      ...gateway,
      kind: "Gateway",
      metadata: metadata("own"),
      spec: {
        gatewayClassName: "sandbox",
        listeners: [{ name: "all", port: 80, protocol: "HTTP", allowedRoutes: { namespaces: { from: "All" } } }],
      },
    },
    opts,
  );
  new CustomResource(
    "tbwa-crm-foreign-certificate",
    {
      apiVersion: "cert-manager.io/v1",
      kind: "Certificate",
      metadata: metadata("foreign"),
      spec: {
        secretName: "foreign",
        dnsNames: ["tbwa-finance.sandbox.odoo.test"],
        issuerRef: { kind: "ClusterIssuer", name: "own" },
      },
    },
    opts,
  );
}
