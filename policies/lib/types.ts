import {
  analyticsNames,
  CONSOLE_ANALYTICS_ROLE,
  CONSOLE_DATABASE,
  CONSOLE_NAMESPACE,
  databaseRole,
  isTenantId,
  namespaceName,
  PLATFORM_NAMESPACE,
  reporterRole,
} from "../../config/names.ts";
import type { Field } from "./field.ts";

/** Types of Kubernetes objects, as Pulumi names them. */
export const K8S = {
  certificate: "kubernetes:cert-manager.io/v1:Certificate",
  configMap: "kubernetes:core/v1:ConfigMap",
  cronJob: "kubernetes:batch/v1:CronJob",
  daemonSet: "kubernetes:apps/v1:DaemonSet",
  deployment: "kubernetes:apps/v1:Deployment",
  dnsEndpoint: "kubernetes:externaldns.k8s.io/v1alpha1:DNSEndpoint",
  gateway: "kubernetes:gateway.networking.k8s.io/v1:Gateway",
  httpRoute: "kubernetes:gateway.networking.k8s.io/v1:HTTPRoute",
  job: "kubernetes:batch/v1:Job",
  limitRange: "kubernetes:core/v1:LimitRange",
  namespace: "kubernetes:core/v1:Namespace",
  networkPolicy: "kubernetes:networking.k8s.io/v1:NetworkPolicy",
  pod: "kubernetes:core/v1:Pod",
  podDisruptionBudget: "kubernetes:policy/v1:PodDisruptionBudget",
  priorityClass: "kubernetes:scheduling.k8s.io/v1:PriorityClass",
  referenceGrant: "kubernetes:gateway.networking.k8s.io/v1beta1:ReferenceGrant",
  replicaSet: "kubernetes:apps/v1:ReplicaSet",
  resourceQuota: "kubernetes:core/v1:ResourceQuota",
  secret: "kubernetes:core/v1:Secret",
  service: "kubernetes:core/v1:Service",
  serviceAccount: "kubernetes:core/v1:ServiceAccount",
  statefulSet: "kubernetes:apps/v1:StatefulSet",
  volumeClaim: "kubernetes:core/v1:PersistentVolumeClaim",
} as const;

/** Kinds that live outside namespaces. */
export const CLUSTER_SCOPED: ReadonlySet<string> = new Set([K8S.namespace, K8S.priorityClass]);

/** Every kind of Kubernetes object that some policy knows how to judge. */
export const KNOWN_KINDS: ReadonlySet<string> = new Set(Object.values(K8S));

/** Types of PostgreSQL resources that some policy knows how to judge. */
export const SQL = {
  database: "postgresql:index/database:Database",
  role: "postgresql:index/role:Role",
  grant: "postgresql:index/grant:Grant",
  grantRole: "postgresql:index/grantRole:GrantRole",
  defaultPrivileges: "postgresql:index/defaultPrivileges:DefaultPrivileges",
  schema: "postgresql:index/schema:Schema",
  extension: "postgresql:index/extension:Extension",
  databaseSetup: "odoosql:index:DatabaseSetup",
  reportingViews: "odoosql:index:ReportingViews",
  analyticsSchema: "odoosql:index:AnalyticsSchema",
  tenantLifecycle: "odoosql:index:TenantLifecycle",
} as const;

/** Type of what keeps others out of the console's database; only the console has it. */
export const PRIVATE_DATABASE = "odoosql:index:PrivateDatabase";

/** Types of the connections that have settings. */
export const PROVIDER = {
  github: "pulumi:providers:github",
  keycloak: "pulumi:providers:keycloak",
  kubernetes: "pulumi:providers:kubernetes",
  postgresql: "pulumi:providers:postgresql",
} as const;

/** Type of a password that the program makes. */
export const RANDOM_PASSWORD = "random:index/randomPassword:RandomPassword";

/** Types of Keycloak resources that some policy knows how to judge. None of them reaches beyond its realm. */
export const KEYCLOAK = {
  realm: "keycloak:index/realm:Realm",
  realmEvents: "keycloak:index/realmEvents:RealmEvents",
  role: "keycloak:index/role:Role",
  group: "keycloak:index/group:Group",
  groupRoles: "keycloak:index/groupRoles:GroupRoles",
  client: "keycloak:openid/client:Client",
  identityProvider: "keycloak:oidc/identityProvider:IdentityProvider",
  user: "keycloak:index/user:User",
  userGroups: "keycloak:index/userGroups:UserGroups",
  userRoles: "keycloak:index/userRoles:UserRoles",
  clientOptionalScopes: "keycloak:openid/clientOptionalScopes:ClientOptionalScopes",
} as const;

/** Types of what Keycloak puts into a client's tokens. Their names share one list: a client has no two mappers of one name. */
export const PROTOCOL_MAPPERS = {
  groupMembership: "keycloak:openid/groupMembershipProtocolMapper:GroupMembershipProtocolMapper",
  userClientRole: "keycloak:openid/userClientRoleProtocolMapper:UserClientRoleProtocolMapper",
} as const;

/** Types of Keycloak resources that only the staff realm has: of them a tenant could make staff. */
export const STAFF_KEYCLOAK = {
  scopeRole: "keycloak:index/genericRoleMapper:GenericRoleMapper",
  realmRoleMapper: "keycloak:openid/userRealmRoleProtocolMapper:UserRealmRoleProtocolMapper",
} as const;

/** Types of GitHub resources: the repository that the project is in. Secrets are not among them: their values would be in the state. */
export const GITHUB = {
  repository: "github:index/repository:Repository",
  ruleset: "github:index/repositoryRuleset:RepositoryRuleset",
  environment: "github:index/repositoryEnvironment:RepositoryEnvironment",
  deploymentPolicy: "github:index/repositoryEnvironmentDeploymentPolicy:RepositoryEnvironmentDeploymentPolicy",
  team: "github:index/teamRepository:TeamRepository",
  label: "github:index/issueLabel:IssueLabel",
  variable: "github:index/actionsVariable:ActionsVariable",
} as const;

/** The tenant that a namespace of this name belongs to, by the rule that makes such names. */
export function tenantOfNamespace(namespace: string): string | undefined {
  if (namespace === PLATFORM_NAMESPACE || namespace === CONSOLE_NAMESPACE || !namespace.startsWith(NAMESPACE_PREFIX))
    return undefined;
  const id = namespace.slice(NAMESPACE_PREFIX.length);
  return isTenantId(id) ? id : undefined;
}

const NAMESPACE_PREFIX = namespaceName("");

/** Name of the namespace that a Kubernetes object is in, or that it is. */
export function namespaceOf(type: string, props: Field): Field {
  return props.at("metadata", type === K8S.namespace ? "name" : "namespace");
}

/** Names of the PostgreSQL roles that are a tenant's own, on both servers. */
export function rolesOf(tenant: string): string[] {
  const analytics = analyticsNames(tenant);
  return [databaseRole(tenant), reporterRole(tenant), analytics.ownerRole, analytics.readerRole];
}

/** As {@link rolesOf}, of the console. */
export const CONSOLE_ROLES: readonly string[] = [CONSOLE_DATABASE, CONSOLE_ANALYTICS_ROLE];

/** `PUBLIC` stands for every role there is, however it is written. */
export function isPublicRole(role: Field): boolean {
  return role.text?.trim().toLowerCase() === "public";
}
