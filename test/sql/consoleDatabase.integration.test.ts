import assert from "node:assert/strict";
import { CONSOLE_DATABASE } from "../../config/names.ts";
import { OdooSqlProvider } from "../../providers/odoosql/provider.ts";
import type { WireObject } from "../../providers/odoosql/values.ts";
import { PLATFORM_ADMIN } from "../../sandbox/services/preparePostgres.ts";
import { PASSWORD, SqlFixture } from "../support/sqlFixture.ts";

const URN = "urn:pulumi:test::odoo-saas::odoo:saas:Console$odoosql:index:PrivateDatabase::console-database-setup";

/** SQLSTATE insufficient_privilege. */
const DENIED = { code: "42501" };

describe("the console's database", function () {
  this.timeout(120_000);
  const provider = new OdooSqlProvider();
  let fixture: SqlFixture;
  let inputs: WireObject;

  const enter = (user: string, database: string) =>
    fixture.tenants.connect((client) => client.query("SELECT"), { user, database, password: PASSWORD });
  const asAdmin = (...statements: readonly string[]) =>
    fixture.tenants.connect(
      async (client) => {
        for (const statement of statements) await client.query(statement);
      },
      { user: PLATFORM_ADMIN, password: PASSWORD },
    );

  before(async () => {
    fixture = await SqlFixture.start();
    await fixture.makeDatabase("acme");
    await asAdmin(
      `CREATE ROLE ${CONSOLE_DATABASE} LOGIN PASSWORD '${PASSWORD}'`,
      `GRANT ${CONSOLE_DATABASE} TO CURRENT_USER`,
      `CREATE DATABASE ${CONSOLE_DATABASE} OWNER ${CONSOLE_DATABASE} TEMPLATE template0 ALLOW_CONNECTIONS false`,
      `REVOKE ${CONSOLE_DATABASE} FROM CURRENT_USER`,
    );
    const connection = {
      host: "127.0.0.1",
      port: fixture.tenants.port,
      database: CONSOLE_DATABASE,
      user: CONSOLE_DATABASE,
      password: PASSWORD,
      sslmode: "disable",
    };
    const checked = await provider.check(URN, {}, { connection });
    assert.equal(checked.failures, undefined);
    inputs = checked.inputs as WireObject;
  });
  after(() => fixture.stop());

  it("is closed to everybody, and not there for a refresh, until its set-up", async () => {
    for (const user of [CONSOLE_DATABASE, "acme"]) await assert.rejects(enter(user, CONSOLE_DATABASE), user);
    assert.equal((await provider.read(CONSOLE_DATABASE, URN, inputs)).id, "");
  });

  it("is then its owner's alone, and can be set up again", async () => {
    await provider.create(URN, inputs);
    await provider.create(URN, inputs);
    await enter(CONSOLE_DATABASE, CONSOLE_DATABASE);
    for (const user of ["acme", "acme_reporter"]) await assert.rejects(enter(user, CONSOLE_DATABASE), DENIED, user);
    await assert.rejects(enter(CONSOLE_DATABASE, "acme"), DENIED);
    assert.equal((await provider.read(CONSOLE_DATABASE, URN, inputs)).id, CONSOLE_DATABASE);
  });

  it("counts as gone when somebody opened it to everybody, so that the next update closes it", async () => {
    const asOwner = { user: CONSOLE_DATABASE, database: CONSOLE_DATABASE, password: PASSWORD };
    await fixture.tenants.connect(
      (client) => client.query(`GRANT CONNECT ON DATABASE ${CONSOLE_DATABASE} TO PUBLIC`),
      asOwner,
    );
    await enter("acme", CONSOLE_DATABASE);
    assert.equal((await provider.read(CONSOLE_DATABASE, URN, inputs)).id, "");
    await provider.create(URN, inputs);
    await assert.rejects(enter("acme", CONSOLE_DATABASE), DENIED);
  });

  it("names itself in messages, and no tenant", async () => {
    const connection = { ...(inputs["connection"] as WireObject), password: "wrong" };
    await assert.rejects(provider.create(URN, { ...inputs, connection }), (error: Error) => {
      assert.match(error.message, /^Could not make private the database\n/);
      assert.doesNotMatch(error.message, /of tenant|wrong/);
      return true;
    });
  });
});
