import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { toReadBack } from "../../cli/adopt.ts";
import { KeycloakAdmin } from "../../cli/keycloakAdmin.ts";
import { outdatedProviders } from "../../cli/orphans/providers.ts";
import { KubernetesError, KubernetesOrphans } from "../../cli/orphans/kubernetes.ts";
import { KeycloakOrphans } from "../../cli/orphans/keycloak.ts";
import type { Declared } from "../../cli/orphans/orphan.ts";
import { PostgresError, PostgresOrphans } from "../../cli/orphans/postgresql.ts";
import { PLATFORM_ADMIN, prepareTenantsServer } from "../../sandbox/services/preparePostgres.ts";
import { startThrowAwayPostgres } from "../support/postgres.ts";
import type { ThrowAwayPostgres } from "../support/postgres.ts";

const PASSWORD = "a-test-password";

function declared(type: string, inputs: Record<string, unknown>): Declared {
  return {
    urn: `urn:pulumi:test::odoo-saas::${type}::it`,
    type,
    name: "it",
    inputs,
    madeFrom: { password: ["urn:password"] },
  };
}

describe("orphans in PostgreSQL", () => {
  let server: ThrowAwayPostgres;
  const orphans = (ownRoles: readonly string[] = [], ofState?: string) =>
    new PostgresOrphans(
      {
        host: "127.0.0.1",
        port: server.port,
        database: "postgres",
        user: PLATFORM_ADMIN,
        password: PASSWORD,
        sslmode: "disable",
      },
      new Map(ofState === undefined ? [] : [["urn:password", ofState]]),
      ownRoles,
    );
  /** As the provider does: as the administrator, who is no superuser. */
  const asAdmin = (...statements: string[]) =>
    server.connect(
      async (client) => {
        for (const statement of statements) await client.query(statement);
      },
      { user: PLATFORM_ADMIN, password: PASSWORD },
    );
  const role = (name: string) => declared("postgresql:index/role:Role", { name });
  const login = (name: string) => declared("postgresql:index/role:Role", { name, password: "[secret]" });

  before(async () => {
    server = await startThrowAwayPostgres("orphans");
    await server.connect((client) => prepareTenantsServer(client, { admin: PASSWORD, watchdog: PASSWORD }));
  });
  after(() => server.stop());

  it("says nothing of what is not there, or has no name yet", async () => {
    assert.equal(await orphans([], "x").role(login("nobody")), undefined);
    assert.equal(
      await orphans().database(declared("postgresql:index/database:Database", { name: "none", owner: "x" })),
      undefined,
    );
    assert.equal(await orphans().role(declared("postgresql:index/role:Role", {})), undefined);
  });

  it("proves a role by the password that only the state has, and doubts it by any other", async () => {
    await asAdmin("CREATE ROLE \"acme-eu\" LOGIN PASSWORD 'of the state'");
    const own = await orphans([], "of the state").role(login("acme-eu"));
    assert.equal(own?.id, "acme-eu");
    assert.match(own.proof ?? "", /password/);
    const foreign = await orphans([], "another").role(login("acme-eu"));
    assert.equal(foreign?.proof, undefined);
    assert.match(foreign?.doubt ?? "", /does not take the password/);
    assert.match((await orphans().role(login("acme-eu")))?.doubt ?? "", /state has no password/);
  });

  it("takes the password for proof where the role may not connect, too", async () => {
    await asAdmin("CREATE ROLE shut LOGIN PASSWORD 'right' CONNECTION LIMIT 0");
    assert.notEqual((await orphans([], "right").role(login("shut")))?.proof, undefined);
    assert.equal((await orphans([], "wrong").role(login("shut")))?.proof, undefined);
  });

  it("proves a role without log-in by nobody using it, and doubts it as soon as somebody does", async () => {
    await asAdmin("CREATE ROLE owner_role NOLOGIN", "CREATE ROLE member LOGIN");
    assert.notEqual((await orphans().role(role("owner_role")))?.proof, undefined);
    await asAdmin("GRANT owner_role TO member");
    assert.match((await orphans().role(role("owner_role")))?.doubt ?? "", /members/);
    assert.match((await orphans().role(role("member")))?.doubt ?? "", /may log in/);
  });

  it("proves a database by its owner, and doubts another's", async () => {
    await asAdmin("CREATE ROLE theirs LOGIN", 'GRANT "acme-eu", theirs TO CURRENT_USER');
    await asAdmin(
      'CREATE DATABASE "acme-eu" OWNER "acme-eu" TEMPLATE template0',
      "CREATE DATABASE held OWNER theirs TEMPLATE template0",
    );
    const database = (name: string) => declared("postgresql:index/database:Database", { name, owner: "acme-eu" });
    assert.match((await orphans(["acme-eu"]).database(database("acme-eu")))?.proof ?? "", /owns it/);
    assert.match((await orphans().database(database("acme-eu")))?.doubt ?? "", /state does not know/);
    assert.match((await orphans(["acme-eu"]).database(database("held")))?.doubt ?? "", /theirs owns it/);
    const both = orphans([], "of the state");
    await both.role(login("acme-eu"));
    assert.notEqual((await both.database(database("acme-eu")))?.proof, undefined, "a role that was just proved counts");
  });

  it("leaves the stack's roles that a killed provider had joined, and no other", async () => {
    assert.deepEqual(await orphans(["acme-eu"]).leaveRoles(), ["acme-eu"]);
    assert.deepEqual(await orphans(["acme-eu"]).leaveRoles(), []);
    assert.deepEqual(await orphans(["theirs"]).leaveRoles(), ["theirs"]);
  });

  it("says what does not answer", async () => {
    const nowhere = new PostgresOrphans(
      { host: "127.0.0.1", port: 1, database: "postgres", user: "x", password: "secret-one", sslmode: "disable" },
      new Map(),
      [],
      [],
    );
    await assert.rejects(nowhere.role(role("acme-eu")), (error: unknown) => {
      assert.ok(error instanceof PostgresError);
      assert.match(error.message, /127\.0\.0\.1:1 .*ECONNREFUSED/);
      assert.doesNotMatch(error.message, /secret-one/);
      return true;
    });
  });
});

