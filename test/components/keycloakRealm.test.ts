import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { ADMINISTRATORS_SETTINGS } from "../../components/hardenedRealm.ts";
import { KeycloakRealm, PERSONS_SETTINGS } from "../../components/keycloakRealm.ts";
import type { KeycloakRealmArgs } from "../../components/keycloakRealm.ts";
import { consoleClientSecret } from "../../config/consoleClient.ts";
import { runProgram, SECRET } from "../../lib/mockEngine.ts";

const args: KeycloakRealmArgs = {
  tenant: "acme",
  displayName: "Acme",
  environment: "prod",
  keycloakUrl: "https://login.example.com",
  hosts: ["acme.example.com", "erp.acme.example"],
  enabled: true,
  generation: 1,
  administrator: "IT@acme.example",
  allowPlainHttp: false,
  protect: true,
};

async function resources(changes: Partial<KeycloakRealmArgs> = {}) {
  const { resources } = await runProgram(() => new KeycloakRealm("acme-realm", { ...args, ...changes }));
  return resources;
}

async function inputsOf(type: string, changes: Partial<KeycloakRealmArgs> = {}) {
  return (await resources(changes)).filter((resource) => resource.type === type).map(({ inputs }) => inputs);
}

const REALM = "keycloak:index/realm:Realm";
const CLIENT = "keycloak:openid/client:Client";

