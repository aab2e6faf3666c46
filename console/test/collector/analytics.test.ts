import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import type pg from "pg";
import { CONSOLE_ANALYTICS_ROLE } from "../../../config/names.ts";
import { PLATFORM_ADMIN } from "../../../sandbox/services/preparePostgres.ts";
import { analyticsOf, PASSWORD, SqlFixture } from "../../../test/support/sqlFixture.ts";
import { collect } from "../../collector/collect.ts";
import { analyticsSource } from "../../collector/sources/analytics.ts";
import { forgetUnwatched } from "../../collector/watch.ts";
import { Projections } from "../support/projections.ts";

describe("the source analytics", function () {
  this.timeout(180_000);
  let fixture: SqlFixture;
  let projections: Projections;
  let url: string;

  const asWatcher = <T>(use: (client: pg.Client) => Promise<T>) =>
    fixture.analytics.connect(use, { user: CONSOLE_ANALYTICS_ROLE, password: PASSWORD });
  const asSuperuser = (sql: string) => fixture.analytics.connect((client) => client.query(sql));
  const syncs = () => projections.database.selectFrom("syncs").selectAll().orderBy("tenant").execute();
  const watch = (tenant: string) =>
    fixture.create("AnalyticsSchema", tenant, {
      ...fixture.inputs("AnalyticsSchema", tenant),
      watcher: CONSOLE_ANALYTICS_ROLE,
    });
  const read = async (address = url) => {
    // The pause between two reads is not this test's.
    const collected = await collect(projections.database, [analyticsSource(address, 1)], true);
    return collected?.[0]?.problem;
  };
  const haveTenants = (...ids: readonly string[]) => projections.haveTenants(...ids);

  before(async () => {
    [fixture, projections] = await Promise.all([SqlFixture.start(), Projections.start()]);
    await fixture.analytics.connect(
      (client) => client.query(`CREATE ROLE ${CONSOLE_ANALYTICS_ROLE} LOGIN PASSWORD '${PASSWORD}'`),
      { user: PLATFORM_ADMIN, password: PASSWORD },
    );
    url = `postgresql://${CONSOLE_ANALYTICS_ROLE}:${PASSWORD}@127.0.0.1:${fixture.analytics.port}/postgres?sslmode=disable`;
    // One of a stack that had no console, one of a stack that has.
    await fixture.makeTenant("acme");
    await fixture.makeTenant("acme-two");
    await watch("acme-two");
  });
  beforeEach(() => projections.renew());
  after(async () => {
    await projections.stop();
    await fixture.stop();
  });

  it("says nothing of a tenant until its schema lets the console ask", async () => {
    await haveTenants("acme", "acme-two");
    assert.equal(await read(), undefined);
    assert.deepEqual(
      (await syncs()).map(({ tenant }) => tenant),
      ["acme-two"],
    );
    await watch("acme");
    await read();
    assert.deepEqual(
      (await syncs()).map(({ tenant }) => tenant),
      ["acme", "acme-two"],
    );
  });

  it("has when data were copied, how many rows, and the same however often it is read", async () => {
    await haveTenants("acme-two", "without-analytics");
    await fixture.refresh("acme-two");
    await read();
    const before = await syncs();
    const [sync] = before;
    assert.ok(sync?.data_as_of && Date.now() - sync.data_as_of.getTime() < 600_000);
    assert.deepEqual([sync.succeeded, sync.error], [true, null]);
    const { rows } = await fixture.asReader("acme-two", (client) =>
      client.query<{ count: string }>("SELECT count(*) FROM tenant_acme_two.projects"),
    );
    assert.equal(Reflect.get(Object(sync.row_counts), "projects"), Number(rows[0]?.count));
    await read();
    assert.deepEqual(await syncs(), before);
    assert.equal((await projections.state("analytics"))?.state, "fresh");
  });

  it("is there once when two collectors read it", async () => {
    await haveTenants("acme-two");
    await Promise.all([read(), read()]);
    assert.equal((await syncs()).length, 1);
  });

  it("says why a copy failed, without what the error quotes of rows", async () => {
    await haveTenants("acme-two");
    await asSuperuser(
      `INSERT INTO tenant_acme_two_data.sync_log (started_at, finished_at, error)
       VALUES (now(), now(), 'duplicate key (23505): Key (name)=(A customer) already exists')`,
    );
    await read();
    const [sync] = await syncs();
    assert.deepEqual([sync?.succeeded, sync?.error], [false, "duplicate key (23505)"]);
    assert.ok(sync?.data_as_of, "what was copied before is still of when it was");
    await asSuperuser("DELETE FROM tenant_acme_two_data.sync_log WHERE NOT succeeded");
  });

  it("forgets a tenant that is gone, and everything where it is no longer set up", async () => {
    await haveTenants("acme-two");
    await read();
    await projections.database.deleteFrom("tenants").execute();
    await read();
    assert.deepEqual(await syncs(), []);
    await haveTenants("acme-two");
    await read();
    await forgetUnwatched(projections.database, []);
    assert.deepEqual(await syncs(), []);
    assert.equal(await projections.state("analytics"), undefined);
  });

  it("does not ask what a stranger put beside tenants' reports", async () => {
    await haveTenants("acme-two", "evil");
    await asSuperuser(
      `CREATE SCHEMA tenant_evil_data; GRANT USAGE ON SCHEMA tenant_evil_data TO PUBLIC;
       CREATE FUNCTION tenant_evil_data.sync_report() RETURNS integer LANGUAGE sql AS 'SELECT 1/0'`,
    );
    assert.equal(await read(), undefined);
    assert.deepEqual(
      (await syncs()).map(({ tenant }) => tenant),
      ["acme-two"],
    );
    await asSuperuser("DROP SCHEMA tenant_evil_data CASCADE");
  });

  it("keeps its rows when the server is down, refuses it, hangs or answers otherwise, and quotes no password", async () => {
    await haveTenants("acme-two");
    await read();
    const before = await syncs();
    const problems = async (address: string, expected: RegExp) => {
      const problem = (await read(address)) ?? "";
      assert.match(problem, expected);
      assert.ok(!problem.includes(PASSWORD));
      assert.equal((await projections.state("analytics"))?.state, "failed");
      assert.deepEqual(await syncs(), before);
    };
    await problems(url.replace(/:\d+\//, ":9/"), /127\.0\.0\.1:9 cannot be asked \(ECONNREFUSED\): see docs\/runbooks/);
    await problems(url.replace(PASSWORD, "another"), /cannot be asked \(28P01\)/);
    const mute = createServer().listen(0, "127.0.0.1");
    await once(mute, "listening");
    await problems(url.replace(/:\d+\//, `:${(mute.address() as AddressInfo).port}/`), /does not answer within 1 s/);
    mute.close();
    await asSuperuser(`UPDATE tenant_acme_two_data.sync_log SET row_counts = '{"projects": "many"}' WHERE succeeded`);
    await problems(url, /answers otherwise than expected \(.*projects\)/);
    await fixture.refresh("acme-two");
    assert.equal(await read(), undefined);
  });

  for (const [what, sql] of [
    ["a tenant's table", "SELECT FROM tenant_acme_two_data.projects"],
    ["a tenant's view", "SELECT FROM tenant_acme_two.projects"],
    ["a tenant's status by the view", "SELECT FROM tenant_acme_two.sync_status"],
    ["the sync log with its whole errors", "SELECT FROM tenant_acme_two_data.sync_log"],
    ["a refresh", "SELECT tenant_acme_two_data.refresh()"],
    ["what monitoring asks", "SELECT tenant_acme_two_data.sync_lag()"],
    ["a tenant's owner", "SET ROLE tenant_acme_two_owner"],
    ["a tenant's reader", "SET ROLE tenant_acme_two_reader"],
    ["a tenant's foreign table", "SELECT FROM tenant_acme_two_fdw.projects"],
    ["a schema of its own", "CREATE SCHEMA mine"],
    ["passwords of foreign servers", "SELECT umoptions FROM pg_user_mapping"],
  ] as const) {
    it(`reads nothing else: its role is refused ${what}`, async () => {
      await assert.rejects(
        asWatcher((client) => client.query(sql)),
        { code: "42501" },
      );
    });
  }

  it("has no privilege on any table or function of a tenant's but the report", async () => {
    const { rows } = await asWatcher((client) =>
      client.query<{ name: string }>(
        `SELECT n.nspname || '.' || c.relname AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
         WHERE n.nspname ~ '^tenant_' AND c.relkind IN ('r', 'v', 'f', 'm', 'p')
           AND has_table_privilege(c.oid, 'SELECT, INSERT, UPDATE, DELETE, TRUNCATE')
         UNION
         SELECT n.nspname || '.' || p.proname FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
         WHERE n.nspname ~ '^tenant_' AND has_function_privilege(p.oid, 'EXECUTE') ORDER BY 1`,
      ),
    );
    assert.deepEqual(
      rows.map(({ name }) => name),
      [
        `${analyticsOf("acme").names.dataSchema}.sync_report`,
        `${analyticsOf("acme-two").names.dataSchema}.sync_report`,
      ],
    );
  });
});
