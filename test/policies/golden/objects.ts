import { Field } from "../../../policies/lib/field.ts";
import { podTemplate, WORKLOADS } from "../../../policies/lib/pods.ts";
import {
  GITHUB,
  CLUSTER_SCOPED,
  K8S,
  KEYCLOAK,
  KNOWN_KINDS,
  PROTOCOL_MAPPERS,
  PROVIDER,
  SQL,
} from "../../../policies/lib/types.ts";
import { TENANT_COMPONENT } from "../../../policies/lib/urn.ts";
import { UNKNOWN } from "../../../lib/pulumiMarks.ts";
import { add, type Change, remake } from "../support/fixtures.ts";
import {
  again,
  bad,
  type Breaks,
  type FieldBreak,
  first,
  type GraphBreak,
  ofTenants,
  only,
  OTHER,
  outside,
  OWN,
} from "./breaks.ts";

const KINDS = [...KNOWN_KINDS];
const TENANTS_OBJECTS = only(KINDS, ofTenants);
const PLATFORMS_OBJECTS = only(KINDS, (resource) => !ofTenants(resource));
const OWNED = ["app.kubernetes.io/name", "app.kubernetes.io/instance", "app.kubernetes.io/managed-by"];
const TENANT = "odoo-saas.dev/tenant";
const ENVIRONMENT = "odoo-saas.dev/environment";
const TENANTS_NAMESPACE = { metadata: { name: "sample", namespace: `odoo-${OWN}` } };

/** Types that may be there twice, or that one of the graphs lacks. */
const NOT_IN_BOTH: readonly string[] = [KEYCLOAK.userRoles, SQL.tenantLifecycle, K8S.referenceGrant, GITHUB.variable];

/** Properties by which servers tell their objects apart. */
const IDENTITIES = [
  ...[
    "alias",
    "branchPattern",
    "clientId",
    "columns",
    "database",
    "environment",
    "grantRole",
    "groupId",
    "name",
    "objects",
  ],
  ...[
    "objectType",
    "owner",
    "parentId",
    "realm",
    "realmId",
    "repository",
    "role",
    "schema",
    "teamId",
    "tenant",
    "userId",
  ],
  ...["username", "variableName"],
];

