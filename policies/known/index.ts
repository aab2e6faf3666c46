import type { Part } from "../lib/known.ts";
import { KEYCLOAK, PROTOCOL_MAPPERS, STAFF_KEYCLOAK } from "../lib/types.ts";
import { CLIENT, CLIENT_OPTIONAL_SCOPES } from "./client.ts";
import { CLUSTER } from "./cluster.ts";
import { DATABASES } from "./databases.ts";
import { IDENTITY_PROVIDER } from "./identityProvider.ts";
import { CLIENT_ROLE_MAPPER, GROUP_MEMBERSHIP_MAPPER, REALM_ROLE_MAPPER, SCOPE_ROLE } from "./mappers.ts";
import { NETWORK } from "./network.ts";
import { ODOOSQL } from "./odoosql.ts";
import { PASSWORDS } from "./passwords.ts";
import { PEOPLE } from "./people.ts";
import { PROVIDERS } from "./providers.ts";
import { REALM } from "./realm.ts";
import { REPOSITORY } from "./githubRepository.ts";
import { STORAGE } from "./storage.ts";
import { WORKLOADS } from "./workloads.ts";

/** The properties that the pack accepts, by resource type. */
export const KNOWN_PROPERTIES: Readonly<Record<string, Part>> = {
  ...CLUSTER,
  ...NETWORK,
  ...STORAGE,
  ...WORKLOADS,
  ...DATABASES,
  ...ODOOSQL,
  ...PASSWORDS,
  ...PEOPLE,
  ...PROVIDERS,
  ...REPOSITORY,
  [KEYCLOAK.realm]: REALM,
  [KEYCLOAK.client]: CLIENT,
  [KEYCLOAK.clientOptionalScopes]: CLIENT_OPTIONAL_SCOPES,
  [KEYCLOAK.identityProvider]: IDENTITY_PROVIDER,
  [PROTOCOL_MAPPERS.groupMembership]: GROUP_MEMBERSHIP_MAPPER,
  [PROTOCOL_MAPPERS.userClientRole]: CLIENT_ROLE_MAPPER,
  [STAFF_KEYCLOAK.realmRoleMapper]: REALM_ROLE_MAPPER,
  [STAFF_KEYCLOAK.scopeRole]: SCOPE_ROLE,
};
