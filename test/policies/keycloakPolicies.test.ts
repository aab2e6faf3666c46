import { brokerSecurity } from "../../policies/brokerSecurity.ts";
import { clientSecurity } from "../../policies/clientSecurity.ts";
import { realmPerTenant } from "../../policies/realmPerTenant.ts";
import { realmSecurity } from "../../policies/realmSecurity.ts";
import { add, drop, remake, set } from "./support/fixtures.ts";
import { type Breach, describePolicy } from "./support/describePolicy.ts";

const REALM = "acme-realm-realm";
const CLIENT = "acme-realm-client";
const BROKER = "acme-realm-broker";

function wrong(resource: string, path: string, value: unknown, message = /is /): Breach {
  const shown = path.replace(/\.(\d+)/g, "[$1]").replace(/[[\].]/g, "\\$&");
  return [
    `${path}: ${JSON.stringify(value) || "missing"}`,
    set(resource, path, value),
    resource,
    new RegExp(`: ${shown}\\S* .*${message.source}`),
  ];
}

describePolicy(realmSecurity, {
  breaches: [
    wrong(REALM, "sslRequired", "none"),
    wrong(REALM, "sslRequired", "external"),
    wrong(REALM, "sslRequired", "NONE"),
    wrong(REALM, "sslRequired", undefined),
    wrong(REALM, "registrationAllowed", true, /lets anybody/),
    wrong(REALM, "revokeRefreshToken", false),
    wrong(REALM, "revokeRefreshToken", undefined),
    wrong(REALM, "securityDefenses", undefined, /is not set/),
    wrong(REALM, "securityDefenses.bruteForceDetection", undefined, /is not set/),
    wrong(REALM, "securityDefenses.bruteForceDetection", {}, /is not set/),
    wrong(REALM, "securityDefenses.bruteForceDetection.maxLoginFailures", 11, /expected 1 to 10/),
    wrong(REALM, "securityDefenses.bruteForceDetection.maxLoginFailures", 0, /expected 1 to 10/),
    [
      "defenses that leave the number of failures to Keycloak",
      set(REALM, "securityDefenses.bruteForceDetection", { permanentLockout: true }),
      REALM,
      /maxLoginFailures is not set/,
    ],
    wrong(REALM, "passwordPolicy", undefined, /expected length\(12\)/),
    wrong(REALM, "passwordPolicy", "", /expected length\(12\)/),
    wrong(REALM, "passwordPolicy", "length(11) and notUsername", /expected length\(12\)/),
    wrong(REALM, "passwordPolicy", "notUsername", /expected length\(12\)/),
    wrong(REALM, "passwordPolicy", "maxLength(64) and notUsername", /expected length\(12\)/),
    wrong(REALM, "passwordPolicy", "length(12)", /expected notUsername/),
    ...["accessTokenLifespan", "ssoSessionIdleTimeout", "ssoSessionMaxLifespan"].flatMap((key) => [
      wrong(REALM, key, undefined, /is not set/),
      wrong(REALM, key, "12h0m1s", /at most/),
      wrong(REALM, key, "soon", /expected more than/),
      wrong(REALM, key, "0s", /expected more than/),
      wrong(REALM, key, "5m junk", /expected more than/),
    ]),
    wrong(REALM, "accessTokenLifespan", "15m1s", /at most 900s/),
    wrong(REALM, "accessTokenLifespanForImplicitFlow", "16m", /at most 900s/),
    wrong(REALM, "accessCodeLifespan", "16m", /at most 900s/),
    ...[
      "ssoSessionIdleTimeoutRememberMe",
      "ssoSessionMaxLifespanRememberMe",
      "clientSessionIdleTimeout",
      "clientSessionMaxLifespan",
    ].map((key) => wrong(REALM, key, "13h", /at most 43200s/)),
  ],
  tolerated: [
    ["the longest lives that are allowed", set(REALM, "accessTokenLifespan", "15m")],
    ["a session of a working day", set(REALM, "ssoSessionMaxLifespan", "12h")],
    ["seconds and fractions", set(REALM, "accessTokenLifespan", "1m30.5s500ms")],
    ["longer passwords", set(REALM, "passwordPolicy", "notUsername(undefined) and length(16)")],
    ["as few failures as possible", set(REALM, "securityDefenses.bruteForceDetection.maxLoginFailures", 1)],
    ["no registration, unsaid", set(REALM, "registrationAllowed", undefined)],
  ],
  guarded: [
    [REALM, "sslRequired"],
    [REALM, "registrationAllowed"],
    [REALM, "revokeRefreshToken"],
    [REALM, "securityDefenses"],
    [REALM, "securityDefenses.bruteForceDetection"],
    [REALM, "securityDefenses.bruteForceDetection.maxLoginFailures"],
    [REALM, "passwordPolicy"],
    [REALM, "accessTokenLifespan"],
    [REALM, "ssoSessionMaxLifespan"],
  ],
});

