import type { Field } from "./lib/field.ts";
import { resourcePolicy } from "./lib/policy.ts";
import {
  K8S,
  KEYCLOAK,
  KNOWN_KINDS,
  PRIVATE_DATABASE,
  PROTOCOL_MAPPERS,
  PROVIDER,
  SQL,
  STAFF_KEYCLOAK,
} from "./lib/types.ts";

const SQL_NAMES = [
  "tenant",
  ...["host", "port", "database", "user", "sslmode"].flatMap((key) => [`connection.${key}`, `source.${key}`]),
  "names",
  "roles",
];
const REALM_ID = ["realmId"];

/** Properties by which resources are distinguished or belong to somebody, beside every object's name and namespace. */
const NAMES: Readonly<Record<string, readonly string[]>> = {
  [K8S.httpRoute]: ["spec.hostnames", "spec.parentRefs", "metadata.annotations"],
  [K8S.dnsEndpoint]: ["spec.endpoints", "metadata.annotations"],
  [K8S.certificate]: ["spec.dnsNames", "spec.secretName", "metadata.annotations"],
  [K8S.gateway]: ["spec.listeners", "metadata.annotations"],
  [K8S.service]: ["metadata.annotations"],
  [K8S.networkPolicy]: ["spec"],
  [SQL.database]: ["name", "owner"],
  [SQL.role]: ["name", "roles"],
  [SQL.schema]: ["database", "name", "owner"],
  [SQL.extension]: ["database", "name"],
  [SQL.grant]: ["database", "schema", "role"],
  [SQL.grantRole]: ["role", "grantRole"],
  [SQL.defaultPrivileges]: ["database", "schema", "owner", "role"],
  [SQL.databaseSetup]: SQL_NAMES,
  [PRIVATE_DATABASE]: SQL_NAMES,
  [SQL.reportingViews]: SQL_NAMES,
  [SQL.analyticsSchema]: SQL_NAMES,
  [PROVIDER.postgresql]: ["host", "port", "database", "username", "sslmode"],
  [PROVIDER.keycloak]: ["url", "realm", "clientId"],
  [PROVIDER.github]: ["owner", "baseUrl"],
  [PROVIDER.kubernetes]: ["context", "clusterIdentifier"],
  [KEYCLOAK.realm]: ["realm"],
  [KEYCLOAK.identityProvider]: ["realm", "alias"],
  [KEYCLOAK.client]: [
    "realmId",
    "clientId",
    "validRedirectUris",
    "validPostLogoutRedirectUris",
    "webOrigins",
    "backchannelLogoutUrl",
  ],
  [KEYCLOAK.user]: ["realmId", "username"],
  [KEYCLOAK.role]: ["realmId", "name"],
  [KEYCLOAK.group]: ["realmId", "name"],
  [KEYCLOAK.realmEvents]: REALM_ID,
  [KEYCLOAK.groupRoles]: REALM_ID,
  [KEYCLOAK.userGroups]: REALM_ID,
  [KEYCLOAK.userRoles]: REALM_ID,
  [KEYCLOAK.clientOptionalScopes]: REALM_ID,
  [PROTOCOL_MAPPERS.groupMembership]: REALM_ID,
  [PROTOCOL_MAPPERS.userClientRole]: REALM_ID,
  [STAFF_KEYCLOAK.scopeRole]: REALM_ID,
  [STAFF_KEYCLOAK.realmRoleMapper]: REALM_ID,
};

const METADATA = ["metadata.name", "metadata.namespace"];

/**
 * Other policies leave alone what is not known before the update, which judges it again. What only all resources together tell
 * is judged at the update's end, when a name that was not known would be live: so names are known in the preview.
 */
export const knownNames = resourcePolicy({
  name: "known-names",
  description: "Hosts, namespaces, databases, roles and realms must be known before the update.",
  types: [...KNOWN_KINDS, ...Object.keys(NAMES)],
  check({ type, props }, report) {
    for (const path of [...(KNOWN_KINDS.has(type) ? METADATA : []), ...(NAMES[type] ?? [])]) {
      const field = firstUnknown(props.at(...path.split(".")));
      if (field !== undefined) {
        report(
          field,
          "is not known before the update",
          "Use the value that it is made from, not what a server answers",
        );
      }
    }
  },
});

/** The property itself or the first in it that is not known. */
function firstUnknown(field: Field): Field | undefined {
  if (field.settled) return undefined;
  const below = [...field.items(), ...field.entries().map(([, value]) => value)];
  return below.map(firstUnknown).find((found) => found !== undefined) ?? field;
}
