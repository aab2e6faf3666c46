import { knownTypes } from "../../policies/knownTypes.ts";
import { add, both, set } from "./support/fixtures.ts";
import { type Breach, describePolicy, type Tolerated } from "./support/describePolicy.ts";

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
      "kubernetes:gateway.networking.k8s.io/v1:ReferenceGrant",
      "kubernetes:gateway.networking.k8s.io/v1:GRPCRoute",
      "kubernetes:gateway.networking.k8s.io/v1alpha2:TLSRoute",
      "kubernetes:cilium.io/v2:CiliumNetworkPolicy",
      "kubernetes:policy.networking.k8s.io/v1alpha1:AdminNetworkPolicy",
      "kubernetes:apps/v1beta1:Deployment",
      "kubernetes:cert-manager.io/v1:ClusterIssuer",
      ...["Role", "RoleBinding", "ClusterRole", "ClusterRoleBinding"].map(
        (kind) => `kubernetes:rbac.authorization.k8s.io/v1:${kind}`,
      ),
      "keycloak:openid/clientScope:ClientScope",
      "keycloak:openid/clientDefaultScopes:ClientDefaultScopes",
      "keycloak:index/realmOptionalClientScopes:RealmOptionalClientScopes",
      "keycloak:openid/audienceProtocolMapper:AudienceProtocolMapper",
      "keycloak:openid/userAttributeProtocolMapper:UserAttributeProtocolMapper",
      "keycloak:index/attributeImporterIdentityProviderMapper:AttributeImporterIdentityProviderMapper",
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
      "random:index/randomString:RandomString",
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
    ...[
      "keycloak:index/realmEvents:RealmEvents",
      "keycloak:index/role:Role",
      "keycloak:index/groupRoles:GroupRoles",
      "keycloak:openid/clientOptionalScopes:ClientOptionalScopes",
      "keycloak:openid/groupMembershipProtocolMapper:GroupMembershipProtocolMapper",
      "keycloak:openid/userClientRoleProtocolMapper:UserClientRoleProtocolMapper",
      "pulumi:providers:odoosql",
      "pulumi:providers:pulumi",
      "pulumi:providers:random",
    ].map((type): Tolerated => [`a ${type}`, add({ type, name: "extra" })]),
    ["a kind of something else than Kubernetes'", set("acme-realm-client", "kind", "Service")],
    ["any component of the program", add({ type: "odoo:saas:Anything", name: "extra" })],
    ["a random password", add({ type: "random:index/randomPassword:RandomPassword", name: "extra" })],
  ],
  guarded: [
    ["acme-scripts", "kind"],
    ["acme-scripts", "apiVersion"],
  ],
});
