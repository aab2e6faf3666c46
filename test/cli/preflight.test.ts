import assert from "node:assert/strict";
import type { DatabaseLogin } from "../../cli/backups/access.ts";
import { lookAtAnalyticsServer } from "../../cli/preflight/analyticsServer.ts";
import type { Finding } from "../../cli/preflight/finding.ts";
import { lookAtTenantsServer } from "../../cli/preflight/tenantsServer.ts";
import {
  PLATFORM_ADMIN,
  prepareAnalyticsServer,
  prepareTenantsServer,
} from "../../sandbox/services/preparePostgres.ts";
import { startThrowAwayPostgres, type ThrowAwayPostgres } from "../support/postgres.ts";

const PASSWORD = "the-administrators-password";
const MAINTENANCE = "odoo_saas";

/** What is not as asked, by what is asked. */
const missing = (findings: readonly Finding[]): string[] =>
  findings.filter(({ state }) => state === "missing").map(({ what }) => what);

/** How a server is brought away from what is asked, and the words of the finding that must tell it. */
type Break = readonly [sql: string, database: string, finding: RegExp];

describe("preflight", function () {
  this.timeout(120_000);
  let tenants: ThrowAwayPostgres;
  let analytics: ThrowAwayPostgres;
  const login = (server: ThrowAwayPostgres, database: string): DatabaseLogin => ({
    host: "127.0.0.1",
    port: server.port,
    database,
    user: PLATFORM_ADMIN,
    password: PASSWORD,
    sslmode: "disable",
  });

  before(async () => {
    [tenants, analytics] = await Promise.all([startThrowAwayPostgres("tenants"), startThrowAwayPostgres("analytics")]);
    await tenants.connect(async (client) => {
      await prepareTenantsServer(client, { admin: PASSWORD, watchdog: PASSWORD });
      await client.query(`CREATE DATABASE ${MAINTENANCE} OWNER ${PLATFORM_ADMIN}`);
      await client.query(`REVOKE ALL ON DATABASE ${MAINTENANCE} FROM PUBLIC`);
    });
    await analytics.connect((client) =>
      prepareAnalyticsServer(client, { admin: PASSWORD, authenticator: PASSWORD, watchdog: PASSWORD }),
    );
  });
  after(() => Promise.all([tenants.stop(), analytics.stop()]));

  const servers = {
    "the tenants' server": {
      server: () => tenants,
      look: () => lookAtTenantsServer(login(tenants, MAINTENANCE)),
      lacking: [/encrypted/],
      breaks: [
        [`ALTER ROLE ${PLATFORM_ADMIN} BYPASSRLS`, "postgres", /no power over the server/],
        [`ALTER ROLE ${PLATFORM_ADMIN} NOCREATEDB`, "postgres", /makes databases/],
        [`ALTER ROLE ${PLATFORM_ADMIN} RESET lock_timeout`, "postgres", /waits for a lock/],
        [`GRANT CONNECT ON DATABASE ${MAINTENANCE} TO PUBLIC`, "postgres", /that no tenant may enter/],
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
      look: () => lookAtAnalyticsServer(login(analytics, "postgres")),
      lacking: [/encrypted/, /pg_cron/],
      breaks: [
        [`ALTER ROLE ${PLATFORM_ADMIN} NOCREATEROLE`, "postgres", /no power over the server/],
        [`ALTER ROLE ${PLATFORM_ADMIN} RESET lock_timeout`, "postgres", /waits for a lock/],
        [`REVOKE CREATE ON DATABASE postgres FROM ${PLATFORM_ADMIN}`, "postgres", /make schemas/],
        ["GRANT USAGE ON FOREIGN DATA WRAPPER postgres_fdw TO PUBLIC", "postgres", /postgres_fdw/],
        ["GRANT CREATE ON SCHEMA public TO PUBLIC", "postgres", /schema public/],
        ["CREATE DATABASE keycloak", "postgres", /another database of the server/],
        ["DROP OWNED BY anon; DROP ROLE anon", "postgres", /API switches to/],
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

  it("says that a server does not let the program in", async () => {
    await assert.rejects(
      lookAtTenantsServer({ ...login(tenants, MAINTENANCE), password: "wrong" }),
      /does not let platform_admin into database odoo_saas/,
    );
  });
});
