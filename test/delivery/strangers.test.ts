import { KubeConfig } from "@kubernetes/client-node";
import assert from "node:assert/strict";
import { stackSchema } from "../../config/schemas/stack.ts";
import { selectTenants } from "../../config/index.ts";
import { Browser } from "../../features/delivery/smoke/browser.ts";
import type { Subject } from "../../features/delivery/smoke/check.ts";
import { isPassword } from "../../features/delivery/smoke/passlib.ts";
import { strangersCheck } from "../../features/delivery/smoke/strangers.ts";
import { seedOdoo } from "../../sandbox/seed/index.ts";
import { settleOdoo } from "../../sandbox/seed/settle.ts";
import { ADMIN_HASH } from "../../sandbox/seed/baseRows.ts";
import { FakeOdoo } from "../support/fakeOdoo.ts";
import { companyProjectFiles } from "../support/company.ts";
import { startThrowAwayPostgres } from "../support/postgres.ts";
import type { ThrowAwayPostgres } from "../support/postgres.ts";
import { validStack } from "../support/stackValues.ts";

const { bundles, ...projectFiles } = companyProjectFiles();
const stack = stackSchema.parse({
  ...validStack(),
  environment: "sandbox",
  tenantsDatabase: { host: "127.0.0.1", sslmode: "disable", cidrs: ["127.0.0.1/32"] },
});
const [spec = assert.fail("no tenant")] = selectTenants({ bundles, ...projectFiles }, stack);

const SETTINGS = JSON.stringify({
  baseUrl: "https://acme.example",
  reportUrl: "http://127.0.0.1:8072",
  company: { name: "Acme", currency: "PHP" },
});

describe("a password that Odoo has stored", () => {
  it("is known by its hash, or by itself where it is stored in plain text", async () => {
    assert.equal(await isPassword("admin", ADMIN_HASH), true);
    assert.equal(await isPassword("Admin", ADMIN_HASH), false);
    assert.equal(await isPassword("admin", "admin"), true);
    assert.equal(await isPassword("admin", "$pbkdf2-sha512$x"), false);
  });
});

describe("the smoke test of strangers", function () {
  this.timeout(120_000);
  let server: ThrowAwayPostgres;
  const fake = new FakeOdoo();
  before(async () => {
    await fake.start();
    server = await startThrowAwayPostgres("strangers");
    await server.connect((client) => client.query("CREATE DATABASE acme"));
    await inDatabase((client) => seedOdoo(client, { tenant: "acme", modules: ["auth_oidc"] }));
  });
  after(async () => {
    fake.stop();
    await server.stop();
  });

  const inDatabase: <Result>(work: Parameters<typeof server.connect<Result>>[0]) => Promise<Result> = (work) =>
    server.connect(work, { database: "acme" });
  const settle = () => inDatabase((client) => settleOdoo(client, SETTINGS));

  /** What the check says of a tenant whose host is nowhere, but for browsers that know a detour. */
  async function check(newBrowser?: () => Browser): Promise<string> {
    const login = { host: "127.0.0.1", port: server.port, password: server.superuserPassword };
    const own: Subject["own"] = {
      lifecycle: "active",
      namespace: "",
      hosts: ["acme.invalid"],
      database: { ...login, name: "acme", role: "postgres" },
      realm: { issuer: fake.place.issuer, clientId: "", clientSecret: "" },
      analytics: { ...login, name: "", schema: "", role: "" },
    };
    const access = {
      settings: stack,
      keycloakClientSecret: "",
      kubeConfig: new KubeConfig(),
      tenants: new Map([["acme", own]]),
    };
    return await strangersCheck({ spec, own, access, bundles, along: () => [] }, newBrowser);
  }

  it("fails for a database as Odoo makes it, and says what is open", async () => {
    await assert.rejects(check(), {
      message:
        'open to strangers: user admin has the password "admin", auth_signup.invitation_scope is b2c, ' +
        "auth_signup.reset_password is True, log-in with Odoo.com Accounts is open; see docs/runbooks/odoo-init.md",
    });
  });

  it("passes once the init Job has settled it", async () => {
    await settle();
    assert.equal(
      await check(),
      "no known password, no sign-up, no provider but the realm (in the database; acme.invalid is not reached from here)",
    );
  });

  it("tries the same from outside, where the host is reached", async () => {
    const reach = () => new Browser(new Map([["acme.invalid", { origin: fake.place.odoo, headers: {} }]]));
    assert.equal(
      await check(reach),
      "no known password, no sign-up, no provider but the realm (in the database and by HTTPS)",
    );
    fake.behaviour = { knownPassword: true, signUp: true };
    await assert.rejects(check(reach), {
      message:
        'open to strangers: admin logs in with the password "admin", sign up (/web/signup answers 200); ' +
        "see docs/runbooks/odoo-init.md",
    });
  });

  it("finds what is opened afterwards", async () => {
    for (const [open, close, message] of [
      [
        "UPDATE res_users SET login = 'boss@acme.example', password = 'admin' WHERE login = 'admin'",
        "UPDATE res_users SET login = 'admin', password = '' WHERE login = 'boss@acme.example'",
        /user boss@acme\.example has the password "admin"/,
      ],
      [
        `INSERT INTO res_users (login, password, company_id, partner_id) VALUES ('demo', '${ADMIN_HASH}', 1, 1)`,
        "DELETE FROM res_users WHERE login = 'demo'",
        /user demo has the password "admin"/,
      ],
      [
        "UPDATE ir_config_parameter SET value = 'b2c' WHERE key = 'auth_signup.invitation_scope'",
        "UPDATE ir_config_parameter SET value = 'b2b' WHERE key = 'auth_signup.invitation_scope'",
        /invitation_scope is b2c/,
      ],
      [
        "INSERT INTO auth_oauth_provider (name, enabled) VALUES ('Google', true)",
        "DELETE FROM auth_oauth_provider WHERE name = 'Google'",
        /log-in with Google is open/,
      ],
    ] as const) {
      await inDatabase((client) => client.query(open));
      await assert.rejects(check(), message);
      await inDatabase((client) => client.query(close));
      await check();
    }
  });

  it("lets the realm's provider be", async () => {
    await inDatabase((client) =>
      client.query(`
        WITH provider AS (INSERT INTO auth_oauth_provider (name, enabled) VALUES ('Keycloak', true) RETURNING id)
        INSERT INTO ir_model_data (module, name, model, res_id)
        SELECT 'odoo_saas', 'oidc_provider', 'auth.oauth.provider', id FROM provider`),
    );
    await check();
  });

  describe("what stands in for the settings of a new company", () => {
    const company = () =>
      inDatabase(async (client) => {
        const { rows } = await client.query<{ name: string; currency: string }>(
          "SELECT c.name, currency.name AS currency FROM res_company c JOIN res_currency currency ON currency.id = c.currency_id",
        );
        return rows;
      });

    it("are the tenant's file's, and stay what people made of them", async () => {
      assert.deepEqual(await company(), [{ name: "Acme", currency: "PHP" }]);
      await inDatabase((client) => client.query("UPDATE res_company SET name = 'Acme Group'"));
      await settle();
      assert.deepEqual(await company(), [{ name: "Acme Group", currency: "PHP" }]);
    });
  });
});
