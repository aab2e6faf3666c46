import assert from "node:assert/strict";
import type pg from "pg";
import { analyticsOf, PASSWORD, SqlFixture } from "../support/sqlFixture.ts";
import { collector, documentedSql } from "./collectors.ts";

const { query, key_labels, values } = collector("odoo_analytics");

describe("the age of reports, as monitoring reads it", function () {
  this.timeout(120_000);
  let fixture: SqlFixture;

  const asExporter = <T>(use: (client: pg.Client) => Promise<T>) =>
    fixture.analytics.connect(use, { user: "sql_exporter", password: PASSWORD });
  const lags = () =>
    asExporter(async (client) => {
      const { rows, fields } = await client.query<{ tenant: string; lag_seconds: number }>(query);
      assert.deepEqual(
        fields.map(({ name }) => name),
        [...key_labels, ...values],
      );
      return new Map(rows.map(({ tenant, lag_seconds }) => [tenant, lag_seconds]));
    });

  before(async () => {
    fixture = await SqlFixture.start();
    await fixture.makeTenant("acme");
    // The sandbox's server has the role already; here a server that does not.
    await fixture.analytics.connect(async (client) => {
      await client.query("DROP OWNED BY odoo_monitoring; DROP ROLE odoo_monitoring");
      const [roles] = documentedSql();
      await client.query(roles);
      await client.query(`ALTER ROLE sql_exporter PASSWORD '${PASSWORD}'`);
    });
    await fixture.makeTenant("acme-two");
  });
  after(() => fixture.stop());

  it("is there for tenants made after the role, and for the others once they are given", async () => {
    assert.deepEqual([...(await lags()).keys()], ["acme-two"]);
    const [, later] = documentedSql();
    await fixture.analytics.connect((client) => client.query(later));
    assert.deepEqual([...(await lags()).keys()].sort(), ["acme", "acme-two"]);
  });

  it("is what the sync log says, grows when copies fail, and is 30 days when none is on record", async () => {
    const log = `${analyticsOf("acme").names.dataSchema}.sync_log`;
    const alone = async (sql: string) => {
      await fixture.analytics.connect((client) => client.query(sql));
      return (await lags()).get("acme") ?? NaN;
    };
    const old = await alone(`UPDATE ${log} SET started_at = started_at - interval '2 hours'`);
    assert.ok(old >= 7200 && old < 7200 + 600, String(old));
    const failed = await alone(`INSERT INTO ${log} (started_at, finished_at, error) VALUES (now(), now(), 'away')`);
    assert.ok(failed >= 7200, String(failed));
    await fixture.refresh("acme");
    const fresh = (await lags()).get("acme") ?? NaN;
    assert.ok(fresh >= 0 && fresh < 600, String(fresh));
    assert.equal(await alone(`DELETE FROM ${log} WHERE succeeded`), 30 * 86_400);
  });

  for (const [what, sql] of [
    ["a tenant's table", "SELECT FROM tenant_acme_two_data.projects"],
    ["a tenant's view", "SELECT FROM tenant_acme_two.projects"],
    ["a tenant's status", "SELECT FROM tenant_acme_two.sync_status"],
    ["the sync log, whose errors name servers", "SELECT FROM tenant_acme_two_data.sync_log"],
    ["a refresh", "SELECT tenant_acme_two_data.refresh()"],
    ["a tenant's owner", "SET ROLE tenant_acme_two_owner"],
    ["a tenant's foreign table", "SELECT FROM tenant_acme_two_fdw.projects"],
  ] as const) {
    it(`is all: monitoring is refused ${what}`, async () => {
      await assert.rejects(
        asExporter((client) => client.query(sql)),
        { code: "42501" },
      );
    });
  }
});