/** Kubernetes objects, whose they are, and what no policy could judge. */
export const OBJECTS: Breaks = {
  "data-is-protected": [
    SQL.database,
    SQL.role,
    SQL.analyticsSchema,
    KEYCLOAK.realm,
    K8S.volumeClaim,
    K8S.namespace,
    GITHUB.repository,
  ].map((type) => ({ what: `an unprotected ${type}`, change: unprotected(type) })),
  "known-types": [
    ...KINDS.flatMap((type) => bad(type, "apiVersion", "example.com/v1")),
    ...KINDS.flatMap((type) => bad(type, "kind", "List")),
    ...[
      "command:local:Command",
      "kubernetes:helm.sh/v3:Release",
      "kubernetes:yaml/v2:ConfigGroup",
      "kubernetes:core/v1:ConfigMapList",
      "kubernetes:apps/v1:DeploymentPatch",
      "kubernetes:apiextensions.k8s.io/v1:CustomResourceDefinition",
      "kubernetes:networking.k8s.io/v1:Ingress",
      ...["Role", "RoleBinding", "ClusterRole", "ClusterRoleBinding"].map(
        (kind) => `kubernetes:rbac.authorization.k8s.io/v1:${kind}`,
      ),
      ...["clientScope:ClientScope", "clientDefaultScopes:ClientDefaultScopes"].map(
        (type) => `keycloak:openid/${type}`,
      ),
      "keycloak:openid/audienceProtocolMapper:AudienceProtocolMapper",
      "keycloak:index/attributeImporterIdentityProviderMapper:AttributeImporterIdentityProviderMapper",
      "keycloak:index/realmOptionalClientScopes:RealmOptionalClientScopes",
      "keycloak:index/realmKeystoreRsa:RealmKeystoreRsa",
      "postgresql:index/server:Server",
      "postgresql:index/userMapping:UserMapping",
      "pulumi-nodejs:dynamic:Resource",
      "pulumi:providers:command",
    ].map((type) => added(type, {})),
  ],
  "labels-required": [
    ...[...OWNED, TENANT, ENVIRONMENT, "odoo-saas.dev/owner"].flatMap((key) =>
      bad(TENANTS_OBJECTS, ["metadata", "labels", key], undefined, ""),
    ),
    ...bad(TENANTS_OBJECTS, ["metadata", "labels", OWNED[1] ?? ""], OTHER),
    ...bad(TENANTS_OBJECTS, ["metadata", "labels", ENVIRONMENT], (old: unknown) =>
      old === "prod" ? "staging" : "prod",
    ),
    ...bad(TENANTS_OBJECTS, ["metadata", "labels", ENVIRONMENT], "sandbox"),
    ...WORKLOADS.filter((type) => type !== K8S.pod).flatMap((type) =>
      bad(
        only(type, ofTenants),
        [...podTemplate(type, new Field({})).path.split("."), "metadata", "labels", TENANT],
        OTHER,
        undefined,
      ),
    ),
    ...bad(
      only(KINDS, (resource) => !ofTenants(resource) && !CLUSTER_SCOPED.has(resource.type)),
      "metadata.namespace",
      `odoo-${OWN}`,
    ),
    ...bad(
      only(K8S.namespace, (resource) => !ofTenants(resource)),
      "metadata.name",
      `odoo-${OWN}`,
    ),
    added(K8S.configMap, { metadata: { name: "sample", namespace: `odoo-${OTHER}` } }, OWN),
    added(K8S.configMap, TENANTS_NAMESPACE),
  ],
  "namespace-pod-security": [
    ...bad(K8S.namespace, ["metadata", "labels", "pod-security.kubernetes.io/enforce"], "baseline", "", undefined),
    ...bad(K8S.namespace, ["metadata", "labels", "pod-security.kubernetes.io/enforce-version"], "v1.24"),
  ],
  "tenant-boundary": [
    ...bad(
      only(KINDS, (resource) => ofTenants(resource) && resource.type !== K8S.namespace),
      "metadata.namespace",
      `odoo-${OTHER}`,
      "kube-system",
      undefined,
    ),
    ...bad(only(K8S.namespace, ofTenants), "metadata.name", `odoo-${OTHER}`, "kube-system", undefined),
    ...bad(TENANTS_OBJECTS, ["metadata", "labels", TENANT], OTHER, undefined),
    ...bad(PLATFORMS_OBJECTS, ["metadata", "labels", TENANT], OWN, "x"),
    ...bad(
      only(KINDS, (resource) => !ofTenants(resource) && !CLUSTER_SCOPED.has(resource.type)),
      "metadata.namespace",
      `odoo-${OWN}`,
    ),
    ...bad(
      only(K8S.namespace, (resource) => !ofTenants(resource)),
      "metadata.name",
      `odoo-${OWN}`,
    ),
    added(K8S.priorityClass, { metadata: { name: "first", labels: { [TENANT]: OWN } } }, OWN),
    { what: "a tenant inside another", change: add({ type: TENANT_COMPONENT, name: "inner", parent: OWN }) },
    { what: "a tenant twice", change: add({ type: TENANT_COMPONENT, name: OWN }) },
    ...["Acme", "platform", "kube-system", "acme_eu", "a", `${OWN}-data`, "rdsadmin", "backup"].map((name) => ({
      what: `a tenant named ${name}`,
      change: add({ type: TENANT_COMPONENT, name }),
    })),
    ...[K8S.secret, K8S.volumeClaim, K8S.httpRoute, K8S.networkPolicy].map((type) => ({
      what: `a tenant's ${type} outside of it`,
      change: outside(type),
    })),
  ],
  "known-names": [
    ...bad(only(KINDS), "metadata.name", UNKNOWN),
    ...bad(only(KINDS), "metadata.namespace", UNKNOWN),
    ...unknown(K8S.httpRoute, "spec.hostnames", "spec.parentRefs", "metadata.annotations"),
    ...unknown(K8S.dnsEndpoint, "spec.endpoints", "metadata.annotations"),
    ...unknown(K8S.certificate, "spec.dnsNames", "spec.secretName", "metadata.annotations"),
    ...unknown(K8S.gateway, "spec.listeners", "metadata.annotations"),
    ...unknown(K8S.service, "metadata.annotations"),
    ...unknown(K8S.networkPolicy, "spec", "spec.podSelector", "spec.policyTypes"),
    ...bad(K8S.httpRoute, "spec.hostnames.*", UNKNOWN),
    ...bad(K8S.gateway, "spec.listeners.*.hostname", UNKNOWN),
    ...unknown(SQL.database, "name", "owner"),
    ...unknown(SQL.role, "name", "roles"),
    ...unknown(SQL.schema, "database", "name", "owner"),
    ...unknown(SQL.extension, "database", "name"),
    ...unknown(SQL.grant, "database", "schema", "role"),
    ...unknown(SQL.grantRole, "role", "grantRole"),
    ...unknown(SQL.defaultPrivileges, "database", "schema", "owner", "role"),
    ...[SQL.databaseSetup, SQL.reportingViews, SQL.analyticsSchema].flatMap((type) =>
      unknown(
        type,
        "tenant",
        ...["host", "port", "database", "user", "sslmode"].flatMap((key) => [`connection.${key}`, `source.${key}`]),
        "names",
        "roles",
      ),
    ),
    ...unknown(PROVIDER.postgresql, "host", "port", "database", "username", "sslmode"),
    ...unknown(PROVIDER.keycloak, "url", "realm", "clientId"),
    ...unknown(PROVIDER.kubernetes, "context", "clusterIdentifier"),
    ...unknown(PROVIDER.github, "owner", "baseUrl"),
    ...unknown(KEYCLOAK.realm, "realm"),
    ...unknown(KEYCLOAK.identityProvider, "realm", "alias"),
    ...unknown(
      KEYCLOAK.client,
      "realmId",
      "clientId",
      "validRedirectUris",
      "validPostLogoutRedirectUris",
      "webOrigins",
      "backchannelLogoutUrl",
    ),
    ...unknown(KEYCLOAK.user, "realmId", "username"),
    ...unknown(KEYCLOAK.role, "realmId", "name"),
    ...unknown(KEYCLOAK.group, "realmId", "name"),
    ...[KEYCLOAK.realmEvents, KEYCLOAK.groupRoles, KEYCLOAK.userGroups, KEYCLOAK.clientOptionalScopes].flatMap((type) =>
      unknown(type, "realmId"),
    ),
    ...Object.values(PROTOCOL_MAPPERS).flatMap((type) => unknown(type, "realmId")),
  ],
  "shared-namespaces": [
    ...bad(
      only(KINDS, (resource) => !ofTenants(resource) && !CLUSTER_SCOPED.has(resource.type)),
      "metadata.namespace",
      ...["kube-system", "default", "monitoring", undefined],
    ),
    ...bad(
      only(K8S.namespace, (resource) => !ofTenants(resource)),
      "metadata.name",
      "kube-system",
      "odoo",
    ),
    ...[K8S.secret, K8S.networkPolicy, K8S.daemonSet].map((type) =>
      added(type, { metadata: { name: "sample", namespace: "kube-system" } }),
    ),
  ],
  "unique-objects": [
    ...[...KINDS, ...Object.values(SQL), ...Object.values(KEYCLOAK), ...Object.values(GITHUB)]
      .filter((type) => !NOT_IN_BOTH.includes(type))
      .map((type) => ({
        what: `the object of a ${type} twice`,
        change: again(type, {}),
        breaks: type.startsWith("kubernetes:") ? ["metadata.namespace", "metadata.name"] : IDENTITIES,
      })),
  ],
};

/** Properties that only the update would know. */
function unknown(type: string, ...paths: string[]): FieldBreak[] {
  return paths.flatMap((path) => bad(type, path, UNKNOWN));
}

/** A resource that was not there, outside of any tenant or inside of one. */
function added(type: string, props: Record<string, unknown>, parent?: string): GraphBreak {
  const change = add({ type, name: `${OWN}-added`, parent, props });
  return { what: `a ${type} ${parent === undefined ? "beside the tenants" : "inside a tenant"}`, change };
}

function unprotected(type: string): Change {
  return (resources) => remake(first(resources, type).urn, { protect: false, name: `${OWN}-unprotected` })(resources);
}
