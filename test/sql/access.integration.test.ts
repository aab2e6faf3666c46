import assert from "node:assert/strict";
import pg from "pg";
import { SqlFixture } from "../support/sqlFixture.ts";

/** SQLSTATE insufficient_privilege. */
const DENIED = { code: "42501" };

const claims = (tenant: unknown, where = "app_metadata"): string =>
  JSON.stringify({ sub: "11111111-1111-1111-1111-111111111111", role: "authenticated", [where]: { tenant } });

async function count(client: pg.Client, table: string): Promise<number> {
  const { rows } = await client.query<{ n: number }>(`SELECT count(*)::integer AS n FROM ${table}`);
  return rows[0]!.n;
}

describe("who may read a tenant's analytics", function () {
  this.timeout(120_000);
  let fixture: SqlFixture;

  before(async () => {
    fixture = await SqlFixture.start();
    await fixture.makeTenant("acme");
    await fixture.makeTenant("acme-two");
  });
  after(() => fixture.stop());

  describe("the tenant's reader", () => {
    it("reads every view of its own", async () => {
      await fixture.asReader("acme", async (client) => {
        const { rows } = await client.query<{ view: string }>(
          "SELECT table_name AS view FROM information_schema.views WHERE table_schema = 'tenant_acme' ORDER BY 1",
        );
        assert.equal(rows.length, 12);
        for (const { view } of rows) assert.ok((await count(client, `tenant_acme.${view}`)) > 0, view);
      });
    });

    for (const [what, sql] of [
      ["another tenant's view", "SELECT FROM tenant_acme_two.projects"],
      ["another tenant's table", "SELECT FROM tenant_acme_two_data.projects"],
      ["another tenant's status", "SELECT FROM tenant_acme_two.sync_status"],
      ["its own tables by name", "SELECT FROM tenant_acme_data.projects"],
      ["its own foreign tables", "SELECT FROM tenant_acme_fdw.projects"],
      ["another tenant's foreign tables", "SELECT FROM tenant_acme_two_fdw.projects"],
      ["its own refresh", "SELECT tenant_acme_data.refresh()"],
      ["errors in the sync log", "SELECT error FROM tenant_acme_data.sync_log"],
      ["writing through a view", "DELETE FROM tenant_acme.projects"],
      ["making a table", "CREATE TABLE tenant_acme.mine ()"],
      ["becoming the owner", "SET ROLE tenant_acme_owner"],
      ["becoming another reader", "SET ROLE tenant_acme_two_reader"],
      ["a foreign server of its own", "CREATE SERVER mine FOREIGN DATA WRAPPER postgres_fdw"],
      ["a user mapping of its own", "CREATE USER MAPPING FOR CURRENT_USER SERVER tenant_acme_server"],
    ] as const) {
      it(`is refused ${what}`, async () => {
        await assert.rejects(
          fixture.asReader("acme", (client) => client.query(sql)),
          DENIED,
        );
      });
    }

    it("does not see the password of the way to the tenant's database", async () => {
      const options = await fixture.asReader("acme", async (client) => {
        const { rows } = await client.query<{ umoptions: string[] | null }>("SELECT umoptions FROM pg_user_mappings");
        return rows.flatMap((row) => row.umoptions ?? []);
      });
      assert.deepEqual(options, []);
    });

    it("is not helped by claims that it sets itself", async () => {
      await fixture.asReader("acme", async (client) => {
        await client.query("SELECT set_config('request.jwt.claims', $1, false)", [claims("acme-two")]);
        await assert.rejects(client.query("SELECT FROM tenant_acme_two.projects"), DENIED);
      });
    });
  });

  describe("a caller of the API", () => {
    it("reads the tenant that app_metadata names", async () => {
      await fixture.asApi("authenticated", claims("acme"), async (client) => {
        assert.ok((await count(client, "tenant_acme.projects")) > 0);
        assert.ok((await count(client, "tenant_acme.project_financials")) > 0);
        assert.equal(await count(client, "tenant_acme.sync_status"), 1);
      });
    });

    for (const [what, text] of [
      ["another tenant's claims", claims("acme-two")],
      ["no claims", undefined],
      ["empty claims", ""],
      ["claims that are no JSON", "{tenant: acme"],
      ["claims that are a JSON text", '"acme"'],
      ["claims that are a list", '[{"app_metadata": {"tenant": "acme"}}]'],
      ["claims that are null", "null"],
      ["a tenant in user_metadata", claims("acme", "user_metadata")],
      ["a tenant at the top", '{"tenant": "acme"}'],
      ["a list of tenants", claims(["acme"])],
      ["a tenant in another case", claims("Acme")],
      ["a prefix of another tenant's id", claims("acme-tw")],
      ["app_metadata that is text", '{"app_metadata": "{\\"tenant\\": \\"acme\\"}"}'],
    ] as const) {
      it(`sees no rows, and no error, with ${what}`, async () => {
        await fixture.asApi("authenticated", text, async (client) => {
          for (const view of ["projects", "timesheets", "users", "portfolio", "sync_status"]) {
            assert.equal(await count(client, `tenant_acme.${view}`), 0, view);
          }
        });
      });
    }

    it("does not reach tables, foreign tables, refresh or errors", async () => {
      for (const sql of [
        "SELECT FROM tenant_acme_data.projects",
        "SELECT FROM tenant_acme_fdw.projects",
        "SELECT tenant_acme_data.refresh()",
        "SELECT error FROM tenant_acme_data.sync_log",
        "INSERT INTO tenant_acme.companies (company_id) VALUES (99)",
      ]) {
        await assert.rejects(
          fixture.asApi("authenticated", claims("acme"), (client) => client.query(sql)),
          DENIED,
          sql,
        );
      }
    });

    for (const role of ["anon", "service_role"]) {
      it(`is refused everything as ${role}`, async () => {
        for (const name of [
          "tenant_acme.projects",
          "tenant_acme.sync_status",
          "tenant_acme_data.projects",
          "tenant_acme_fdw.projects",
        ]) {
          await assert.rejects(
            fixture.asApi(role, claims("acme"), (client) => client.query(`SELECT FROM ${name}`)),
            DENIED,
            name,
          );
        }
      });
    }
  });

  describe("what is there", () => {
    it("has row-level security on every table, and views that read with the reader's rights", async () => {
      await fixture.analytics.connect(async (client) => {
        const { rows } = await client.query<{ name: string }>(
          `SELECT n.nspname || '.' || c.relname AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
           WHERE n.nspname LIKE 'tenant\\_%' AND (
             (c.relkind = 'r' AND c.relname NOT IN ('applied_sql', 'refresh_lock') AND NOT c.relrowsecurity)
             OR (c.relkind = 'v' AND NOT coalesce(c.reloptions::text[] @> '{security_invoker=true}', false)))`,
        );
        assert.deepEqual(rows, []);
      });
    });

    it("gives PUBLIC, anon and service_role nothing", async () => {
      await fixture.analytics.connect(async (client) => {
        const { rows } = await client.query(
          `WITH acls AS (
             SELECT c.oid::regclass::text AS name, a.grantee FROM pg_class c, aclexplode(c.relacl) a
               WHERE c.relnamespace IN (SELECT oid FROM pg_namespace WHERE nspname LIKE 'tenant\\_%')
             UNION ALL
             SELECT nspname, a.grantee FROM pg_namespace, aclexplode(nspacl) a WHERE nspname LIKE 'tenant\\_%'
             UNION ALL
             SELECT p.oid::regprocedure::text, a.grantee
               FROM pg_proc p, aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a
               WHERE p.pronamespace IN (SELECT oid FROM pg_namespace WHERE nspname LIKE 'tenant\\_%'))
           SELECT * FROM acls WHERE grantee = 0 OR grantee IN ('anon'::regrole, 'service_role'::regrole)`,
        );
        assert.deepEqual(rows, []);
      });
    });

    it("leaves the administrator no member of the owners", async () => {
      await fixture.analytics.connect(async (client) => {
        const { rows } = await client.query<{ role: string }>(
          // From version 16 on, the server makes a role's maker a member that may only give the role to others.
          "SELECT roleid::regrole::text AS role, grantor FROM pg_auth_members WHERE roleid::regrole::text LIKE 'tenant\\_%' AND grantor <> 10",
        );
        assert.deepEqual(rows, []);
        for (const role of ["tenant_acme_owner", "tenant_acme_two_owner"]) {
          const { rows: may } = await client.query(`SELECT pg_has_role('platform_admin', $1, 'USAGE') AS act`, [role]);
          assert.deepEqual(may, [{ act: false }], role);
        }
      });
    });
  });
});
