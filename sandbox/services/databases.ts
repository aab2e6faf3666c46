import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import pg from "pg";
import { logFile } from "../instance.ts";
import type { Instance, PortName } from "../instance.ts";
import { checkPortFree } from "../processes.ts";
import { KEYCLOAK_DATABASE } from "./keycloak.ts";

/** Superset's own database and login role, on the analytics server. */
export const SUPERSET_DATABASE = "superset";
import { runningPid, startPostgres, stopPostgres, superuserConnection } from "./postgres.ts";
import type { PostgresServer } from "./postgres.ts";
import {
  PLATFORM_ADMIN,
  prepareAnalyticsServer,
  prepareTenantsServer,
  prepareWatchdogDatabase,
  WATCHDOG_ROLE,
} from "./preparePostgres.ts";

/** Database of the analytics schemas, named as Supabase names it. */
export const ANALYTICS_DATABASE = "postgres";

/**
 * Database of the tenants' server that the program connects to first. Its own, because advisory locks are a database's: in
 * `postgres`, which every tenant may connect to, a tenant could hold those that the provider takes.
 */
export const PROGRAM_DATABASE = "odoo_saas";

/** The sandbox's two PostgreSQL servers, by their ports' names. */
export type DatabaseName = Extract<PortName, "tenantsDatabase" | "analyticsDatabase">;

/** Service names, which are also those of data folders and logs. */
export const DATABASE_SERVICES = {
  tenantsDatabase: "tenants-database",
  analyticsDatabase: "analytics-database",
} as const satisfies Record<DatabaseName, string>;

/** A server as its service starts it. */
export function databaseServer(instance: Instance, name: DatabaseName): PostgresServer {
  const service = DATABASE_SERVICES[name];
  return {
    name: service,
    dataDir: join(instance.home, "data", service),
    port: instance.ports[name],
    logFile: logFile(instance, service),
    superuserPassword: instance.secrets[name === "tenantsDatabase" ? "tenantsSuperuser" : "analyticsSuperuser"],
  };
}

/** Process id of a server that runs. */
export function runningDatabase(instance: Instance, name: DatabaseName): number | undefined {
  return runningPid(databaseServer(instance, name).dataDir);
}

/**
 * Starts a server unless it runs, and prepares it.
 *
 * @returns whether it was started now.
 */
export async function startDatabase(instance: Instance, name: DatabaseName): Promise<boolean> {
  const server = databaseServer(instance, name);
  if (runningPort(server) !== server.port) await stopPostgres(server);
  const isNew = runningDatabase(instance, name) === undefined;
  if (isNew) await checkPortFree(instance, name);
  await startPostgres(server);
  if (name === "tenantsDatabase") {
    const { tenantsAdmin: admin, tenantsWatchdog: watchdog } = instance.secrets;
    await asSuperuser(server, "postgres", async (client) => {
      await prepareTenantsServer(client, { admin, watchdog });
      await ownDatabase(client, PROGRAM_DATABASE, PLATFORM_ADMIN);
      await client.query(`GRANT CONNECT ON DATABASE ${PROGRAM_DATABASE} TO ${WATCHDOG_ROLE}`);
    });
    await asSuperuser(server, PROGRAM_DATABASE, prepareWatchdogDatabase);
  } else {
    await asSuperuser(server, ANALYTICS_DATABASE, async (client) => {
      await prepareAnalyticsServer(client, {
        admin: instance.secrets.analyticsAdmin,
        authenticator: instance.secrets.analyticsAuthenticator,
        watchdog: instance.secrets.analyticsWatchdog,
      });
      await prepareServiceDatabase(client, KEYCLOAK_DATABASE, instance.secrets.keycloakDatabase);
    });
  }
  return isNew;
}

async function asSuperuser(
  server: PostgresServer,
  database: string,
  use: (client: pg.Client) => Promise<void>,
): Promise<void> {
  const client = new pg.Client(superuserConnection(server, database));
  await client.connect();
  try {
    await use(client);
  } finally {
    await client.end();
  }
}

/** Stops a server. */
export async function stopDatabase(instance: Instance, name: DatabaseName): Promise<boolean> {
  const wasRunning = runningDatabase(instance, name) !== undefined;
  await stopPostgres(databaseServer(instance, name));
  return wasRunning;
}

/** The port that the server of a data folder listens on, or did when it last ran: the fourth line of its file. */
function runningPort({ dataDir }: PostgresServer): number | undefined {
  const file = join(dataDir, "postmaster.pid");
  return existsSync(file) ? Number(readFileSync(file, "utf8").split("\n")[3]) : undefined;
}

/** Makes Superset's own database on the analytics server, unless it is there. */
export async function prepareSupersetDatabase(instance: Instance): Promise<void> {
  await asSuperuser(databaseServer(instance, "analyticsDatabase"), ANALYTICS_DATABASE, (client) =>
    prepareServiceDatabase(client, SUPERSET_DATABASE, instance.secrets.supersetDatabase),
  );
}

/** A service's own database beside the analytics, and the role of the same name that it logs in with. */
async function prepareServiceDatabase(client: pg.Client, database: string, password: string): Promise<void> {
  const name = pg.escapeIdentifier(database);
  const { rowCount } = await client.query("SELECT FROM pg_roles WHERE rolname = $1", [database]);
  if (rowCount === 0) await client.query(`CREATE ROLE ${name} LOGIN`);
  await client.query(`ALTER ROLE ${name} PASSWORD ${pg.escapeLiteral(password)}`);
  await ownDatabase(client, database, database);
}

/** A database that nobody but its owner may connect to. */
async function ownDatabase(client: pg.Client, database: string, owner: string): Promise<void> {
  const name = pg.escapeIdentifier(database);
  const { rowCount } = await client.query("SELECT FROM pg_database WHERE datname = $1", [database]);
  if (rowCount === 0) {
    await client.query(
      `CREATE DATABASE ${name} OWNER ${pg.escapeIdentifier(owner)} TEMPLATE template0 ALLOW_CONNECTIONS false`,
    );
  }
  await client.query(`REVOKE ALL ON DATABASE ${name} FROM PUBLIC`);
  await client.query(`ALTER DATABASE ${name} WITH ALLOW_CONNECTIONS true`);
}
