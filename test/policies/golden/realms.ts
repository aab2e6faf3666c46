import { CONSOLE, CONSOLE_ADMIN_ROLE } from "../../../config/names.ts";
import { KEYCLOAK, PROTOCOL_MAPPERS } from "../../../policies/lib/types.ts";
import { again, bad, badElsewhere, type Breaks, only, OTHER, outside, without } from "./breaks.ts";

const { client, clientOptionalScopes, identityProvider, realm, user } = KEYCLOAK;
const OTHERS_OF_A_REALM = [
  "keycloak:index/realmEvents:RealmEvents",
  "keycloak:index/role:Role",
  "keycloak:index/group:Group",
  "keycloak:index/groupRoles:GroupRoles",
  "keycloak:openid/groupMembershipProtocolMapper:GroupMembershipProtocolMapper",
  "keycloak:openid/userClientRoleProtocolMapper:UserClientRoleProtocolMapper",
  "keycloak:index/userGroups:UserGroups",
  client,
  clientOptionalScopes,
  user,
];
const NOT_EXACT = [
  "*",
  "https://*.tbwa.example/auth_oauth/signin",
  "https://erp.tbwa.example/*",
  "http://erp.tbwa.example/auth_oauth/signin",
  "http://localhost/auth_oauth/signin",
  "https://ERP.tbwa.example/auth_oauth/signin",
  "https://user@erp.tbwa.example/auth_oauth/signin",
  "https://erp.tbwa.example/auth_oauth/../signin",
  "javascript:alert(1)",
];
const WEAK_PASSWORDS = [
  ...["length(11) and notUsername", "length(12)", "notUsername", "length(12) and notUsername and length(1)"],
  ...["length(12) and notUsername and hashIterations(1)", "length(12) and notUsername and maxLength(12)"],
];
/** Servers that Keycloak reaches and a company does not. */
const INSIDE = [
  ...["https://10.0.0.1/x", "https://169.254.169.254/latest", "https://[::1]/", "https://kubernetes.default.svc/"],
  ...["https://kubernetes/", "https://metadata.google.internal/", "https://login.tbwa.example/realms/tbwa-crm"],
  ...["https://tenants-db.tbwa.example/", "https://id.company.example:9000/", "https://co.uk/"],
];
/** An id of something else in the realm, such as a role of `realm-management`. */
const LITERAL = "6f3c1f8e-2a0e-4a35-9d3b-0a4d7ad1c111";

const FOR_EVER = ["", undefined, "0s", "8760h0m0s", "soon"];

/** Keycloak's realms, clients and brokers. */
export const REALMS: Breaks = {
  "broker-security": [
    ...["issuer", "authorizationUrl", "tokenUrl", "jwksUrl"].flatMap((key) =>
      bad(identityProvider, key, "http://id.company.example", "", 1, undefined, ...INSIDE),
    ),
    ...bad(identityProvider, "validateSignature", false, undefined),
  ],
  "client-security": [
    ...bad(client, "accessType", "PUBLIC", "BEARER-ONLY", undefined),
    ...bad(client, "pkceCodeChallengeMethod", "plain", "", undefined),
    ...bad(client, "fullScopeAllowed", true, undefined),
    ...bad(client, "validRedirectUris", [], undefined),
    ...bad(client, "validRedirectUris.*", ...NOT_EXACT),
    ...bad(client, "validPostLogoutRedirectUris.*", ...NOT_EXACT),
    ...bad(client, "backchannelLogoutUrl", "", ...NOT_EXACT),
    ...bad(client, "webOrigins", ["*"], ["+", "http://erp.tbwa.example"]),
  ],
  "console-clients": [
    ...bad(client, "clientId", CONSOLE),
    ...bad(client, "backchannelLogoutUrl", "https://erp.tbwa.example/x"),
    ...bad(KEYCLOAK.role, "name", CONSOLE_ADMIN_ROLE),
    ...bad(PROTOCOL_MAPPERS.userClientRole, "clientIdForRoleMappings", CONSOLE),
  ],
  "no-offline-tokens": [
    ...bad(clientOptionalScopes, "optionalScopes", ["offline_access"], ["phone", "offline_access"]),
    ...badElsewhere(clientOptionalScopes, "clientId", undefined, ""),
    { what: "a client with Keycloak's optional scopes", change: without(clientOptionalScopes) },
    { what: "a second client with Keycloak's optional scopes", change: again(client, {}) },
  ],
  "realm-people": [
    ...bad(user, "initialPassword.temporary", false, undefined, "true"),
    { what: "a second person", change: again(user, {}) },
  ],
  "realm-per-tenant": [
    ...bad(only(OTHERS_OF_A_REALM), "realmId", OTHER, "master", undefined),
    ...bad(only([realm, identityProvider]), "realm", OTHER, "master", undefined),
    ...bad(KEYCLOAK.groupRoles, "roleIds", [LITERAL], LITERAL),
    ...bad(KEYCLOAK.groupRoles, "groupId", LITERAL),
    ...bad(KEYCLOAK.userGroups, "groupIds", [LITERAL]),
    ...bad(KEYCLOAK.userGroups, "userId", LITERAL),
    ...bad(only([KEYCLOAK.role, clientOptionalScopes, ...Object.values(PROTOCOL_MAPPERS)]), "clientId", LITERAL),
    { what: "no realm", change: without(realm) },
    { what: "a second realm", change: again(realm, {}) },
    ...[...OTHERS_OF_A_REALM, realm, identityProvider].map((type) => ({
      what: `a ${type} outside any tenant`,
      change: outside(type),
    })),
  ],
  "realm-security": [
    ...bad(realm, "sslRequired", "none", "external", undefined),
    ...bad(realm, "revokeRefreshToken", false, undefined),
    ...bad(realm, "verifyEmail", false, undefined),
    ...bad(realm, "smtpServer", undefined),
    ...bad(realm, "smtpServer.starttls", false, undefined, "true"),
    ...bad(realm, "securityDefenses", undefined),
    ...bad(realm, "securityDefenses.bruteForceDetection", undefined),
    ...bad(realm, "securityDefenses.bruteForceDetection.maxLoginFailures", undefined, 0, 11, "5"),
    ...bad(realm, "passwordPolicy", undefined, "", ...WEAK_PASSWORDS),
    ...[
      "accessTokenLifespan",
      "ssoSessionIdleTimeout",
      "ssoSessionMaxLifespan",
      "offlineSessionIdleTimeout",
      "offlineSessionMaxLifespan",
    ].flatMap((key) => bad(realm, key, ...FOR_EVER)),
    ...bad(realm, "offlineSessionMaxLifespanEnabled", false, undefined, "true"),
    ...bad(realm, "accessCodeLifespan", "0s", "15m1s"),
    ...bad(realm, "accessCodeLifespanLogin", "0s", "12h0m1s"),
  ],
};