describe("orphans in Keycloak", () => {
  const MARK = { "odoo-saas.tenant": "acme", "odoo-saas.environment": "prod" };
  const answers: Record<string, unknown> = {
    "/admin/realms/acme": { attributes: MARK },
    "/admin/realms/other": { attributes: { ...MARK, "odoo-saas.environment": "staging" } },
    "/admin/realms/acme/clients": [
      { id: "u1", clientId: "account" },
      { id: "u2", clientId: "odoo" },
    ],
    "/admin/realms/acme/clients/u2/roles": [{ id: "r1", name: "odoo-user" }],
    "/admin/realms/acme/clients/u2/protocol-mappers/models": [{ id: "m1", name: "roles" }],
    "/admin/realms/acme/groups": [{ id: "g1", name: "odoo-users" }],
    "/admin/realms/acme/identity-provider/instances": [{ alias: "entra", internalId: "i1" }],
  };
  let server: Server;
  let orphans: KeycloakOrphans;

  before(async () => {
    server = createServer(({ url = "" }, response) => {
      const answer = url.endsWith("/token") ? { access_token: "t" } : answers[url];
      response.writeHead(answer === undefined ? 404 : 200, { "content-type": "application/json" });
      response.end(JSON.stringify(answer ?? { error: "not found" }));
    });
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const admin = await KeycloakAdmin.logIn({ url, adminRealm: "master", clientId: "c", clientSecret: "s" });
    orphans = new KeycloakOrphans(admin, url, "prod", new Set(["acme"]));
  });
  after(() => server.close());

  it("proves a realm by the tenant's and the environment's mark", async () => {
    const realm = (name: string) => orphans.find(declared("keycloak:index/realm:Realm", { realm: name }));
    assert.match((await realm("acme"))?.proof ?? "", /mark/);
    assert.match((await realm("other"))?.doubt ?? "", /odoo-saas\.environment = prod/);
    assert.equal(await realm("none"), undefined);
  });

  it("finds the parts of the tenant's realm, by the ids that an import takes", async () => {
    const inRealm = { realmId: "acme" };
    const cases: readonly [string, Record<string, unknown>, string][] = [
      ["keycloak:openid/client:Client", { ...inRealm, clientId: "odoo" }, "acme/u2"],
      ["keycloak:index/role:Role", { ...inRealm, clientId: "u2", name: "odoo-user" }, "acme/r1"],
      ["keycloak:index/group:Group", { ...inRealm, name: "odoo-users" }, "acme/g1"],
      [
        "keycloak:openid/userClientRoleProtocolMapper:UserClientRoleProtocolMapper",
        { ...inRealm, clientId: "u2", name: "roles" },
        "acme/client/u2/m1",
      ],
      ["keycloak:oidc/identityProvider:IdentityProvider", { realm: "acme", alias: "entra" }, "acme/entra"],
    ];
    for (const [type, inputs, id] of cases) {
      const orphan = await orphans.find(declared(type, inputs));
      assert.equal(orphan?.id, id, type);
      assert.notEqual(orphan.proof, undefined);
    }
  });

  it("says nothing of parts that are not there, not known yet, or in a realm that is not the stack's", async () => {
    const client = (inputs: Record<string, unknown>) => orphans.find(declared("keycloak:openid/client:Client", inputs));
    assert.equal(await client({ realmId: "acme", clientId: "none" }), undefined);
    assert.equal(await client({ clientId: "odoo" }), undefined);
    assert.equal(await client({ realmId: "other", clientId: "odoo" }), undefined);
    assert.equal(await client({ realmId: "04da6b54-80e4-46f7-96ec-b56ff0331ba9", clientId: "odoo" }), undefined);
  });
});