describePolicy(realmSecurity, {
  stack: "sandbox",
  config: { requireTls: false, maxLoginFailures: 5, minPasswordLength: 12, maxTokenMinutes: 5, maxSessionHours: 10 },
  breaches: [
    wrong(REALM, "securityDefenses.bruteForceDetection.maxLoginFailures", 6, /expected 1 to 5/),
    wrong(REALM, "passwordPolicy", "length(11) and notUsername", /expected length\(12\)/),
    wrong(REALM, "accessTokenLifespan", "5m1s", /at most 300s/),
    wrong(REALM, "ssoSessionMaxLifespan", "10h1s", /at most 36000s/),
  ],
  guarded: [],
});
describePolicy(realmSecurity, {
  stack: "sandbox",
  config: { requireTls: false },
  breaches: [wrong(REALM, "sslRequired", "none")],
  tolerated: [["a realm without TLS on private addresses", set(REALM, "sslRequired", "external")]],
  guarded: [],
});
describePolicy(realmSecurity, {
  stack: "prod",
  config: { requireTls: false },
  breaches: [wrong(REALM, "sslRequired", "external")],
  guarded: [],
});

const REDIRECT = "validRedirectUris.0";
const EXACT = /expected an exact address/;

describePolicy(clientSecurity, {
  breaches: [
    wrong(CLIENT, "accessType", "PUBLIC"),
    wrong(CLIENT, "accessType", "BEARER-ONLY"),
    wrong(CLIENT, "accessType", undefined),
    wrong(CLIENT, "pkceCodeChallengeMethod", "plain"),
    wrong(CLIENT, "pkceCodeChallengeMethod", ""),
    wrong(CLIENT, "pkceCodeChallengeMethod", undefined),
    ...[
      "implicitFlowEnabled",
      "directAccessGrantsEnabled",
      "serviceAccountsEnabled",
      "oauth2DeviceAuthorizationGrantEnabled",
      "standardTokenExchangeEnabled",
      "oauth2JwtAuthorizationGrantEnabled",
    ].map((flow) => wrong(CLIENT, flow, true)),
    wrong(CLIENT, "import", true),
    wrong(CLIENT, "extraConfig", { "access.token.lifespan": "99999" }),
    wrong(CLIENT, "fullScopeAllowed", true),
    wrong(CLIENT, "fullScopeAllowed", undefined),
    wrong(CLIENT, "validRedirectUris", undefined, /is not set/),
    wrong(CLIENT, "validRedirectUris", [], /is not set/),
    ...[
      "*",
      "https://*",
      "https://*.example.com/x",
      "https://acme.erp.example.com/*",
      "https://acme.erp.example.com*",
      "http://acme.erp.example.com/auth_oauth/signin",
      "http://localhost:8069/auth_oauth/signin",
      "HTTPS://acme.erp.example.com/x",
      "https://ACME.erp.example.com/x",
      "https://acme.erp.example.com./x",
      "https://acme.erp.example.com@evil.example/x",
      "https://acme.erp.example.com\\@evil.example/x",
      "https://acme.erp.example.com/x?next=y",
      "https://acme.erp.example.com/x#y",
      "https://acme.erp.example.com/x/../y",
      "https://acme.erp.example.com/%2e%2e/y",
      "https://acme.erp.example.com/a b",
      "https://1.2.3.4/x",
      "https://[::1]/x",
      "https://localhost/x",
      "https:/acme.erp.example.com/x",
      "//acme.erp.example.com/x",
      "/auth_oauth/signin",
      "javascript:alert(1)",
      "+",
      "",
    ].map((uri) => wrong(CLIENT, REDIRECT, uri, EXACT)),
    wrong(CLIENT, "validPostLogoutRedirectUris.0", "https://acme.erp.example.com/*", EXACT),
    wrong(CLIENT, "webOrigins.0", "*", EXACT),
    ...["rootUrl", "baseUrl", "adminUrl", "backchannelLogoutUrl", "frontchannelLogoutUrl"].map((key) =>
      wrong(CLIENT, key, "http://acme.erp.example.com", EXACT),
    ),
    [
      "a second redirect address",
      set(CLIENT, "validRedirectUris.1", "https://*.example.com/"),
      CLIENT,
      /validRedirectUris\[1\] is "https:\/\/\*/,
    ],
  ],
  tolerated: [
    ["an address with a port", set(CLIENT, REDIRECT, "https://acme.erp.example.com:8443/auth_oauth/signin")],
    ["an address without a path", set(CLIENT, "webOrigins.0", "https://acme.erp.example.com")],
    ["the redirect addresses after logout", set(CLIENT, "validPostLogoutRedirectUris", ["+"])],
    ["no root address", set(CLIENT, "rootUrl", "")],
    ["nothing extra", set(CLIENT, "extraConfig", {})],
    ["flows that are not mentioned", set(CLIENT, "implicitFlowEnabled", undefined)],
  ],
  guarded: [
    [CLIENT, "accessType"],
    [CLIENT, "pkceCodeChallengeMethod"],
    [CLIENT, "implicitFlowEnabled"],
    [CLIENT, "fullScopeAllowed"],
    [CLIENT, "import"],
    [CLIENT, "extraConfig"],
    [CLIENT, "validRedirectUris"],
    [CLIENT, REDIRECT],
    [CLIENT, "webOrigins.0"],
    [CLIENT, "rootUrl"],
  ],
});

