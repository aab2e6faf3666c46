import type { Planned } from "./fixtures.ts";
import { BASE_DOMAIN } from "./fixtures.ts";

/** A tenant's resources in PostgreSQL and Keycloak. */
export function serverResources(id: string): Planned[] {
  return [...database(id), ...realm(id), ...analytics(id)];
}

const ROLE = {
  superuser: false,
  createDatabase: false,
  createRole: false,
  replication: false,
  bypassRowLevelSecurity: false,
  // What the provider fills in.
  encryptedPassword: true,
  inherit: true,
  validUntil: "infinity",
};

/** @param host as the checkout of `hostCheckout.ts` has it */
function connection(id: string, user: string, host = "outside.example.com") {
  return { host, port: 5432, database: id, user, password: "x", sslmode: "verify-full" };
}

function database(id: string): Planned[] {
  const parent = `${id}-database`;
  return [
    { type: "odoo:saas:TenantDatabase", name: parent, parent: id },
    {
      type: "random:index/randomPassword:RandomPassword",
      name: `${id}-database-password`,
      parent,
      props: { length: 40 },
    },
    {
      type: "random:index/randomPassword:RandomPassword",
      name: `${id}-backup-password`,
      parent,
      protect: true,
      props: { length: 40 },
    },
    {
      type: "postgresql:index/role:Role",
      name: `${id}-database-role`,
      parent,
      protect: true,
      props: { ...ROLE, name: id, login: true, password: "x", connectionLimit: 40, roles: [] },
    },
    {
      type: "postgresql:index/role:Role",
      name: `${id}-database-reporter`,
      parent,
      protect: true,
      props: { ...ROLE, name: `${id}_reporter`, login: true, password: "x", connectionLimit: 5 },
    },
    {
      type: "postgresql:index/database:Database",
      name: `${id}-database-database`,
      parent,
      protect: true,
      props: { name: id, owner: id, template: "template0", lcCollate: "C", encoding: "UTF8", connectionLimit: -1 },
    },
    {
      type: "odoosql:index:DatabaseSetup",
      name: `${id}-database-setup`,
      parent,
      props: { tenant: id, connection: connection(id, id), roles: { reporter: `${id}_reporter` } },
    },
  ];
}

function analytics(id: string): Planned[] {
  const parent = `${id}-analytics`;
  const schema = `tenant_${id.replaceAll("-", "_")}`;
  return [
    { type: "odoo:saas:SupabaseSchema", name: parent, parent: id },
    {
      type: "postgresql:index/role:Role",
      name: `${id}-analytics-owner`,
      parent,
      protect: true,
      props: { ...ROLE, name: `${schema}_owner`, login: false },
    },
    {
      type: "postgresql:index/role:Role",
      name: `${id}-analytics-reader`,
      parent,
      protect: true,
      props: { ...ROLE, name: `${schema}_reader`, login: true, password: "x", connectionLimit: 10 },
    },
    {
      type: "odoosql:index:ReportingViews",
      name: `${id}-analytics-views`,
      parent,
      props: { tenant: id, connection: connection(id, id), schema: "reporting", models: ["core/v1"] },
    },
    {
      type: "odoosql:index:AnalyticsSchema",
      name: `${id}-analytics-schema`,
      parent,
      protect: true,
      props: {
        tenant: id,
        connection: connection("postgres", "analytics_admin", "analytics.example.com"),
        source: connection(id, `${id}_reporter`, "db.example.com"),
        names: { schema, dataSchema: `${schema}_data`, foreignSchema: `${schema}_fdw`, server: `${schema}_server` },
        roles: { owner: `${schema}_owner`, reader: `${schema}_reader` },
        models: ["core/v1"],
      },
    },
  ];
}

