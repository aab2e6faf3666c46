import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type pg from "pg";
import { FINANCE_MODULES, PASSWORD, SqlFixture, urnOf } from "../support/sqlFixture.ts";
import { seedOdoo } from "../../sandbox/seed/index.ts";

/** SQLSTATE insufficient_privilege. */
const DENIED = { code: "42501" };

/** The function by which Odoo compares names: whose it is, how stable, and where the extension's is. */
async function unaccentOf(client: pg.Client): Promise<unknown> {
  const { rows } = await client.query<Record<string, string>>(
    `SELECT pg_get_userbyid(proowner) AS owner, provolatile AS volatility,
            (SELECT extnamespace::regnamespace::text FROM pg_extension WHERE extname = 'unaccent') AS extension
       FROM pg_proc WHERE proname = 'unaccent' AND pronargs = 1 AND pronamespace = 'public'::regnamespace`,
  );
  assert.equal(rows.length, 1);
  return rows[0];
}

/** That an index as Odoo makes it serves a search as Odoo asks it. */
async function assertIndexed(client: pg.Client): Promise<void> {
  await client.query("BEGIN; SET LOCAL enable_seqscan = off");
  await client.query(`CREATE TABLE people (name varchar);
    CREATE INDEX people__name_index ON people USING gin (unaccent("name") gin_trgm_ops)`);
  const { rows } = await client.query<{ "QUERY PLAN": string }>(
    "EXPLAIN SELECT FROM people WHERE unaccent(name::text) ILIKE unaccent('%société%')",
  );
  await client.query("ROLLBACK");
  assert.match(
    rows.map((row) => row["QUERY PLAN"]).join("\n"),
    /Index Cond: \(unaccent\(\(name\)::text\) ~~\* '%societe%'/,
  );
}

describe("a tenant's database", function () {
  this.timeout(120_000);
  let fixture: SqlFixture;

  before(async () => {
    fixture = await SqlFixture.start();
    for (const tenant of ["acme", "rival"]) {
      await fixture.makeDatabase(tenant);
      await fixture.asOwner(tenant, (client) => seedOdoo(client, { tenant, modules: FINANCE_MODULES }));
      await fixture.create("ReportingViews", tenant);
    }
  });
  after(() => fixture.stop());

  it("has the extensions that Odoo needs, and a public schema that its owner may write", async () => {
    await fixture.asOwner("acme", async (client) => {
      const { rows } = await client.query("SELECT extname FROM pg_extension ORDER BY 1");
      assert.deepEqual(rows, [{ extname: "pg_trgm" }, { extname: "plpgsql" }, { extname: "unaccent" }]);
      await client.query("CREATE TABLE odoo_upgrade (id integer); DROP TABLE odoo_upgrade");
    });
  });

  it("compares names without accents by an immutable function of its owner's, so that Odoo can index them", async () => {
    await fixture.asOwner("acme", async (client) => {
      assert.deepEqual(await unaccentOf(client), { owner: "acme", volatility: "i", extension: "extensions" });
      const { rows } = await client.query("SELECT unaccent('Ärger, café, Ωμέγα') AS plain");
      assert.deepEqual(rows, [{ plain: "Arger, cafe, Ωμεγα" }]);
      await assertIndexed(client);
    });
  });

  it("finds contacts by name through indexes that the init Job makes, once, and only of that function", async () => {
    const indexes = readFileSync(join(import.meta.dirname, "../../charts/odoo/files/indexes.sql"), "utf8");
    await fixture.asOwner("acme", async (client) => {
      await client.query("BEGIN");
      await client.query(`DROP TABLE IF EXISTS res_partner CASCADE; CREATE TABLE res_partner
        (id serial, complete_name varchar, email varchar, ref varchar, vat varchar, company_registry varchar)`);
      const made = async () =>
        (await client.query("SELECT FROM pg_indexes WHERE tablename = 'res_partner'")).rowCount ?? 0;
      await client.query("ALTER FUNCTION public.unaccent(text) STABLE");
      await client.query(indexes);
      assert.equal(await made(), 0);
      await client.query("ALTER FUNCTION public.unaccent(text) IMMUTABLE");
      await client.query(`${indexes}\n${indexes}`);
      assert.equal(await made(), 5);
      await client.query("SET LOCAL enable_seqscan = off");
      const where = ["complete_name", "email", "ref", "vat", "company_registry"].map(
        (field) => `unaccent(${field}) ILIKE unaccent('%société%')`,
      );
      const { rows } = await client.query<{ "QUERY PLAN": string }>(
        `EXPLAIN SELECT FROM res_partner WHERE ${where.join(" OR ")}`,
      );
      assert.equal(rows.filter((row) => row["QUERY PLAN"].includes("Bitmap Index Scan on odoo_saas_")).length, 5);
      await client.query("ROLLBACK");
    });
  });

  it("brings a database that was made earlier to that, with the indexes that Odoo made there", async () => {
    await fixture.makeDatabase("before");
    const setup = { ...fixture.inputs("DatabaseSetup", "before") };
    const state = await fixture.create("DatabaseSetup", "before", setup);
    await fixture.asOwner("before", async (client) => {
      await client.query(`
        DROP FUNCTION public.unaccent(text); DROP EXTENSION unaccent; DROP SCHEMA extensions; CREATE EXTENSION unaccent;
        CREATE TABLE product_template (id serial, name jsonb, code varchar);
        CREATE INDEX product_template__name_index ON product_template
          USING gin ((jsonb_path_query_array(name, '$.*')::text) gin_trgm_ops);
        CREATE INDEX product_template__code_index ON product_template USING gin (code gin_trgm_ops);
        CREATE INDEX somebodys_own ON product_template USING gin (code gin_trgm_ops);
        INSERT INTO product_template (code) SELECT 'Größe ' || n FROM generate_series(1, 3) AS n`);
    });
    const read = () => fixture.provider.read("id", urnOf("DatabaseSetup", "before"), state);
    assert.equal((await read()).id, "", "a refresh finds it");
    await fixture.create("DatabaseSetup", "before", setup);
    assert.equal((await read()).id, "id");
    await fixture.asOwner("before", async (client) => {
      assert.deepEqual(await unaccentOf(client), { owner: "before", volatility: "i", extension: "extensions" });
      const { rows } = await client.query<{ index: string }>(
        "SELECT substring(indexdef FROM 'USING .*') AS index FROM pg_indexes WHERE tablename = 'product_template' ORDER BY indexname",
      );
      assert.deepEqual(
        rows.map(({ index }) => index),
        [
          "USING gin (unaccent((code)::text) gin_trgm_ops)",
          "USING gin (unaccent((jsonb_path_query_array(name, '$.*'::jsonpath))::text) gin_trgm_ops)",
          "USING gin (code gin_trgm_ops)",
        ],
      );
      await client.query("SET enable_seqscan = off");
      const found = await client.query(
        "SELECT FROM product_template WHERE unaccent(code) ILIKE unaccent('%grosse 2%')",
      );
      assert.equal(found.rowCount, 1);
      await assertIndexed(client);
    });
    // Once more changes nothing: an index that is right stays.
    const oid = () =>
      fixture.asOwner("before", async (client) => {
        const { rows } = await client.query<{ oid: number }>(
          "SELECT 'product_template__code_index'::regclass::oid AS oid",
        );
        return rows;
      });
    const before = await oid();
    await fixture.create("DatabaseSetup", "before", setup);
    assert.deepEqual(await oid(), before);
  });

  it("leaves no way to the function for a search_path that somebody else has set", async () => {
    await fixture.asOwner("acme", async (client) => {
      await client.query(`CREATE SCHEMA trap; CREATE FUNCTION trap.unaccent(regdictionary, text) RETURNS text
        LANGUAGE sql IMMUTABLE AS $$ SELECT 'trapped' $$; SET search_path = trap, public`);
      const { rows } = await client.query("SELECT public.unaccent('é') AS plain");
      assert.deepEqual(rows, [{ plain: "e" }]);
      await client.query("DROP SCHEMA trap CASCADE");
    });
    await assert.rejects(
      fixture.asReporter("acme", (client) => client.query("SELECT public.unaccent('é')")),
      DENIED,
    );
    await assert.rejects(
      fixture.asReporter("acme", (client) =>
        client.query("CREATE FUNCTION public.unaccent(text) RETURNS text LANGUAGE sql RETURN ''"),
      ),
      DENIED,
    );
  });

  for (const user of ["rival", "rival_reporter", "platform_admin"]) {
    it(`refuses a connection by ${user}`, async () => {
      await assert.rejects(
        fixture.tenants.connect(() => Promise.resolve(), { user, password: PASSWORD, database: "acme" }),
        DENIED,
      );
    });
  }

  it("is closed to everybody until its set-up has made it private, and again when somebody closes it", async () => {
    await fixture.makeDatabase("closed");
    const state = await fixture.create("DatabaseSetup", "closed");
    const read = () => fixture.provider.read("id", urnOf("DatabaseSetup", "closed"), state);
    assert.equal((await read()).id, "id");
    await fixture.tenants.connect((client) => client.query("ALTER DATABASE closed WITH ALLOW_CONNECTIONS false"));
    await assert.rejects(
      fixture.asOwner("closed", () => Promise.resolve()),
      /not currently accepting connections/,
    );
    assert.equal((await read()).id, "", "a refresh finds it");
    await fixture.create("DatabaseSetup", "closed");
    assert.equal((await read()).id, "id");
  });

  it("is called prepared only when nobody is left in it who came while it stood open", async () => {
    await fixture.makeDatabase("stood-open");
    await fixture.tenants.connect((client) => client.query('GRANT CONNECT ON DATABASE "stood-open" TO PUBLIC'));
    await fixture.tenants.connect(
      async () => {
        const again = fixture.create("DatabaseSetup", "stood-open");
        await assert.rejects(again, /still in it: rival \(pid \d+\)[^]*fix: {3}end them by pg_terminate_backend/);
        await assert.rejects(
          fixture.tenants.connect(() => Promise.resolve(), {
            user: "rival",
            password: PASSWORD,
            database: "stood-open",
          }),
          DENIED,
        );
      },
      { user: "rival", password: PASSWORD, database: "stood-open" },
    );
    await fixture.create("DatabaseSetup", "stood-open");
  });

  it("lets its owner connect to the maintenance database, and make nothing there", async () => {
    await fixture.tenants.connect(
      async (client) => {
        await client.query("LISTEN imbus");
        await assert.rejects(client.query("CREATE TABLE public.mine ()"), DENIED);
        await assert.rejects(client.query("CREATE TEMPORARY TABLE mine ()"), DENIED);
        await assert.rejects(client.query("SELECT lo_create(0)"), DENIED);
        await assert.rejects(client.query("SELECT lo_from_bytea(0, 'mine')"), DENIED);
        await assert.rejects(client.query("CREATE DATABASE mine"), DENIED);
        await assert.rejects(client.query("CREATE ROLE mine"), DENIED);
      },
      { user: "acme", password: PASSWORD },
    );
  });

  describe("the reporter", () => {
    it("reads every reporting view", async () => {
      await fixture.asReporter("acme", async (client) => {
        const { rows } = await client.query<{ view: string }>(
          "SELECT viewname AS view FROM pg_views WHERE schemaname = 'reporting' ORDER BY 1",
        );
        assert.equal(rows.length, 11);
        for (const { view } of rows) {
          const result = await client.query(`SELECT * FROM reporting.${view}`);
          assert.ok(result.rows.length > 0, view);
        }
      });
    });

    for (const sql of [
      "SELECT FROM public.res_users",
      "SELECT FROM public.account_analytic_line",
      "SELECT FROM platform.applied_sql",
      "DELETE FROM reporting.installed_modules",
      "UPDATE reporting.installed_modules SET state = ''",
      "CREATE VIEW reporting.mine AS SELECT 1",
      "CREATE TABLE public.mine ()",
      "CREATE TEMPORARY TABLE mine ()",
      "CREATE SCHEMA mine",
      "SET ROLE acme",
    ]) {
      it(`is refused: ${sql}`, async () => {
        await assert.rejects(
          fixture.asReporter("acme", (client) => client.query(sql)),
          DENIED,
        );
      });
    }
  });

  it("gives PUBLIC nothing on database, schemas and views", async () => {
    await fixture.asOwner("acme", async (client) => {
      const { rows } = await client.query(
        `SELECT * FROM (
           SELECT datname AS name, a.grantee, a.privilege_type
             FROM pg_database, aclexplode(coalesce(datacl, acldefault('d', datdba))) a WHERE datname = current_database()
           UNION ALL
           SELECT nspname, a.grantee, a.privilege_type FROM pg_namespace, aclexplode(nspacl) a
             WHERE nspname IN ('public', 'reporting', 'platform', 'extensions')
           UNION ALL
           SELECT relname, a.grantee, a.privilege_type FROM pg_class, aclexplode(relacl) a
             WHERE relnamespace = 'reporting'::regnamespace) acl
         WHERE grantee = 0`,
      );
      assert.deepEqual(rows, []);
    });
  });
});
