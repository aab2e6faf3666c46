import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { KeycloakAdmin } from "../../lib/keycloakAdmin.ts";
import { KEYCLOAK_TYPES, KeycloakOrphans, SET_TYPES } from "../../features/recovery/keycloak.ts";
import { KEYCLOAK, PROTOCOL_MAPPERS, STAFF_KEYCLOAK } from "../../policies/lib/types.ts";
import { declared } from "../support/declared.ts";

describe("orphans in Keycloak", () => {
  const MARK = { "odoo-saas.tenant": "acme", "odoo-saas.environment": "prod" };
  const answers: Record<string, unknown> = {
    "/admin/realms/acme": { attributes: MARK },
    // Each differs from a realm of this stack in one mark alone.
    "/admin/realms/staged": { attributes: { "odoo-saas.tenant": "staged", "odoo-saas.environment": "staging" } },
    "/admin/realms/taken": { attributes: MARK },
    "/admin/realms/unmarked": {},
    // Of another stack, and otherwise as a realm of this one.
    "/admin/realms/other": { attributes: { ...MARK, "odoo-saas.tenant": "other" } },
    "/admin/realms/other/clients": [{ id: "u9", clientId: "odoo" }],
    "/admin/realms/other/identity-provider/instances": [{ alias: "entra", internalId: "i9" }],
    "/admin/realms/acme/clients": [
      { id: "u1", clientId: "account" },
      { id: "u2", clientId: "odoo" },
    ],
    "/admin/realms/acme/clients/u2/roles": [{ id: "r1", name: "odoo-user" }],
    "/admin/realms/acme/clients/u2/protocol-mappers/models": [{ id: "m1", name: "roles" }],
    "/admin/realms/acme/groups": [{ id: "g1", name: "odoo-users" }],
    "/admin/realms/acme/users?exact=true&username=it%40acme.example": [{ id: "p1", username: "it@acme.example" }],
    "/admin/realms/platform": { attributes: { "odoo-saas.environment": "prod" } },
    "/admin/realms/platform/clients": [{ id: "s1", clientId: "console" }],
    "/admin/realms/platform/roles": [{ id: "sr1", name: "auditor" }],
    "/admin/realms/platform/clients/s1/protocol-mappers/models": [{ id: "sm1", name: "roles" }],
    "/admin/realms/acme/identity-provider/instances": [{ alias: "entra", internalId: "i1" }],
  };
  let server: Server;
  let orphans: KeycloakOrphans;
  let staffs: KeycloakOrphans;

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
    staffs = new KeycloakOrphans(admin, url, "prod", new Set(["platform"]));
  });
  after(() => server.close());

  it("proves a realm by the tenant's and the environment's mark", async () => {
    const realm = (name: string) => orphans.find(declared("keycloak:index/realm:Realm", { realm: name }));
    assert.match((await realm("acme"))?.proof ?? "", /mark/);
    assert.equal(await realm("none"), undefined);
  });

  for (const [name, what] of [
    ["staged", "another environment"],
    ["taken", "another tenant"],
    ["unmarked", "nobody"],
  ] as const) {
    it(`doubts a realm that is marked as that of ${what}`, async () => {
      const orphan = await orphans.find(declared("keycloak:index/realm:Realm", { realm: name }));
      assert.equal(orphan?.proof, undefined);
      assert.match(
        orphan?.doubt ?? "",
        new RegExp(`expected attribute odoo-saas\\.tenant = ${name} and odoo-saas\\.environment = prod`),
      );
    });
  }

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
      ["keycloak:index/user:User", { ...inRealm, username: "it@acme.example" }, "acme/p1"],
    ];
    for (const [type, inputs, id] of cases) {
      const orphan = await orphans.find(declared(type, inputs));
      assert.equal(orphan?.id, id, type);
      assert.notEqual(orphan.proof, undefined);
    }
  });

  it("knows every type of Keycloak that the program may make: to be found, or set again", () => {
    const types = [KEYCLOAK, PROTOCOL_MAPPERS, STAFF_KEYCLOAK].flatMap((each) => Object.values(each));
    assert.deepEqual([...KEYCLOAK_TYPES, ...SET_TYPES].sort(), types.sort());
  });

  it("finds the staff's realm by the environment's mark, and its client, roles and claim", async () => {
    const find = (type: string, inputs: Record<string, unknown>) => staffs.find(declared(type, inputs));
    assert.match((await find("keycloak:index/realm:Realm", { realm: "platform" }))?.proof ?? "", /platform's mark/);
    const ids = await Promise.all([
      find("keycloak:openid/client:Client", { realmId: "platform", clientId: "console" }),
      find("keycloak:index/role:Role", { realmId: "platform", name: "auditor" }),
      find("keycloak:index/role:Role", { realmId: "platform", name: "auditor", clientId: "" }),
      find("keycloak:openid/userRealmRoleProtocolMapper:UserRealmRoleProtocolMapper", {
        realmId: "platform",
        clientId: "s1",
        name: "roles",
      }),
    ]);
    assert.deepEqual(
      ids.map((orphan) => orphan?.id),
      ["platform/s1", "platform/sr1", "platform/sr1", "platform/client/s1/sm1"],
    );
  });

  it("doubts a realm of the staff's name with a tenant's mark, or another environment's", async () => {
    for (const marks of [
      { "odoo-saas.environment": "prod", "odoo-saas.tenant": "platform" },
      { "odoo-saas.environment": "staging" },
    ]) {
      const was = answers["/admin/realms/platform"];
      answers["/admin/realms/platform"] = { attributes: marks };
      const orphan = await staffs.find(declared("keycloak:index/realm:Realm", { realm: "platform" }));
      answers["/admin/realms/platform"] = was;
      assert.equal(orphan?.proof, undefined);
      assert.match(orphan?.doubt ?? "", /expected no attribute odoo-saas\.tenant and odoo-saas\.environment = prod/);
    }
  });

  it("says nothing of parts that are not there, or not known yet", async () => {
    const client = (inputs: Record<string, unknown>) => orphans.find(declared("keycloak:openid/client:Client", inputs));
    assert.equal(await client({ realmId: "acme", clientId: "none" }), undefined);
    assert.equal(await client({ clientId: "odoo" }), undefined);
    assert.equal(await client({ realmId: "04da6b54-80e4-46f7-96ec-b56ff0331ba9", clientId: "odoo" }), undefined);
  });

  it("says nothing of parts that are there, in a realm that the stack's state does not have", async () => {
    const [client, broker] = ["keycloak:openid/client:Client", "keycloak:oidc/identityProvider:IdentityProvider"];
    for (const realm of ["acme", "other"]) {
      const found = [
        await orphans.find(declared(client, { realmId: realm, clientId: "odoo" })),
        await orphans.find(declared(broker, { realm, alias: "entra" })),
      ];
      assert.deepEqual(
        found.map((orphan) => orphan !== undefined),
        realm === "acme" ? [true, true] : [false, false],
        realm,
      );
    }
  });
});