const LOCAL = "http://localhost:8069/auth_oauth/signin";
describePolicy(clientSecurity, {
  stack: "sandbox",
  config: { requireHttpsRedirects: false },
  breaches: [
    wrong(CLIENT, REDIRECT, "http://acme.erp.example.com/x", EXACT),
    wrong(CLIENT, REDIRECT, "http://localhost.evil.example/x", EXACT),
  ],
  tolerated: [
    ["this machine", set(CLIENT, REDIRECT, LOCAL)],
    ["this machine by address", set(CLIENT, REDIRECT, "http://127.0.0.1:8069/x")],
  ],
  guarded: [],
});
describePolicy(clientSecurity, {
  stack: "staging-eu",
  config: { requireHttpsRedirects: false },
  breaches: [wrong(CLIENT, REDIRECT, LOCAL, EXACT)],
  guarded: [],
});

describePolicy(brokerSecurity, {
  breaches: [
    ...["issuer", "authorizationUrl", "tokenUrl", "jwksUrl", "userInfoUrl", "logoutUrl"].map((key) =>
      wrong(BROKER, key, "http://id.company.example", /expected an https address/),
    ),
    wrong(BROKER, "validateSignature", false),
    wrong(BROKER, "validateSignature", undefined),
    wrong(BROKER, "trustEmail", true),
    wrong(BROKER, "storeToken", true),
    wrong(BROKER, "disableTypeClaimCheck", true),
  ],
  tolerated: [["no logout address", set(BROKER, "logoutUrl", undefined)]],
  guarded: [
    [BROKER, "issuer"],
    [BROKER, "validateSignature"],
    [BROKER, "trustEmail"],
  ],
});

const GROUP = "acme-realm-group";

describePolicy(realmPerTenant, {
  breaches: [
    ["a tenant without a realm", drop(REALM), "acme", /has 0 realms/],
    [
      "a tenant with two realms",
      add({ type: "keycloak:index/realm:Realm", name: "second", parent: "acme-realm", props: { realm: "acme" } }),
      "acme",
      /has 2 realms/,
    ],
    ["another tenant's realm", set(REALM, "realm", "globex-eu"), REALM, /realm is "globex-eu", expected "acme"/],
    ["the administrators' realm", set(REALM, "realm", "master"), REALM, /realm is "master"/],
    ["a realm outside any tenant", remake(REALM, { parent: "platform" }), REALM, /outside any tenant/],
    ["a realm inside another tenant", remake(REALM, { parent: "globex-eu-realm" }), REALM, /expected "globex-eu"/],
    ["a client in another realm", set(CLIENT, "realmId", "globex-eu"), CLIENT, /realmId is "globex-eu"/],
    ["a client in the administrators' realm", set(CLIENT, "realmId", "master"), CLIENT, /realmId is "master"/],
    ["a client that says no realm", set(CLIENT, "realmId", undefined), CLIENT, /realm is not set/],
    ["a group in another realm", set(GROUP, "realmId", "globex-eu"), GROUP, /realmId is "globex-eu"/],
    ["a group outside any tenant", remake(GROUP, { parent: "platform" }), GROUP, /outside any tenant/],
    ["a broker in another realm", set(BROKER, "realm", "globex-eu"), BROKER, /realm is "globex-eu"/],
  ],
  guarded: [
    [REALM, "realm"],
    [CLIENT, "realmId"],
    [BROKER, "realm"],
  ],
});
