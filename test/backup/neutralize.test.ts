import assert from "node:assert/strict";
import { neutralize } from "../../cli/backups/neutralize.ts";
import { startThrowAwayPostgres } from "../support/postgres.ts";
import type { ThrowAwayPostgres } from "../support/postgres.ts";

// Odoo 18's columns, as far as they are touched.
const ODOO = `
  CREATE TABLE ir_config_parameter (id serial, key varchar UNIQUE, value text);
  INSERT INTO ir_config_parameter (key, value) VALUES ('database.uuid', 'prod-uuid'), ('database.secret', 'prod-secret'),
    ('web.base.url', 'https://erp.acme.example'), ('web.base.url.freeze', 'True'), ('odoo_saas.revision', 'r1'),
    ('odooxsaas', 'kept'), ('other', 'kept');
  CREATE TABLE ir_model_data (model varchar, module varchar, name varchar, res_id integer);
  INSERT INTO ir_model_data VALUES ('ir.cron', 'base', 'autovacuum_job', 1), ('ir.cron', 'sale', 'autovacuum_job', 2);
  CREATE TABLE ir_cron (id integer, active boolean);
  INSERT INTO ir_cron VALUES (1, true), (2, true), (3, true), (4, false);
  CREATE TABLE ir_mail_server (id serial, name varchar, smtp_port integer, smtp_host varchar, smtp_encryption varchar,
    active boolean, smtp_authentication varchar, smtp_user varchar, smtp_pass varchar);
  INSERT INTO ir_mail_server (name, smtp_host, active, smtp_pass) VALUES ('live', 'smtp.acme.example', true, 'prod-pass');
  CREATE TABLE res_partner (id serial, name varchar, email varchar, email_normalized varchar);
  INSERT INTO res_partner (name, email, email_normalized) VALUES ('A', 'A <a@acme.example>', 'a@acme.example'), ('B', NULL, NULL), ('C', '', NULL);
`;
const MODULES = `
  CREATE TABLE fetchmail_server (id serial, active boolean, password varchar);
  INSERT INTO fetchmail_server (active, password) VALUES (true, 'prod-pass');
  CREATE TABLE mail_template (id serial, mail_server_id integer);
  INSERT INTO mail_template (mail_server_id) VALUES (1), (NULL);
  CREATE TABLE mail_mail (id serial, state varchar);
  INSERT INTO mail_mail (state) VALUES ('outgoing'), ('sent'), ('exception');
  CREATE TABLE payment_provider (id serial, state varchar);
  INSERT INTO payment_provider (state) VALUES ('enabled'), ('test'), ('disabled');
  CREATE TABLE ir_act_server (id serial, state varchar, webhook_url varchar);
  INSERT INTO ir_act_server (state, webhook_url) VALUES ('webhook', 'https://hooks.example/1'), ('code', NULL);
  CREATE TABLE iap_account (id serial, account_token varchar);
  INSERT INTO iap_account (account_token) VALUES ('token'), (NULL);
  CREATE TABLE res_users (id serial, login varchar, password varchar, totp_secret varchar);
  INSERT INTO res_users (login, password, totp_secret) VALUES ('a@acme.example', '$pbkdf2', 'totp');
  CREATE TABLE res_users_apikeys (id serial);
  INSERT INTO res_users_apikeys DEFAULT VALUES;
  CREATE TABLE auth_oauth_provider (id serial, enabled boolean, client_secret varchar);
  INSERT INTO auth_oauth_provider (enabled, client_secret) VALUES (true, 'prod-client-secret');
`;
const PLACE = { url: "https://acme.staging.example" };