describe("orphans in Kubernetes", () => {
  const labels = { "odoo-saas.dev/tenant": "acme", "odoo-saas.dev/environment": "prod" };
  const quota = (name: string, own: Record<string, string> = labels) =>
    declared("kubernetes:core/v1:ResourceQuota", {
      apiVersion: "v1",
      kind: "ResourceQuota",
      metadata: { name, namespace: "odoo-acme", labels: own },
    });
  let server: Server;
  let orphans: KubernetesOrphans;

  const kubeconfig = (port: number) =>
    JSON.stringify({
      clusters: [{ name: "c", cluster: { server: `http://127.0.0.1:${port}`, "insecure-skip-tls-verify": true } }],
      users: [{ name: "u", user: { token: "t" } }],
      contexts: [{ name: "x", context: { cluster: "c", user: "u" } }],
      "current-context": "x",
    });

  before(async () => {
    const answers: Record<string, unknown> = {
      "/api/v1": { resources: [{ name: "resourcequotas", kind: "ResourceQuota", namespaced: true }] },
      "/api/v1/namespaces/odoo-acme/resourcequotas/odoo": {
        apiVersion: "v1",
        kind: "ResourceQuota",
        metadata: { name: "odoo", namespace: "odoo-acme", labels: { ...labels, other: "x" } },
      },
    };
    server = createServer(({ url = "" }, response) => {
      const answer = answers[url];
      response.writeHead(answer === undefined ? 404 : 200, { "content-type": "application/json" });
      response.end(JSON.stringify(answer ?? { kind: "Status", code: 404 }));
    });
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    orphans = new KubernetesOrphans(kubeconfig((server.address() as AddressInfo).port), undefined);
  });
  after(() => server.close());

  it("proves an object by the labels that it is declared with, and doubts it without", async () => {
    const own = await orphans.find(quota("odoo"));
    assert.equal(own?.id, "odoo-acme/odoo");
    assert.match(own.proof ?? "", /labels/);
    const foreign = await orphans.find(quota("odoo", { ...labels, "odoo-saas.dev/tenant": "other" }));
    assert.match(foreign?.doubt ?? "", /odoo-saas\.dev\/tenant is acme, expected other/);
  });

  it("says nothing of what is not there, has no owner's label, or is not known yet", async () => {
    assert.equal(await orphans.find(quota("none")), undefined);
    assert.equal(await orphans.find(quota("odoo", {})), undefined);
    assert.equal(await orphans.find(declared("kubernetes:core/v1:Secret", { metadata: "[secret]" })), undefined);
  });

  it("says what does not answer", async () => {
    const nowhere = new KubernetesOrphans(kubeconfig(1), undefined);
    await assert.rejects(nowhere.find(quota("odoo")), KubernetesError);
  });
});

describe("what a killed update was changing", () => {
  const at = (type: string, name: string) => ({
    ...declared(type, {}),
    urn: `urn:pulumi:test::odoo-saas::${type}::${name}`,
  });
  const [role, realm, setup] = [
    at("postgresql:index/role:Role", "acme"),
    at("keycloak:index/realm:Realm", "acme"),
    at("odoosql:index:DatabaseSetup", "acme"),
  ];
  const readBack = (...pending: [string, Declared][]) =>
    toReadBack({
      resources: [role, realm, setup],
      pending: pending.map(([operation, resource]) => ({ operation, resource })),
    });

  it("is read back from its server, each thing once", () => {
    assert.deepEqual(readBack(["updating", role], ["deleting", realm], ["updating", role]), [role.urn, realm.urn]);
  });

  it("is not when it was being made, is in the state no more, or is SQL, whose password may be what changed", () => {
    const gone = at("keycloak:index/realm:Realm", "gone");
    assert.deepEqual(readBack(["creating", role], ["deleting", gone], ["updating", setup]), []);
  });
});

describe("credentials that were changed since the state was written", () => {
  const urn = (name: string) => `urn:pulumi:test::odoo-saas::pulumi:providers:x::${name}`;
  const configured = new Map([
    ["odoo-saas:tenantsDatabasePassword", { text: "new", object: undefined }],
    ["odoo-saas:analyticsDatabasePassword", { text: "same", object: undefined }],
    ["odoo-saas:keycloakClientSecret", { text: "new", object: undefined }],
  ]);
  const outdated = (...credentials: [string, string][]) =>
    outdatedProviders({ credentials: new Map(credentials.map(([name, secret]) => [urn(name), secret])) }, configured);

  it("are those that the configuration has another value of", () => {
    const stale = outdated(["tenants-database", "old"], ["analytics-database", "same"], ["keycloak", "old"]);
    assert.deepEqual(stale, [urn("tenants-database"), urn("keycloak")]);
  });

  it("are none where the configuration has none, or the provider is not the program's", () => {
    assert.deepEqual(outdated(["kubernetes", "old"], ["other", "old"]), []);
  });
});
