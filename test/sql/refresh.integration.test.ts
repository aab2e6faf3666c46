import assert from "node:assert/strict";
import type pg from "pg";
import { SqlFixture } from "../support/sqlFixture.ts";

describe("refresh", function () {
  this.timeout(120_000);
  let fixture: SqlFixture;

  before(async () => {
    fixture = await SqlFixture.start();
    await fixture.makeTenant("acme");
  });
  after(() => fixture.stop());

  const company = async (client: pg.Client): Promise<string> => {
    const { rows } = await client.query<{ company: string }>("SELECT company FROM tenant_acme.companies");
    assert.equal(rows.length, 1, "never empty, never double");
    return rows[0]!.company;
  };
  const rename = (name: string) =>
    fixture.asOwner("acme", (client) => client.query("UPDATE res_company SET name = $1", [name]));
  const status = () =>
    fixture.asReader("acme", async (client) => {
      const { rows } = await client.query("SELECT * FROM tenant_acme.sync_status");
      return rows[0] as { data_as_of: Date; lag_seconds: string; row_counts: object; last_attempt_succeeded: boolean };
    });

  it("brings what changed, and counts the rows of each table", async () => {
    await rename("Renamed");
    const run = await fixture.refresh("acme");
    assert.equal(run.succeeded, true);
    assert.equal(run.row_counts?.["companies"], 1);
    assert.equal(Object.keys(run.row_counts).length, 11);
    assert.equal(await fixture.asReader("acme", company), "Renamed");
    for (const [table, rows] of Object.entries(run.row_counts)) {
      await fixture.asReader("acme", async (client) => {
        const result = await client.query(`SELECT FROM tenant_acme.${table}`);
        assert.equal(result.rowCount, rows, table);
      });
    }
  });

  it("is atomic: readers see the old rows until all tables are copied", async () => {
    await rename("Before");
    await fixture.refresh("acme");
    await rename("After");
    await fixture.analytics.connect(async (writer) => {
      await writer.query("BEGIN; SELECT tenant_acme_data.refresh()");
      assert.equal(await fixture.asReader("acme", company), "Before");
      await writer.query("COMMIT");
    });
    assert.equal(await fixture.asReader("acme", company), "After");
  });

  it("does not run twice at once", async () => {
    await fixture.analytics.connect(async (first) => {
      await first.query("BEGIN; SELECT tenant_acme_data.refresh()");
      const second = await fixture.refresh("acme");
      assert.equal(second.succeeded, null);
      await first.query("COMMIT");
    });
    assert.equal((await fixture.refresh("acme")).succeeded, true);
  });

  it("is not held up by whoever else may log in to the database", async () => {
    const keys = ["hashtextextended('tenant_acme_data', 0)", "hashtext('tenant_acme_data')"];
    await fixture.makeDatabase("rival");
    await fixture.asReader("rival", async (rival) => {
      for (const key of keys) await rival.query(`SELECT pg_advisory_lock(${key})`);
      await assert.rejects(rival.query("SELECT FROM tenant_acme_data.refresh_lock FOR UPDATE"), { code: "42501" });
      assert.equal((await fixture.refresh("acme")).succeeded, true);
      await fixture.create("AnalyticsSchema", "acme");
    });
  });

  it("keeps the old rows and tells of the failure when the source has another shape", async () => {
    await rename("Kept");
    await fixture.refresh("acme");
    const before = await status();
    await fixture.asOwner("acme", (client) => client.query("ALTER VIEW reporting.users RENAME COLUMN kind TO sort"));
    const run = await fixture.refresh("acme");
    assert.equal(run.succeeded, false);
    assert.match(run.error ?? "", /kind.*42703/);
    assert.equal(await fixture.asReader("acme", company), "Kept");
    const after = await status();
    assert.equal(after.last_attempt_succeeded, false);
    assert.deepEqual(after.data_as_of, before.data_as_of);
    assert.ok(Number(after.lag_seconds) > Number(before.lag_seconds), "lag grows from the last success");
    await fixture.asOwner("acme", (client) => client.query("ALTER VIEW reporting.users RENAME COLUMN sort TO kind"));
    assert.equal((await fixture.refresh("acme")).succeeded, true);
  });

  it("keeps the old rows when the source is out of reach", async () => {
    const admin = { user: "platform_admin", password: "a-test-password" };
    await fixture.tenants.connect((client) => client.query("ALTER ROLE acme_reporter NOLOGIN"), admin);
    const run = await fixture.refresh("acme");
    assert.equal(run.succeeded, false);
    assert.match(run.error ?? "", /not permitted to log in/);
    assert.equal(await fixture.asReader("acme", company), "Kept");
    await fixture.tenants.connect((client) => client.query("ALTER ROLE acme_reporter LOGIN"), admin);
  });

  it("ends and is logged when it takes longer than its caller's time", async () => {
    await fixture.asOwner("acme", async (locker) => {
      await locker.query("BEGIN; LOCK TABLE res_company");
      await fixture.analytics.connect(async (client) => {
        await client.query("SET statement_timeout = '500ms'");
        const { rows } = await client.query<{ error: string }>("SELECT error FROM tenant_acme_data.refresh()");
        assert.match(rows[0]?.error ?? "", /57014/);
      });
      await locker.query("ROLLBACK");
    });
    assert.equal((await fixture.refresh("acme")).succeeded, true);
  });

  it("keeps the log for 30 days, and notes how old the data had become", async () => {
    await fixture.analytics.connect(async (client) => {
      await client.query(
        `TRUNCATE tenant_acme_data.sync_log;
         INSERT INTO tenant_acme_data.sync_log (started_at, finished_at, row_counts)
         VALUES (now() - interval '31 days', now() - interval '31 days', '{}'),
                (now() - interval '1 hour', now() - interval '1 hour', '{}')`,
      );
      assert.ok(Number((await status()).lag_seconds) >= 3600);
      await fixture.refresh("acme");
      const { rows } = await client.query<{ lag: number | null }>(
        "SELECT lag_seconds AS lag FROM tenant_acme_data.sync_log ORDER BY sync_id",
      );
      assert.equal(rows.length, 2);
      assert.ok((rows[1]?.lag ?? 0) >= 3600);
      assert.ok(Number((await status()).lag_seconds) < 3600);
    });
  });

  it("is scheduled where pg_cron is, and not after the schema is dropped", async () => {
    // pg_cron is not among the binaries: this has its functions' signatures and writes down what it is asked.
    await fixture.analytics.connect((client) =>
      client.query(`
        CREATE SCHEMA cron;
        CREATE TABLE cron.job (jobid bigint GENERATED ALWAYS AS IDENTITY, jobname text UNIQUE, schedule text, command text);
        CREATE FUNCTION cron.schedule(name text, schedule text, command text) RETURNS bigint LANGUAGE sql AS
          'INSERT INTO cron.job (jobname, schedule, command) VALUES ($1, $2, $3)
           ON CONFLICT (jobname) DO UPDATE SET schedule = excluded.schedule, command = excluded.command RETURNING jobid';
        CREATE FUNCTION cron.unschedule(id bigint) RETURNS boolean LANGUAGE sql AS
          'DELETE FROM cron.job WHERE jobid = $1 RETURNING true';
        GRANT USAGE ON SCHEMA cron TO platform_admin;
        GRANT ALL ON cron.job TO platform_admin`),
    );
    const jobs = () =>
      fixture.analytics.connect(
        async (client) => (await client.query("SELECT * FROM cron.job")).rows as Record<string, string>[],
      );
    const state = await fixture.create("AnalyticsSchema", "acme");
    await fixture.create("AnalyticsSchema", "acme");
    const [job, ...others] = await jobs();
    assert.deepEqual(others, []);
    assert.equal(job?.["jobname"], "odoo-saas refresh acme");
    assert.match(job["schedule"] ?? "", /^\d+,\d+,\d+,\d+ \* \* \* \*$/);
    const run = await fixture.analytics.connect((client) => client.query(job["command"] ?? ""), {
      user: "platform_admin",
      password: "a-test-password",
    });
    assert.ok(run);
    await fixture.provider.delete("", "urn:pulumi:test::odoo-saas::odoosql:index:AnalyticsSchema::acme", state);
    assert.deepEqual(await jobs(), []);
  });
});
