import assert from "node:assert/strict";
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { recover, toReadBack } from "../../features/recovery/recover.ts";
import type { Declared } from "../../lib/pulumi.ts";
import { outdatedProviders } from "../../features/recovery/providers.ts";
import { UserError } from "../../lib/userError.ts";
import { declared } from "../support/declared.ts";
import { GitProject } from "../support/delivery.ts";
import { startFakePostgres } from "../support/fakePostgres.ts";
import type { FakePostgres } from "../support/fakePostgres.ts";
import { configJson, validStack } from "../support/stackValues.ts";

const urn = (types: string, name: string) => `urn:pulumi:test::odoo-saas::${types}::${name}`;
const REALM = "keycloak:index/realm:Realm";
const PROVIDER = urn("pulumi:providers:keycloak", "keycloak");
const PARENT = urn("odoo:saas:OdooTenant$odoo:saas:KeycloakRealm", "acme-realm");

describe("adoption", () => {
  let keycloak: Server;
  let postgres: FakePostgres;
  let project: GitProject;
  let programs: string;
  const { PATH } = process.env;

  before(async () => {
    const answers: Record<string, unknown> = {
      "/admin/realms/acme": { attributes: { "odoo-saas.tenant": "acme", "odoo-saas.environment": "sandbox" } },
      "/admin/realms/globex": { attributes: {} },
    };
    keycloak = createServer(({ url = "" }, response) => {
      const answer = url.endsWith("/token") ? { access_token: "t" } : answers[url];
      response.writeHead(answer === undefined ? 404 : 200, { "content-type": "application/json" });
      response.end(JSON.stringify(answer ?? {}));
    });
    await new Promise<void>((done) => keycloak.listen(0, "127.0.0.1", done));
    postgres = await startFakePostgres(() => undefined);
    project = new GitProject();
    programs = mkdtempSync(join(tmpdir(), "odoo-saas-programs-"));
    process.env["PATH"] = `${programs}${delimiter}${PATH ?? ""}`;
    const settings = {
      ...validStack(),
      environment: "sandbox",
      tenantsDatabase: { host: "127.0.0.1", port: postgres.port, sslmode: "disable", cidrs: ["127.0.0.1/32"] },
      keycloak: {
        url: `http://127.0.0.1:${(keycloak.address() as AddressInfo).port}`,
        clientId: "odoo-saas",
        cidrs: ["127.0.0.1/32"],
      },
    };
    writeFileSync(join(programs, "config.json"), configJson(settings));
    writeFileSync(
      join(programs, "pulumi"),
      `#!/bin/sh\n[ "$1" != import ] || cat "$3" >>'${programs}/imported'\n[ ! -e '${programs}'/"$1".json ] || cat '${programs}'/"$1".json\n`,
    );
    chmodSync(join(programs, "pulumi"), 0o755);
  });
  beforeEach(() => rmSync(join(programs, "imported"), { force: true }));
  after(async () => {
    process.env["PATH"] = PATH;
    rmSync(programs, { recursive: true, force: true });
    project.remove();
    keycloak.close();
    await postgres.stop();
  });

  /** Recovers a stack whose state has some resources, and whose program declares one realm beside them. */
  async function adopt(known: readonly string[], realm: string, parent?: string): Promise<number> {
    const resources = known.map((each) => ({ urn: each, type: each.split("::")[2]?.split("$").at(-1) ?? "" }));
    const newState = {
      urn: urn(REALM, realm),
      type: REALM,
      inputs: { realm },
      parent,
      provider: `${PROVIDER}::04da6b54`,
    };
    writeFileSync(join(programs, "stack.json"), JSON.stringify({ deployment: { resources } }));
    writeFileSync(join(programs, "preview.json"), JSON.stringify({ steps: [{ op: "create", newState }] }));
    return (await recover("test", project.root, "declared", () => undefined)).adopted;
  }

  const imported = () => existsSync(join(programs, "imported")) && readFileSync(join(programs, "imported"), "utf8");

  it("takes over what is marked as the tenant's, and part of what the state knows", async () => {
    assert.equal(await adopt([PROVIDER, PARENT], "acme", PARENT), 1);
    assert.match(imported() || "", /"id":"acme"/);
  });

  it("takes over nothing that is not marked, though the state knows what it would be part of", async () => {
    await assert.rejects(adopt([PROVIDER, PARENT], "globex", PARENT), /It is not taken over: nothing marks it/);
    assert.equal(imported(), false);
  });

  const OTHER = urn("pulumi:providers:kubernetes", "kubernetes");
  for (const [what, known, parent] of [
    ["whose component the state does not know", [PROVIDER], PARENT],
    ["whose provider the state does not know", [OTHER, PARENT], PARENT],
    ["that is part of nothing", [PROVIDER, PARENT], undefined],
  ] as const) {
    it(`takes over nothing ${what}, though it is marked as the tenant's`, async () => {
      await assert.rejects(adopt(known, "acme", parent), (error) => {
        assert.ok(error instanceof UserError);
        assert.match(error.message, /The state does not have its parent/);
        return true;
      });
      assert.equal(imported(), false);
    });
  }
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
