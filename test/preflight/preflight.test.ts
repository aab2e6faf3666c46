import assert from "node:assert/strict";
import type { PostgresLogin } from "../../lib/postgresLogin.ts";
import { lookAtAnalyticsServer } from "../../features/preflight/analyticsServer.ts";
import type { Finding } from "../../features/preflight/finding.ts";
import { lookAtTenantsServer } from "../../features/preflight/tenantsServer.ts";
import {
  PLATFORM_ADMIN,
  prepareAnalyticsServer,
  prepareTenantsServer,
  prepareWatchdogDatabase,
  WATCHDOG_ROLE,
} from "../../sandbox/services/preparePostgres.ts";
import { startThrowAwayPostgres, type ThrowAwayPostgres } from "../support/postgres.ts";

const PASSWORD = "the-administrators-password";
const MAINTENANCE = "odoo_saas";

const WATCHDOG = { user: WATCHDOG_ROLE, roleLocks: 40_000 };

/** What is not as asked, by what is asked. */
const missing = (findings: readonly Finding[]): string[] =>
  findings.filter(({ state }) => state === "missing").map(({ what }) => what);

/** How a server is brought away from what is asked, and the words of the finding that must tell it. */
type Break = readonly [sql: string, database: string, finding: RegExp];

describe("preflight", function () {
  this.timeout(120_000);
  let tenants: ThrowAwayPostgres;
  let analytics: ThrowAwayPostgres;
  const login = (server: ThrowAwayPostgres, database: string): PostgresLogin => ({
    host: "127.0.0.1",
    port: server.port,
    database,
    user: PLATFORM_ADMIN,
    password: PASSWORD,
    sslmode: "disable",
  });

  before(async () => {
    const room = { max_locks_per_transaction: "2048" };
    [tenants, analytics] = await Promise.all([
      startThrowAwayPostgres("tenants", room),
      startThrowAwayPostgres("analytics", room),
    ]);
    await tenants.connect(async (client) => {
      await prepareTenantsServer(client, { admin: PASSWORD, watchdog: PASSWORD });
      await client.query(`CREATE DATABASE ${MAINTENANCE} OWNER ${PLATFORM_ADMIN}`);
      await client.query(`REVOKE ALL ON DATABASE ${MAINTENANCE} FROM PUBLIC`);
      await client.query(`GRANT CONNECT ON DATABASE ${MAINTENANCE} TO ${WATCHDOG_ROLE}`);
    });
    await tenants.connect(prepareWatchdogDatabase, { database: MAINTENANCE });
    await analytics.connect((client) =>
      prepareAnalyticsServer(client, { admin: PASSWORD, authenticator: PASSWORD, watchdog: PASSWORD }),
    );
  });
  after(() => Promise.all([tenants.stop(), analytics.stop()]));

  const servers = {
    "the tenants' server": {
      server: () => tenants,
      look: () => lookAtTenantsServer(login(tenants, MAINTENANCE), WATCHDOG),
      lacking: [/encrypted/],
      breaks: [
        [`REVOKE CONNECT ON DATABASE ${MAINTENANCE} FROM ${WATCHDOG_ROLE}`, "postgres", /watchdog's role/],
        [`ALTER ROLE ${PLATFORM_ADMIN} BYPASSRLS`, "postgres", /no power over the server/],
        [`ALTER ROLE ${PLATFORM_ADMIN} NOCREATEDB`, "postgres", /makes databases/],
        [`ALTER ROLE ${PLATFORM_ADMIN} RESET lock_timeout`, "postgres", /waits for a lock/],
        [`GRANT CONNECT ON DATABASE ${MAINTENANCE} TO PUBLIC`, "postgres", /that no tenant may enter/],
        [`REVOKE USAGE ON SCHEMA odoo_watchdog FROM ${WATCHDOG_ROLE}`, MAINTENANCE, /end autovacuum's workers/],
        ["GRANT CONNECT ON DATABASE template1 TO PUBLIC", "postgres", /database of the server's own/],
        ["GRANT TEMPORARY ON DATABASE postgres TO PUBLIC", "postgres", /make nothing there/],
        ["GRANT CREATE ON SCHEMA public TO PUBLIC", "postgres", /make nothing there/],
        ["GRANT EXECUTE ON FUNCTION lo_create(oid) TO PUBLIC", "postgres", /large objects/],
        ["CREATE ROLE many LOGIN CONNECTION LIMIT 31", "postgres", /use up the server's connections/],
        [`ALTER ROLE ${PLATFORM_ADMIN} SET password_encryption = 'md5'`, "postgres", /SCRAM/],
        ["REVOKE CONNECT ON DATABASE postgres FROM PUBLIC", "postgres", /as Odoo does/],
      ],
    },
    "the analytics server": {
      server: () => analytics,
      look: () => lookAtAnalyticsServer(login(analytics, "postgres"), WATCHDOG),
      lacking: [/encrypted/, /pg_cron/],
      breaks: [
        [`ALTER ROLE ${PLATFORM_ADMIN} NOCREATEROLE`, "postgres", /no power over the server/],
        [`ALTER ROLE ${PLATFORM_ADMIN} RESET lock_timeout`, "postgres", /waits for a lock/],
        [`REVOKE CREATE ON DATABASE postgres FROM ${PLATFORM_ADMIN}`, "postgres", /make schemas/],
        ["GRANT USAGE ON FOREIGN DATA WRAPPER postgres_fdw TO PUBLIC", "postgres", /postgres_fdw/],
        ["GRANT CREATE ON SCHEMA public TO PUBLIC", "postgres", /schema public/],
        ["CREATE DATABASE keycloak", "postgres", /another database of the server/],
        ["DROP OWNED BY anon; DROP ROLE anon", "postgres", /API switches to/],
        [`REVOKE pg_read_all_stats FROM ${WATCHDOG_ROLE}`, "postgres", /watchdog's role/],
        [`DROP ROLE ${WATCHDOG_ROLE}`, "postgres", /watchdog's role/],
      ],
    },
  } satisfies Record<string, { breaks: readonly Break[]; lacking: readonly RegExp[]; [key: string]: unknown }>;

  for (const [name, { server, look, lacking, breaks }] of Object.entries(servers)) {
    describe(`of ${name}`, () => {
      it("misses nothing but what a sandbox has not", async () => {
        const found = missing(await look());
        assert.equal(found.length, lacking.length, found.join("\n"));
        for (const [index, words] of lacking.entries()) assert.match(found[index] ?? "", words);
      });

      for (const [sql, database, words] of breaks as readonly Break[]) {
        it(`tells, with what to do: ${sql}`, async () => {
          await server().connect((client) => client.query(sql), { database });
          const findings = await look();
          const told = findings.find(({ state, what }) => state === "missing" && words.test(what));
          assert.ok(told, missing(findings).join("\n"));
          assert.notEqual(told.remedy, "");
        });
      }
    });
  }

  it("tells, with the number that is needed, a lock table that a role's locks do not fit in, or one of PostgreSQL's size", async () => {
    const [large] = (await lookAtTenantsServer(login(tenants, MAINTENANCE), { ...WATCHDOG, roleLocks: 90_000 })).filter(
      ({ what }) => what.includes("lock table"),
    );
    assert.deepEqual([large?.state, large?.found], ["missing", "room for 102400 locks"]);
    assert.match(large?.remedy ?? "", /makes 120000,/);
    const small = await startThrowAwayPostgres("small", { max_prepared_transactions: "5" });
    try {
      await small.connect((client) => prepareTenantsServer(client, { admin: PASSWORD, watchdog: PASSWORD }));
      const told = missing(await lookAtTenantsServer(login(small, "postgres"), WATCHDOG));
      for (const words of [/lock table/, /prepared transaction/])
        assert.ok(
          told.some((what) => words.test(what)),
          told.join("\n"),
        );
    } finally {
      await small.stop();
    }
  });

  it("says that a server does not let the program in", async () => {
    await assert.rejects(
      lookAtTenantsServer({ ...login(tenants, MAINTENANCE), password: "wrong" }, WATCHDOG),
      /does not let platform_admin into database odoo_saas/,
    );
  });
});
