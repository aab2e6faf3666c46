import pg from "pg";
import { connected } from "../backups/index.ts";
import type { PostgresLogin } from "../../lib/postgresLogin.ts";
import { notesOf } from "./finding.ts";
import type { Finding } from "./finding.ts";
import { ask, commonChecks, noteTls } from "./sqlChecks.ts";
import type { SqlCheck, WatchdogNeeds } from "./sqlChecks.ts";

/**
 * What docs/security.md asks of the analytics server, looked at as the program's role.
 *
 * @param admin connected to the database of the analytics schemas
 * @throws BackupError when the server does not let the role in
 */
export async function lookAtAnalyticsServer(admin: PostgresLogin, watchdog: WatchdogNeeds): Promise<Finding[]> {
  const { findings, note } = notesOf("analytics server");
  const user = pg.escapeIdentifier(admin.user);
  noteTls(admin.sslmode, "analyticsDatabase", note);
  const database = pg.escapeIdentifier(admin.database);
  await connected(admin, (client) =>
    ask(client, [...commonChecks(user, database, watchdog), ...checks(database, user)], note),
  );
  return findings;
}

function checks(database: string, user: string): SqlCheck[] {
  return [
    {
      what: "the roles that Supabase's API switches to are there",
      sql: `SELECT count(*) = 3 AS is_there, coalesce(string_agg(rolname, ', ' ORDER BY rolname), 'none') AS found
              FROM pg_roles WHERE rolname IN ('anon', 'authenticated', 'authenticator')`,
      remedy: "name a Supabase server in odoo-saas:analyticsDatabase",
    },
    {
      what: "the program's role may make schemas there",
      sql: `SELECT has_database_privilege(current_database(), 'CREATE') AS is_there,
                   CASE WHEN has_database_privilege(current_database(), 'CREATE') THEN 'CREATE' ELSE 'no CREATE' END AS found`,
      remedy: `GRANT CREATE ON DATABASE ${database} TO ${user}`,
    },
    {
      what: "postgres_fdw is there for the program's role, and for nobody else",
      sql: `SELECT coalesce(bool_and(has_foreign_data_wrapper_privilege(oid, 'USAGE')
                     AND NOT has_foreign_data_wrapper_privilege('public', oid, 'USAGE')), false) AS is_there,
                   CASE WHEN count(*) = 0 THEN 'no extension'
                        WHEN bool_or(has_foreign_data_wrapper_privilege('public', oid, 'USAGE')) THEN 'USAGE for PUBLIC'
                        ELSE 'the extension' END AS found
              FROM pg_foreign_data_wrapper WHERE fdwname = 'postgres_fdw'`,
      remedy: `CREATE EXTENSION IF NOT EXISTS postgres_fdw; REVOKE USAGE ON FOREIGN DATA WRAPPER postgres_fdw FROM PUBLIC; GRANT USAGE ON FOREIGN DATA WRAPPER postgres_fdw TO ${user}`,
    },
    {
      what: "pg_cron refreshes the copies",
      sql: `SELECT count(*) = 1 AS is_there, CASE WHEN count(*) = 1 THEN 'the extension' ELSE 'no extension' END AS found
              FROM pg_extension WHERE extname = 'pg_cron'`,
      remedy:
        "CREATE EXTENSION pg_cron, as a superuser; without it somebody else must call each tenant's refresh() (sql/README.md)",
    },
    {
      what: "nobody makes anything in schema public",
      sql: `SELECT NOT has_schema_privilege('public', 'public', 'CREATE') AS is_there,
                   CASE WHEN has_schema_privilege('public', 'public', 'CREATE') THEN 'CREATE for PUBLIC' ELSE 'no CREATE for PUBLIC' END AS found`,
      remedy: "REVOKE CREATE ON SCHEMA public FROM PUBLIC",
    },
    {
      what: "tenants' readers cannot enter another database of the server, such as Keycloak's",
      sql: `SELECT count(*) = 0 AS is_there, coalesce(string_agg(datname, ', ' ORDER BY datname), 'none is open') AS found
              FROM pg_database WHERE datallowconn AND datname <> current_database() AND has_database_privilege('public', oid, 'CONNECT')`,
      remedy: "REVOKE ALL ON DATABASE <each of them> FROM PUBLIC",
    },
  ];
}
