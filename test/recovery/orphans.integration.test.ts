import assert from "node:assert/strict";
import { PostgresError, PostgresOrphans } from "../../features/recovery/postgresql.ts";
import { PLATFORM_ADMIN, prepareTenantsServer } from "../../sandbox/services/preparePostgres.ts";
import { declared } from "../support/declared.ts";
import { startThrowAwayPostgres } from "../support/postgres.ts";
import type { ThrowAwayPostgres } from "../support/postgres.ts";

const PASSWORD = "a-test-password";

describe("orphans in PostgreSQL", () => {
  let server: ThrowAwayPostgres;
  const orphans = (ownRoles: readonly string[] = [], ofState?: string) =>
    new PostgresOrphans(
      {
        host: "127.0.0.1",
        port: server.port,
        database: "postgres",
        user: PLATFORM_ADMIN,
        password: PASSWORD,
        sslmode: "disable",
      },
      new Map(ofState === undefined ? [] : [["urn:password", ofState]]),
      ownRoles,
    );
  /** As the provider does: as the administrator, who is no superuser. */
  const asAdmin = (...statements: string[]) =>
    server.connect(
      async (client) => {
        for (const statement of statements) await client.query(statement);
      },
      { user: PLATFORM_ADMIN, password: PASSWORD },
    );
  const role = (name: string) => declared("postgresql:index/role:Role", { name });
  const login = (name: string) => declared("postgresql:index/role:Role", { name, password: "[secret]" });

  before(async () => {
    server = await startThrowAwayPostgres("orphans");
    await server.connect((client) => prepareTenantsServer(client, { admin: PASSWORD, watchdog: PASSWORD }));
  });
  after(() => server.stop());

  it("says nothing of what is not there, or has no name yet", async () => {
    assert.equal(await orphans([], "x").role(login("nobody")), undefined);
    assert.equal(
      await orphans().database(declared("postgresql:index/database:Database", { name: "none", owner: "x" })),
      undefined,
    );
    assert.equal(await orphans().role(declared("postgresql:index/role:Role", {})), undefined);
  });

  it("proves a role by the password that only the state has, and doubts it by any other", async () => {
    await asAdmin("CREATE ROLE \"acme-eu\" LOGIN PASSWORD 'of the state'");
    const own = await orphans([], "of the state").role(login("acme-eu"));
    assert.equal(own?.id, "acme-eu");
    assert.match(own.proof ?? "", /password/);
    const foreign = await orphans([], "another").role(login("acme-eu"));
    assert.equal(foreign?.proof, undefined);
    assert.match(foreign?.doubt ?? "", /does not take the password/);
    assert.match((await orphans().role(login("acme-eu")))?.doubt ?? "", /state has no password/);
  });

  it("takes the password for proof where the role may not connect, too", async () => {
    await asAdmin("CREATE ROLE shut LOGIN PASSWORD 'right' CONNECTION LIMIT 0");
    assert.notEqual((await orphans([], "right").role(login("shut")))?.proof, undefined);
    assert.equal((await orphans([], "wrong").role(login("shut")))?.proof, undefined);
  });

  it("proves a role without log-in by nobody using it, and doubts it as soon as somebody does", async () => {
    await asAdmin("CREATE ROLE owner_role NOLOGIN", "CREATE ROLE member LOGIN");
    assert.notEqual((await orphans().role(role("owner_role")))?.proof, undefined);
    await asAdmin("GRANT owner_role TO member");
    assert.match((await orphans().role(role("owner_role")))?.doubt ?? "", /members/);
    assert.match((await orphans().role(role("member")))?.doubt ?? "", /may log in/);
  });

  it("proves a database by its owner, and doubts another's", async () => {
    await asAdmin("CREATE ROLE theirs LOGIN", 'GRANT "acme-eu", theirs TO CURRENT_USER');
    await asAdmin(
      'CREATE DATABASE "acme-eu" OWNER "acme-eu" TEMPLATE template0',
      "CREATE DATABASE held OWNER theirs TEMPLATE template0",
    );
    const database = (name: string) => declared("postgresql:index/database:Database", { name, owner: "acme-eu" });
    assert.match((await orphans(["acme-eu"]).database(database("acme-eu")))?.proof ?? "", /owns it/);
    assert.match((await orphans().database(database("acme-eu")))?.doubt ?? "", /state does not know/);
    assert.match((await orphans(["acme-eu"]).database(database("held")))?.doubt ?? "", /theirs owns it/);
    const both = orphans([], "of the state");
    await both.role(login("acme-eu"));
    assert.notEqual((await both.database(database("acme-eu")))?.proof, undefined, "a role that was just proved counts");
  });

  it("leaves the stack's roles that a killed provider had joined, and no other", async () => {
    assert.deepEqual(await orphans(["acme-eu"]).leaveRoles(), ["acme-eu"]);
    assert.deepEqual(await orphans(["acme-eu"]).leaveRoles(), []);
    assert.deepEqual(await orphans(["theirs"]).leaveRoles(), ["theirs"]);
  });

  it("says what does not answer", async () => {
    const nowhere = new PostgresOrphans(
      { host: "127.0.0.1", port: 1, database: "postgres", user: "x", password: "secret-one", sslmode: "disable" },
      new Map(),
      [],
      [],
    );
    await assert.rejects(nowhere.role(role("acme-eu")), (error: unknown) => {
      assert.ok(error instanceof PostgresError);
      assert.match(error.message, /127\.0\.0\.1:1 .*ECONNREFUSED/);
      assert.doesNotMatch(error.message, /secret-one/);
      return true;
    });
  });
});