function realm(id: string): Planned[] {
  const parent = `${id}-realm`;
  const host = `${id}.${BASE_DOMAIN}`;
  return [
    { type: "odoo:saas:KeycloakRealm", name: parent, parent: id },
    {
      type: "keycloak:index/realm:Realm",
      name: `${id}-realm-realm`,
      parent,
      protect: true,
      props: {
        realm: id,
        enabled: true,
        sslRequired: "all",
        registrationAllowed: false,
        accessTokenLifespan: "5m0s",
        accessCodeLifespan: "1m0s",
        ssoSessionIdleTimeout: "30m0s",
        ssoSessionMaxLifespan: "10h0m0s",
        offlineSessionIdleTimeout: "30m0s",
        offlineSessionMaxLifespanEnabled: true,
        offlineSessionMaxLifespan: "10h0m0s",
        revokeRefreshToken: true,
        verifyEmail: true,
        resetPasswordAllowed: true,
        smtpServer: { host: "mail.example", port: "587", from: `odoo@${BASE_DOMAIN}`, starttls: true, ssl: false },
        passwordPolicy: "length(12) and notUsername and notEmail",
        securityDefenses: { bruteForceDetection: { maxLoginFailures: 5 } },
      },
    },
    {
      type: "keycloak:openid/client:Client",
      name: `${id}-realm-client`,
      id: `id-of-${id}`,
      parent,
      props: {
        realmId: id,
        clientId: "odoo",
        accessType: "CONFIDENTIAL",
        standardFlowEnabled: true,
        implicitFlowEnabled: false,
        directAccessGrantsEnabled: false,
        serviceAccountsEnabled: false,
        fullScopeAllowed: false,
        pkceCodeChallengeMethod: "S256",
        backchannelLogoutSessionRequired: true,
        clientAuthenticatorType: "client-secret",
        useRefreshTokens: true,
        validRedirectUris: [`https://${host}/auth_oauth/signin`],
        validPostLogoutRedirectUris: [`https://${host}/web/login`],
        webOrigins: ["+"],
      },
    },
    {
      type: "keycloak:openid/clientOptionalScopes:ClientOptionalScopes",
      name: `${id}-realm-client-optional-scopes`,
      parent,
      props: { realmId: id, clientId: `id-of-${id}`, optionalScopes: ["phone"] },
    },
    {
      type: "keycloak:index/role:Role",
      name: `${id}-realm-role`,
      id: `role-of-${id}`,
      parent,
      props: { realmId: id, clientId: `id-of-${id}`, name: "odoo-user" },
    },
    {
      type: "keycloak:index/group:Group",
      name: `${id}-realm-group`,
      id: `group-of-${id}`,
      parent,
      props: { realmId: id, name: "odoo-users" },
    },
    {
      type: "keycloak:index/groupRoles:GroupRoles",
      name: `${id}-realm-group-roles`,
      parent,
      props: { realmId: id, groupId: `group-of-${id}`, roleIds: [`role-of-${id}`], exhaustive: true },
    },
    {
      type: "keycloak:openid/groupMembershipProtocolMapper:GroupMembershipProtocolMapper",
      name: `${id}-realm-claim-groups`,
      parent,
      props: { realmId: id, clientId: `id-of-${id}`, name: "groups", claimName: "groups", fullPath: false },
    },
    {
      type: "keycloak:index/user:User",
      name: `${id}-realm-administrator`,
      id: `person-of-${id}`,
      parent,
      protect: true,
      props: {
        realmId: id,
        username: "it@company.example",
        email: "it@company.example",
        emailVerified: true,
        initialPassword: { value: "x", temporary: true },
      },
    },
    {
      type: "keycloak:index/userGroups:UserGroups",
      name: `${id}-realm-administrator-groups`,
      parent,
      props: { realmId: id, userId: `person-of-${id}`, groupIds: [`group-of-${id}`], exhaustive: false },
    },
    {
      type: "keycloak:oidc/identityProvider:IdentityProvider",
      name: `${id}-realm-broker`,
      parent,
      props: {
        realm: id,
        alias: "company",
        issuer: "https://id.company.example",
        authorizationUrl: "https://id.company.example/authorize",
        tokenUrl: "https://id.company.example/token",
        jwksUrl: "https://id.company.example/keys",
        validateSignature: true,
        trustEmail: false,
        storeToken: false,
        syncMode: "IMPORT",
        // What the provider fills in.
        backchannelSupported: true,
        enabled: true,
        firstBrokerLoginFlowAlias: "first broker login",
        providerId: "oidc",
      },
    },
  ];
}