describe("neutralize", () => {
  let server: ThrowAwayPostgres;
  before(async () => {
    server = await startThrowAwayPostgres("neutralize");
  });
  after(() => server.stop());

  let count = 0;
  /** Runs `use` in a new database with some tables. */
  async function inDatabase<T>(
    sql: string,
    use: (query: Query, run: () => ReturnType<typeof neutralize>) => Promise<T>,
  ) {
    const database = `copy${++count}`;
    await server.connect((client) => client.query(`CREATE DATABASE ${database} TEMPLATE template0`));
    return server.connect(
      async (client) => {
        await client.query(sql);
        const query: Query = async (text) => (await client.query<Record<string, unknown>>(text)).rows;
        return use(query, () => neutralize(client, PLACE));
      },
      { database },
    );
  }
  type Query = (text: string) => Promise<Record<string, unknown>[]>;

  it("switches off what reaches the world, renews what identifies the database, and tells what it did", async () => {
    await inDatabase(ODOO + MODULES, async (query, run) => {
      const done = await run();
      assert.ok(done.every(({ result, name }) => (result === "done") === !/calendars|devices/.test(name)));
      assert.deepEqual(await query("SELECT id FROM ir_cron WHERE active"), [{ id: 1 }]);
      assert.deepEqual(await query("SELECT smtp_host FROM ir_mail_server WHERE active"), [{ smtp_host: "invalid" }]);
      assert.deepEqual(await query("SELECT email, email_normalized FROM res_partner ORDER BY id"), [
        { email: "partner-1@copy.invalid", email_normalized: "partner-1@copy.invalid" },
        { email: null, email_normalized: null },
        { email: "", email_normalized: null },
      ]);
      const parameters = new Map(
        (await query("SELECT key, value FROM ir_config_parameter")).map(({ key, value }) => [key, value]),
      );
      for (const key of ["database.uuid", "database.secret"]) {
        assert.match(String(parameters.get(key)), /^[0-9a-f]{8}-[0-9a-f-]{27}$/);
        parameters.delete(key);
      }
      assert.deepEqual(Object.fromEntries(parameters), {
        "database.is_neutralized": "true",
        "web.base.url": PLACE.url,
        odooxsaas: "kept",
        other: "kept",
      });
      assert.deepEqual(await query("SELECT state FROM mail_mail ORDER BY id"), [
        { state: "cancel" },
        { state: "sent" },
        { state: "cancel" },
      ]);
      assert.deepEqual(await query("SELECT state FROM payment_provider ORDER BY id"), [
        { state: "disabled" },
        { state: "test" },
        { state: "disabled" },
      ]);
      for (const [table, secret] of [
        ["ir_mail_server", "prod-pass"],
        ["fetchmail_server", "prod-pass"],
        ["ir_act_server", "hooks.example"],
        ["auth_oauth_provider", "prod-client-secret"],
        ["res_users", "pbkdf2"],
        ["res_users", "totp\\M"],
      ] as const) {
        assert.deepEqual(await query(`SELECT FROM ${table} WHERE ${table}::text ~ '${secret}'`), [], table);
      }
      assert.deepEqual(await query("SELECT FROM res_users_apikeys"), []);
    });
  });

  it("can be done again, and then has little to do", async () => {
    await inDatabase(ODOO + MODULES, async (_, run) => {
      await run();
      const again = await run();
      const changed = again.filter(
        ({ rows, name }) => rows > 0 && name !== "identity" && name !== "addresses of people",
      );
      assert.deepEqual(
        changed.map(({ name }) => name),
        ["webhooks"],
      );
    });
  });

  it("does without the tables of modules that are not installed", async () => {
    await inDatabase(ODOO, async (_, run) => {
      const missing = (await run()).filter(({ result }) => result === "not installed");
      assert.ok(missing.length >= 9);
    });
  });

  it("refuses what is no Odoo database, and changes nothing", async () => {
    await inDatabase("CREATE TABLE ir_mail_server (active boolean)", async (_, run) => {
      await assert.rejects(run());
    });
    await inDatabase(ODOO.replaceAll("ir_cron", "ir_other"), async (query, run) => {
      await assert.rejects(run(), /has no table ir_cron, expected a database that Odoo has installed/);
      assert.deepEqual(await query("SELECT active, smtp_host FROM ir_mail_server"), [
        { active: true, smtp_host: "smtp.acme.example" },
      ]);
    });
  });

  it("notices what is live after all, and changes nothing", async () => {
    // A trigger stands for a module that sets things back.
    const trigger = `CREATE FUNCTION stay() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.active := true; RETURN NEW; END';
      CREATE TRIGGER stay BEFORE UPDATE ON ir_cron FOR EACH ROW EXECUTE FUNCTION stay();`;
    await inDatabase(ODOO + trigger, async (query, run) => {
      await assert.rejects(
        run(),
        /The copy is not neutral:\n {2}scheduled actions: 2 still live\nSee docs\/runbooks\/restore\.md/,
      );
      assert.deepEqual(await query("SELECT value FROM ir_config_parameter WHERE key = 'database.uuid'"), [
        { value: "prod-uuid" },
      ]);
    });
  });
});
