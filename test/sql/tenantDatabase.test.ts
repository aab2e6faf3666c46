import assert from "node:assert/strict";
import { FINANCE_MODULES, PASSWORD, SqlFixture } from "../support/sqlFixture.ts";
import { seedOdoo } from "../../sandbox/seed/index.ts";

/** SQLSTATE insufficient_privilege. */
const DENIED = { code: "42501" };

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

  for (const user of ["rival", "rival_reporter", "platform_admin"]) {
    it(`refuses a connection by ${user}`, async () => {
      await assert.rejects(
        fixture.tenants.connect(() => Promise.resolve(), { user, password: PASSWORD, database: "acme" }),
        DENIED,
      );
    });
  }

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
        assert.equal(rows.length, 10);
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
             WHERE nspname IN ('public', 'reporting', 'platform')
           UNION ALL
           SELECT relname, a.grantee, a.privilege_type FROM pg_class, aclexplode(relacl) a
             WHERE relnamespace = 'reporting'::regnamespace) acl
         WHERE grantee = 0`,
      );
      assert.deepEqual(rows, []);
    });
  });
});
