import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { PostgresLogin } from "../../lib/postgresLogin.ts";
import { neutralize, neutralizeCopy } from "../../features/backups/neutralize.ts";
import type { OdooNeutralize } from "../../features/backups/odooNeutralize.ts";
import { startThrowAwayPostgres } from "../support/postgres.ts";
import type { ThrowAwayPostgres } from "../support/postgres.ts";

const EVERYTHING = readFileSync(join(import.meta.dirname, "odooDatabase.sql"), "utf8");
/** The tables that every Odoo database has. */
const BASE = `
  CREATE TABLE ir_config_parameter (id serial, key varchar UNIQUE, value text);
  INSERT INTO ir_config_parameter (key, value) VALUES ('database.uuid', 'prod-uuid'), ('other', 'kept');
  CREATE TABLE ir_model_data (model varchar, module varchar, name varchar, res_id integer);
  CREATE TABLE ir_cron (id serial, active boolean); INSERT INTO ir_cron (active) VALUES (true), (true);
  CREATE TABLE ir_mail_server (id serial, name varchar, smtp_port integer, smtp_host varchar, smtp_encryption varchar,
    active boolean, smtp_authentication varchar);
  INSERT INTO ir_mail_server (smtp_host, active) VALUES ('smtp.acme.example', true);
  CREATE TABLE ir_ui_view (id serial, key varchar, active boolean);
`;
/** How Odoo's own neutralisation says that it has run. */
const BY_ODOO = "INSERT INTO ir_config_parameter (key, value) VALUES ('database.is_neutralized', 'true')";
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
    use: (query: Query, run: () => ReturnType<typeof neutralize>, login: PostgresLogin) => Promise<T>,
  ) {
    const database = `copy${++count}`;
    await server.connect((client) => client.query(`CREATE DATABASE ${database} TEMPLATE template0`));
    return server.connect(
      async (client) => {
        await client.query(sql);
        const query: Query = async (text) => (await client.query<Record<string, unknown>>(text)).rows;
        const { host, port, user = "", password } = client;
        const login = { host, port, user, password: password ?? "", database, sslmode: "disable" as const };
        return use(query, () => neutralize(client, PLACE), login);
      },
      { database },
    );
  }
  type Query = (text: string) => Promise<Record<string, unknown>[]>;

  /** Columns with any text of the original in them, as `table.column`. */
  async function traces(query: Query): Promise<string[]> {
    const tables = await query("SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' ORDER BY 1");
    const found: string[] = [];
    for (const { name } of tables) {
      const columns = await query(
        `SELECT DISTINCT entry.key AS name FROM ${String(name)} AS t, jsonb_each_text(to_jsonb(t)) AS entry
         WHERE entry.value ~ 'LIVE|acme\\.example' ORDER BY 1`,
      );
      found.push(...columns.map((column) => `${String(name)}.${String(column["name"])}`));
    }
    return found;
  }

  it("leaves nothing of one of everything live, and no secret of the original", async () => {
    await inDatabase(`${EVERYTHING} ${BY_ODOO}`, async (query, run) => {
      assert.ok((await traces(query)).length > 60);
      const done = await run();
      assert.deepEqual(await traces(query), [
        // A name of a server opens nothing.
        "fetchmail_server.server",
        // Odoo's own way: the token with an ending that makes it another one.
        "iap_account.account_token",
        "ir_mail_server.smtp_host",
        // History.
        "mail_message.email_from",
        "mail_message.reply_to",
        // What people are linked to staging's realm by.
        "res_users.login",
      ]);
      assert.deepEqual(await query("SELECT account_token FROM iap_account"), [{ account_token: "LIVE+disabled" }]);
      assert.deepEqual(await query("SELECT id FROM ir_cron WHERE active"), [{ id: 1 }]);
      assert.deepEqual(await query("SELECT smtp_host FROM ir_mail_server WHERE active"), [{ smtp_host: "invalid" }]);
      assert.deepEqual(await query("SELECT state, count(*)::int AS jobs FROM queue_job GROUP BY 1 ORDER BY 1"), [
        { state: "cancelled", jobs: 4 },
        { state: "done", jobs: 1 },
        { state: "failed", jobs: 1 },
      ]);
      for (const [live, table] of [
        ["state = 'enabled'", "payment_provider"],
        ["active OR prod_environment", "delivery_carrier WHERE delivery_type = 'ups' AND"],
        ["edi_mode = 'prod'", "account_edi_proxy_client_user"],
        ["enabled", "auth_oauth_provider"],
        ["active", "fetchmail_server"],
        ["active", "online_bank_statement_provider"],
        ["state IN ('outgoing', 'pending', 'in_queue')", "sms_sms"],
        ["state IN ('outgoing', 'pending', 'in_queue')", "mail_mail"],
        ["state IN ('outgoing', 'pending', 'in_queue')", "snailmail_letter"],
        ["state IN ('outgoing', 'pending', 'in_queue')", "mailing_mailing"],
        ["oauth_uid IS NOT NULL OR oauth_provider_id IS NOT NULL OR password IS NOT NULL", "res_users"],
        ["NOT active", "ir_ui_view"],
        ["protocol <> 'odoofs' OR use_as_default_for_attachments OR autovacuum_gc", "fs_storage"],
      ] as const) {
        const from = table.includes("WHERE") ? `${table} (${live})` : `${table} WHERE ${live}`;
        assert.deepEqual(await query(`SELECT FROM ${from}`), [], from);
      }
      const notInstalled = done.filter(({ result }) => result === "not installed").map(({ name }) => name);
      assert.deepEqual(notInstalled, [
        "printers and boxes at points of sale",
        "printers of points of sale",
        "sign-on by SAML",
        "people's accounts at SAML providers",
      ]);
    });
  });

  it("keeps what is no secret, and gives the copy its own identity and place", async () => {
    await inDatabase(`${EVERYTHING} ${BY_ODOO}`, async (query, run) => {
      await run();
      const parameters = new Map(
        (await query("SELECT key, value FROM ir_config_parameter")).map(({ key, value }) => [key, value]),
      );
      for (const key of ["database.uuid", "database.secret"]) {
        assert.match(String(parameters.get(key)), /^[0-9a-f]{8}-[0-9a-f-]{27}$/);
        parameters.delete(key);
      }
      // No revision: pods wait for the init Job. The image is what its modules are of, here too.
      assert.deepEqual(Object.fromEntries(parameters), {
        "account_peppol.edi.mode": "test",
        "auth_signup.reset_password": "False",
        "bir.reminder.n8n.webhook": "https://copy.invalid",
        "database.is_neutralized": "true",
        "iap.endpoint": "http://127.0.0.1:9",
        "odoo_saas.image": "sha256:x",
        "web.base.url": PLACE.url,
        "web.base.url.freeze": "True",
      });
      assert.deepEqual(await query("SELECT secret_algorithm FROM auth_jwt_validator"), [{ secret_algorithm: "HS256" }]);
      assert.deepEqual(await query("SELECT alias_full_name FROM mail_alias ORDER BY id"), [
        { alias_full_name: "customer-invoices@copy-1.invalid" },
        { alias_full_name: "vendor-bills@copy-1.invalid" },
      ]);
    });
  });

  it("gives equal addresses an equal one that is nobody's, and another one in the next copy", async () => {
    const address = () =>
      inDatabase(`${EVERYTHING} ${BY_ODOO}`, async (query, run) => {
        await run();
        const [jane] = await query(
          "SELECT email, email_normalized, email_to FROM res_partner, mail_mail WHERE name = 'Jane' AND mail_mail.id = 2",
        );
        assert.match(String(jane?.["email"]), /^p[0-9a-f]{16}@copy\.invalid$/);
        assert.equal(jane?.["email_normalized"], jane?.["email"]);
        assert.equal(jane?.["email_to"], jane?.["email"]);
        return jane?.["email"];
      });
    assert.notEqual(await address(), await address());
  });

  it("keeps tokens that texts name, or that tell who somebody is", async () => {
    const tables = `CREATE TABLE ir_attachment (id serial, res_model varchar, res_field varchar, access_token varchar);
      INSERT INTO ir_attachment (access_token) VALUES ('in-a-text');
      CREATE TABLE website_visitor (id serial, access_token varchar NOT NULL);
      INSERT INTO website_visitor (access_token) VALUES ('7');
      CREATE TABLE sale_order (id serial, access_token varchar); INSERT INTO sale_order (access_token) VALUES ('a-link'), (NULL);`;
    await inDatabase(BASE + tables + BY_ODOO, async (query, run) => {
      await run();
      assert.deepEqual(
        await query("SELECT a.access_token AS a, v.access_token AS v FROM ir_attachment a, website_visitor v"),
        [{ a: "in-a-text", v: "7" }],
      );
      const [link, none] = await query("SELECT access_token AS token FROM sale_order ORDER BY id");
      assert.match(String(link?.["token"]), /^[0-9a-f]{8}-[0-9a-f-]{27}$/);
      assert.equal(none?.["token"], null);
    });
  });

  it("can be done again, and then has little to do", async () => {
    await inDatabase(`${EVERYTHING} ${BY_ODOO}`, async (_, run) => {
      await run();
      const again = (await run()).filter(({ rows, name }) => rows > 0 && !name.startsWith("links in"));
      assert.deepEqual(
        again.map(({ name }) => name),
        ["addresses of webhooks of this database", "identity"],
      );
    });
  });

  it("does without the tables of modules that are not installed", async () => {
    await inDatabase(BASE + BY_ODOO, async (_, run) => {
      const missing = (await run()).filter(({ result }) => result === "not installed");
      assert.ok(missing.length >= 25);
    });
  });

  it("empties secrets of modules that nobody has heard of, also where a column must be filled", async () => {
    const table = `CREATE TABLE x_other (id serial, x_api_key varchar NOT NULL UNIQUE, secret jsonb, private_key bytea NOT NULL,
        webhook_url text, token_type varchar, "key" varchar, partner_email varchar);
      INSERT INTO x_other (x_api_key, secret, private_key, webhook_url, token_type, "key", partner_email)
        VALUES ('LIVE1', '{"a": "LIVE"}', 'LIVE', 'https://hook.acme.example', 'bearer', 'k', 'a@acme.example'),
               ('LIVE2', NULL, '', NULL, NULL, NULL, '{{ object.email }}');`;
    await inDatabase(BASE + table + BY_ODOO, async (query, run) => {
      await run();
      assert.deepEqual(await traces(query), ["ir_mail_server.smtp_host"]);
      assert.deepEqual(
        await query(
          `SELECT x_api_key, secret, length(private_key) AS bytes, webhook_url, token_type, "key", partner_email ~ '@copy.invalid$' AS replaced FROM x_other ORDER BY id`,
        ),
        [
          {
            x_api_key: "neutralized-1",
            secret: null,
            bytes: 0,
            webhook_url: "neutralization - disable webhook",
            token_type: "bearer",
            key: "k",
            replaced: true,
          },
          {
            x_api_key: "neutralized-2",
            secret: null,
            bytes: 0,
            webhook_url: null,
            token_type: null,
            key: null,
            replaced: false,
          },
        ],
      );
    });
  });

  it("refuses what is no Odoo database, and changes nothing", async () => {
    await inDatabase("CREATE TABLE ir_mail_server (active boolean)", async (_, run) => {
      await assert.rejects(run());
    });
    await inDatabase(BASE.replaceAll("ir_cron", "ir_other") + BY_ODOO, async (query, run) => {
      await assert.rejects(run(), /has no table ir_cron, expected a database that Odoo has installed/);
      assert.deepEqual(await query("SELECT active, smtp_host FROM ir_mail_server"), [
        { active: true, smtp_host: "smtp.acme.example" },
      ]);
    });
  });

  it("refuses a copy that Odoo's own neutralisation has not run on, and changes nothing", async () => {
    await inDatabase(BASE, async (query, run) => {
      await assert.rejects(
        run(),
        /database\.is_neutralized is missing, expected "true", which "odoo neutralize" sets\.[^]*restore\.md/,
      );
      assert.deepEqual(await query("SELECT active FROM ir_mail_server"), [{ active: true }]);
    });
  });

  it("runs Odoo's own first, and takes no earlier one's word", async () => {
    // A copy of what was a copy once.
    await inDatabase(BASE + BY_ODOO, async (query, _, login) => {
      const nothing: OdooNeutralize = () => Promise.resolve();
      await assert.rejects(neutralizeCopy(login, nothing, PLACE), /is_neutralized is missing/);
      let active: unknown;
      const odoo: OdooNeutralize = async ({ database }) => {
        assert.equal(database, login.database);
        [{ active }] = (await query("SELECT active FROM ir_mail_server")) as [{ active: unknown }];
        await query(BY_ODOO);
      };
      await neutralizeCopy(login, odoo, PLACE);
      assert.equal(active, true, "the platform's part comes after Odoo's");
      assert.deepEqual(await query("SELECT smtp_host FROM ir_mail_server WHERE active"), [{ smtp_host: "invalid" }]);
    });
  });

  it("notices what is live after all, and changes nothing", async () => {
    // Triggers stand for modules that set things back.
    const trigger = (table: string, what: string) =>
      `CREATE FUNCTION ${table}() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN ${what}; RETURN NEW; END';
      CREATE TRIGGER stay BEFORE UPDATE ON ${table} FOR EACH ROW EXECUTE FUNCTION ${table}();`;
    const other = "CREATE TABLE x_other (id serial, password varchar); INSERT INTO x_other (password) VALUES ('LIVE');";
    const triggers = trigger("ir_cron", "NEW.active := true") + trigger("x_other", "NEW.password := OLD.password");
    await inDatabase(BASE + other + triggers + BY_ODOO, async (query, run) => {
      await assert.rejects(
        run(),
        /The copy is not neutral:\n {2}secrets in x_other\.password: 1 still live\n {2}scheduled actions: 2 still live\nSee docs\/runbooks\/restore\.md/,
      );
      assert.deepEqual(await query("SELECT value FROM ir_config_parameter WHERE key = 'database.uuid'"), [
        { value: "prod-uuid" },
      ]);
    });
  });
});
