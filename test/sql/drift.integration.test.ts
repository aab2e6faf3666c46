import assert from "node:assert/strict";
import type pg from "pg";
import { sqlFiles } from "../../lib/sqlFiles.ts";
import { collector } from "../alerts/collectors.ts";
import { PASSWORD, SqlFixture } from "../support/sqlFixture.ts";

const { query } = collector("odoo_analytics", "odoo_analytics_drifted_files");
const FILES = ["tenant/core/v1", "tenant/finance_ppm/v1"].flatMap((folder) => sqlFiles(folder)).length;

describe("drift between reporting views and their copies", function () {
  this.timeout(120_000);
  let fixture: SqlFixture;

  before(async () => {
    fixture = await SqlFixture.start();
    await fixture.analytics.connect((client) =>
      client.query(`CREATE ROLE drift_reader LOGIN PASSWORD '${PASSWORD}' IN ROLE odoo_monitoring`),
    );
    await fixture.makeTenant("acme");
    await fixture.makeTenant("acme-two");
  });
  after(() => fixture.stop());

  /** What monitoring reads, by tenant; what readers see must be the same. */
  const drift = () =>
    fixture.analytics.connect(
      async (client) => {
        const { rows } = await client.query<{ tenant: string; drifted_files: number }>(query);
        const found = new Map(rows.map(({ tenant, drifted_files }) => [tenant, drifted_files]));
        const [status] = await fixture.asReader("acme", statusOf);
        assert.equal(status?.drifted_files, found.get("acme"));
        return Object.fromEntries(found);
      },
      { user: "drift_reader", password: PASSWORD },
    );
  const statusOf = async (client: pg.Client) =>
    (await client.query<{ drifted_files: number }>("SELECT drifted_files FROM tenant_acme.sync_status")).rows;
  const inTenant = (sql: string) => fixture.asOwner("acme", (client) => client.query(sql));

  it("is none after an update of both, at once and after a refresh", async () => {
    assert.deepEqual(await drift(), { acme: 0, "acme-two": 0 });
    await fixture.refresh("acme");
    assert.deepEqual(await drift(), { acme: 0, "acme-two": 0 });
  });

  it("is the files by which the views are of another version, while the copy still works", async () => {
    // A restored backup: the views of before, and what is noted of them.
    await inTenant(`UPDATE platform.applied_sql SET checksum = 'of before' WHERE file LIKE '%/090_tasks.sql';
      DELETE FROM platform.applied_sql WHERE file LIKE '%/100_timesheets.sql'`);
    assert.deepEqual(await drift(), { acme: 0, "acme-two": 0 });
    assert.equal((await fixture.refresh("acme")).error, null);
    assert.deepEqual(await drift(), { acme: 2, "acme-two": 0 });
  });

  it("is found where a model was added to the views alone", async () => {
    await inTenant(
      `INSERT INTO platform.applied_sql (part, file, checksum) VALUES ('views', 'sql/tenant/other/v1/010_a.sql', 'a')`,
    );
    await fixture.refresh("acme");
    assert.deepEqual(await drift(), { acme: 3, "acme-two": 0 });
  });

  it("is all files when the views are gone, and stays what it was when nobody can ask", async () => {
    await inTenant("DROP SCHEMA reporting CASCADE");
    assert.notEqual((await fixture.refresh("acme")).error, null);
    assert.deepEqual(await drift(), { acme: FILES, "acme-two": 0 });
    await fixture.tenants.connect((client) => client.query('ALTER ROLE "acme-two_reporter" NOLOGIN'));
    assert.notEqual((await fixture.refresh("acme-two")).error, null);
    assert.deepEqual(await drift(), { acme: FILES, "acme-two": 0 });
  });

  it("is over when both are made again", async () => {
    await fixture.create("DatabaseSetup", "acme");
    await fixture.create("ReportingViews", "acme");
    await fixture.create("AnalyticsSchema", "acme");
    assert.equal((await drift())["acme"], 0);
  });

  it("is a number to monitoring, and no way to the files", async () => {
    for (const sql of ["SELECT FROM tenant_acme.applied_views", "SELECT FROM tenant_acme_data.applied_sql"]) {
      await assert.rejects(
        fixture.analytics.connect((client) => client.query(sql), { user: "drift_reader", password: PASSWORD }),
        { code: "42501" },
      );
    }
  });
});