describe("KeycloakRealm", () => {
  it("makes one realm, marked as the tenant's, with brute-force protection and TLS", async () => {
    const [realm, ...others] = await inputsOf(REALM);
    assert.deepEqual(others, []);
    assert.ok(realm);
    assert.equal(realm["realm"], "acme");
    assert.equal(realm["sslRequired"], "all");
    assert.equal(realm["registrationAllowed"], false);
    assert.deepEqual(realm["attributes"], { "odoo-saas.tenant": "acme", "odoo-saas.environment": "prod" });
    assert.match(JSON.stringify(realm["securityDefenses"]), /"maxLoginFailures":5/);
  });

  it("lets only the sandbox do without TLS, from private addresses", async () => {
    const [realm] = await inputsOf(REALM, { allowPlainHttp: true });
    assert.equal(realm?.["sslRequired"], "external");
  });

  it("disables the realm of a tenant that is not active, and deletes nothing", async () => {
    const [realm] = await inputsOf(REALM, { enabled: false });
    assert.equal(realm?.["enabled"], false);
    assert.equal((await resources({ enabled: false })).length, (await resources()).length);
  });

  it("protects and retains the realm where it is told to", async () => {
    const find = async (protect: boolean) => (await resources({ protect })).find(({ type }) => type === REALM);
    assert.deepEqual(
      [(await find(true))?.protect, (await find(true))?.retainOnDelete, (await find(false))?.protect],
      [true, true, false],
    );
  });

  it("gives Odoo a confidential client: code flow with PKCE, exact redirects, nothing else", async () => {
    const [client] = await inputsOf(CLIENT);
    assert.ok(client);
    assert.deepEqual(
      {
        accessType: client["accessType"],
        standard: client["standardFlowEnabled"],
        implicit: client["implicitFlowEnabled"],
        password: client["directAccessGrantsEnabled"],
        service: client["serviceAccountsEnabled"],
        pkce: client["pkceCodeChallengeMethod"],
        redirects: client["validRedirectUris"],
        secret: client["clientSecret"],
      },
      {
        accessType: "CONFIDENTIAL",
        standard: true,
        implicit: false,
        password: false,
        service: false,
        pkce: "S256",
        redirects: ["https://acme.example.com/auth_oauth/signin", "https://erp.acme.example/auth_oauth/signin"],
        secret: SECRET,
      },
    );
  });

  it("gives the client no optional scope, so no token that outlives the session, and ends all others", async () => {
    const [scopes, ...others] = await inputsOf("keycloak:openid/clientOptionalScopes:ClientOptionalScopes");
    assert.deepEqual(others, []);
    assert.deepEqual(scopes?.["optionalScopes"], []);
    assert.equal(scopes["clientId"], "acme-realm-client-id");
    const [realm] = await inputsOf(REALM);
    assert.deepEqual(
      [
        realm?.["offlineSessionMaxLifespanEnabled"],
        realm?.["offlineSessionMaxLifespan"],
        realm?.["offlineSessionIdleTimeout"],
      ],
      [true, realm?.["ssoSessionMaxLifespan"], realm?.["ssoSessionIdleTimeout"]],
    );
  });

  it("makes a new client secret when the generation is raised", async () => {
    const keepers = async (generation: number) =>
      (await resources({ generation })).find(({ name }) => name === "acme-realm-client-secret")?.inputs["keepers"];
    assert.notDeepEqual(await keepers(1), await keepers(2));
  });

  it("maps each client role to a group, and puts roles and groups into the ID token", async () => {
    const all = await resources();
    const names = (type: string) =>
      all.filter((resource) => resource.type === type).map(({ inputs }) => inputs["name"]);
    assert.deepEqual(names("keycloak:index/role:Role").sort(), ["odoo-admin", "odoo-user"]);
    assert.deepEqual(names("keycloak:index/group:Group").sort(), ["odoo-admins", "odoo-users"]);
    assert.equal(all.filter(({ type }) => type === "keycloak:index/groupRoles:GroupRoles").length, 2);
    for (const mapper of [
      "userClientRoleProtocolMapper:UserClientRole",
      "groupMembershipProtocolMapper:GroupMembership",
    ]) {
      const inputs = all.find(({ type }) => type === `keycloak:openid/${mapper}ProtocolMapper`)?.inputs;
      assert.equal(inputs?.["addToIdToken"], true, mapper);
    }
  });

  it("sends mail as the stack says, and then offers what needs mail", async () => {
    const mail = { host: "mail.example", port: 587, tls: "starttls", from: "odoo@example.com" } as const;
    const [realm] = await inputsOf(REALM, { mail: { ...mail, user: "odoo", password: "mail-secret" } });
    assert.equal(realm?.["verifyEmail"], true);
    assert.equal(realm["resetPasswordAllowed"], true);
    assert.deepEqual(realm["smtpServer"], {
      host: "mail.example",
      port: "587",
      from: "odoo@example.com",
      fromDisplayName: "Acme",
      starttls: true,
      ssl: false,
      auth: { username: "odoo", password: SECRET },
    });
    const [open] = await inputsOf(REALM, { mail: { ...mail, tls: "none" } });
    assert.match(JSON.stringify(open?.["smtpServer"]), /"starttls":false/);
    assert.doesNotMatch(JSON.stringify(open?.["smtpServer"]), /auth/);
  });

  it("offers nothing that needs mail where there is none", async () => {
    const [realm] = await inputsOf(REALM);
    assert.equal(realm?.["verifyEmail"], false);
    assert.equal(realm["resetPasswordAllowed"], false);
    assert.equal("smtpServer" in realm, false);
  });

  it("leaves languages and looks to the realm's administrators", async () => {
    const realm = (await resources()).find(({ type }) => type === REALM);
    assert.deepEqual(realm?.ignoreChanges, [...ADMINISTRATORS_SETTINGS]);
    for (const setting of ADMINISTRATORS_SETTINGS) assert.equal(setting in realm.inputs, false, setting);
  });

  it("makes the owner the first administrator, with a password for one log-in, and leaves the account to people", async () => {
    const all = await resources();
    const [user, ...others] = all.filter(({ type }) => type === "keycloak:index/user:User");
    assert.deepEqual(others, []);
    assert.deepEqual(user?.inputs, {
      realmId: user?.inputs["realmId"],
      username: "it@acme.example",
      email: "it@acme.example",
      emailVerified: true,
      enabled: true,
      initialPassword: { value: SECRET, temporary: true },
    });
    assert.equal(user.protect, true);
    assert.deepEqual(user.ignoreChanges, [...PERSONS_SETTINGS]);
    const groups = all.find(({ type }) => type === "keycloak:index/userGroups:UserGroups");
    assert.equal(groups?.inputs["exhaustive"], false);
    assert.equal((groups.inputs["groupIds"] as unknown[]).length, 2);
    assert.deepEqual(groups.ignoreChanges, ["groupIds"]);
  });

  describe("with a console", () => {
    const access = { console: { url: "https://console.example.com", key: pulumi.secret("key-of-all-tenants") } };
    const named = async (name: string) => {
      const found = (await resources(access)).find((resource) => resource.name === name);
      assert.ok(found, name);
      return found;
    };

    it("gives it a confidential client of the realm, with exact addresses that are the tenant's own", async () => {
      const { inputs, revealed } = await named("acme-realm-console-client");
      const { clientId, accessType, pkceCodeChallengeMethod, fullScopeAllowed, clientSecret } = inputs;
      assert.deepEqual(
        { clientId, accessType, pkceCodeChallengeMethod, fullScopeAllowed, clientSecret },
        {
          clientId: "console",
          accessType: "CONFIDENTIAL",
          pkceCodeChallengeMethod: "S256",
          fullScopeAllowed: false,
          clientSecret: SECRET,
        },
      );
      for (const flow of ["implicitFlowEnabled", "directAccessGrantsEnabled", "serviceAccountsEnabled"])
        assert.equal(inputs[flow], false, flow);
      assert.deepEqual(inputs["validRedirectUris"], ["https://console.example.com/auth/callback/acme"]);
      assert.deepEqual(inputs["validPostLogoutRedirectUris"], ["https://console.example.com/"]);
      assert.equal(inputs["backchannelLogoutUrl"], "https://console.example.com/auth/backchannel-logout/acme");
      assert.deepEqual((await named("acme-realm-console-client-optional-scopes")).inputs["optionalScopes"], []);
      // Made of the key and the tenant's id: neither is told by it, and no two are the same.
      assert.equal(revealed["clientSecret"], consoleClientSecret("key-of-all-tenants", "acme"));
      assert.notEqual(revealed["clientSecret"], consoleClientSecret("key-of-all-tenants", "other"));
    });

    it("gives the owner a role of that client, which no other client's tokens have", async () => {
      const role = (await named("acme-realm-console-role")).inputs;
      assert.deepEqual([role["clientId"], role["name"]], ["acme-realm-console-client-id", "console-admin"]);
      const { roleIds, userId } = (await named("acme-realm-console-administrator")).inputs;
      assert.deepEqual([roleIds, userId], [["acme-realm-console-role-id"], "acme-realm-administrator-id"]);
      const claim = (await named("acme-realm-console-claim-roles")).inputs;
      assert.deepEqual(
        [claim["clientId"], claim["clientIdForRoleMappings"], claim["addToIdToken"], claim["addToAccessToken"]],
        ["acme-realm-console-client-id", "console", true, false],
      );
    });

    it("changes nothing else", async () => {
      const others = (await resources(access)).filter(({ name }) => !name.startsWith("acme-realm-console-"));
      assert.deepEqual(others, await resources());
    });
  });

  it("brokers to the company's identity provider only when there is one, and never trusts its addresses", async () => {
    const BROKER = "keycloak:oidc/identityProvider:IdentityProvider";
    assert.deepEqual(await inputsOf(BROKER), []);
    const [broker] = await inputsOf(BROKER, {
      identityProvider: {
        alias: "entra",
        displayName: "Acme account",
        issuer: "https://login.acme.example",
        authorizationUrl: "https://login.acme.example/authorize",
        tokenUrl: "https://login.acme.example/token",
        jwksUrl: "https://login.acme.example/keys",
        clientId: "odoo",
        clientSecret: "broker-secret",
      },
    });
    assert.equal(broker?.["trustEmail"], false);
    assert.equal(broker["validateSignature"], true);
    assert.equal(broker["storeToken"], false);
    assert.equal(broker["clientSecret"], SECRET);
  });
});
