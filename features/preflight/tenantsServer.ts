import pg from "pg";
import { BackupError, connected } from "../backups/index.ts";
import type { PostgresLogin } from "../../lib/postgresLogin.ts";
import { notesOf } from "./finding.ts";
import type { Finding } from "./finding.ts";
import { ask, commonChecks, noteTls } from "./sqlChecks.ts";
import type { SqlCheck, WatchdogNeeds } from "./sqlChecks.ts";

/** The database that Odoo itself connects to. */
const COMMON = "postgres";

/** Connections beside those of tenants: the program's eight, the superuser's reserve, monitoring and a person. */
const BESIDE_TENANTS = 20;

/** Functions by which a large object comes to be. */
const LARGE_OBJECTS = "lo_creat(integer), lo_create(oid), lo_from_bytea(oid, bytea)";

/**
 * What docs/security.md asks of the tenants' server, looked at as the program's role.
 *
 * @param admin connected to the maintenance database
 * @throws BackupError when the server does not let the role in
 */
export async function lookAtTenantsServer(admin: PostgresLogin, watchdog: WatchdogNeeds): Promise<Finding[]> {
  const { findings, note } = notesOf("tenants' server");
  const user = pg.escapeIdentifier(admin.user);
  noteTls(admin.sslmode, "tenantsDatabase", note);
  const database = pg.escapeIdentifier(admin.database);
  await connected(admin, (client) =>
    ask(client, [...commonChecks(user, database, watchdog), ...checks(database, user, watchdog)], note),
  );
  try {
    await connected({ ...admin, database: COMMON }, (client) => ask(client, COMMON_CHECKS, note));
  } catch (error) {
    if (!(error instanceof BackupError)) throw error;
    note(
      `every role may connect to ${COMMON}, as Odoo does`,
      false,
      error.message,
      `GRANT CONNECT ON DATABASE ${COMMON} TO PUBLIC`,
    );
  }
  note(
    "pg_hba.conf lets roles from the pods' networks into their own database and postgres only",
    undefined,
    "no role but a superuser may read it",
    "hostssl sameuser,postgres all <pods' networks> scram-sha-256, and no other line for them; as a superuser: SELECT * FROM pg_hba_file_rules",
  );
  return findings;
}

function checks(maintenance: string, user: string, watchdog: WatchdogNeeds): SqlCheck[] {
  return [
    {
      what: "the watchdog may end autovacuum's workers, which run functions of tenants",
      sql: `SELECT count(*) > 0 AS is_there, CASE WHEN count(*) = 0 THEN 'no function of a superuser that it may call'
                     ELSE 'odoo_watchdog.end_autovacuum' END AS found
              FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace JOIN pg_roles o ON o.oid = p.proowner
              JOIN pg_roles w ON w.rolname = ${pg.escapeLiteral(watchdog.user)}
             WHERE n.nspname = 'odoo_watchdog' AND p.proname = 'end_autovacuum' AND p.prosecdef
               AND (o.rolsuper OR current_setting('server_version_num')::int >= 180000)
               AND has_schema_privilege(w.oid, n.oid, 'USAGE') AND has_function_privilege(w.oid, p.oid, 'EXECUTE')`,
      remedy: `as a superuser, in ${maintenance}: sandbox/services/watchdog.sql; a managed server that does not allow it cannot end this attack (docs/security.md)`,
    },
    {
      what: "the program's role makes databases",
      sql: "SELECT rolcreatedb AS is_there, CASE WHEN rolcreatedb THEN 'createdb' ELSE 'no createdb' END AS found FROM pg_roles WHERE rolname = current_user",
      remedy: `ALTER ROLE ${user} CREATEDB`,
    },
    {
      what: "the program connects first to a database that no tenant may enter",
      sql: `SELECT current_database() <> '${COMMON}' AND NOT has_database_privilege('public', current_database(), 'CONNECT') AS is_there,
                   current_database() AS found`,
      remedy: `CREATE DATABASE odoo_saas OWNER ${user}; REVOKE ALL ON DATABASE odoo_saas FROM PUBLIC; and name it in odoo-saas:tenantsDatabase.maintenanceDatabase (now ${maintenance})`,
    },
    {
      what: "no tenant may enter a database of the server's own, but for the one that Odoo needs",
      sql: `SELECT count(*) = 0 AS is_there, coalesce(string_agg(datname, ', ' ORDER BY datname), 'none is open') AS found
              FROM pg_database WHERE datallowconn AND datname <> '${COMMON}' AND has_database_privilege('public', oid, 'CONNECT')`,
      remedy: "REVOKE ALL ON DATABASE <each of them> FROM PUBLIC",
    },
    {
      what: "all tenants together cannot use up the server's connections",
      sql: `SELECT current_setting('max_connections')::int >= coalesce(sum(rolconnlimit), 0) + ${BESIDE_TENANTS} AS is_there,
                   'max_connections ' || current_setting('max_connections') || ', limits of roles ' || coalesce(sum(rolconnlimit), 0) AS found
              FROM pg_roles WHERE rolcanlogin AND NOT rolsuper AND rolconnlimit > 0`,
      remedy: `raise max_connections above the sum of the roles' limits and ${BESIDE_TENANTS}, or give the stack fewer or smaller tenants`,
    },
  ];
}

const COMMON_CHECKS: readonly SqlCheck[] = [
  {
    what: `tenants may connect to ${COMMON}, as Odoo does, and make nothing there`,
    sql: `SELECT has_database_privilege('public', current_database(), 'CONNECT')
             AND NOT has_database_privilege('public', current_database(), 'CREATE')
             AND NOT has_database_privilege('public', current_database(), 'TEMPORARY')
             AND NOT has_schema_privilege('public', 'public', 'CREATE') AS is_there,
             concat_ws(', ', CASE WHEN has_database_privilege('public', current_database(), 'CONNECT') THEN 'CONNECT' END,
               CASE WHEN has_database_privilege('public', current_database(), 'CREATE') THEN 'CREATE' END,
               CASE WHEN has_database_privilege('public', current_database(), 'TEMPORARY') THEN 'TEMPORARY' END,
               CASE WHEN has_schema_privilege('public', 'public', 'CREATE') THEN 'CREATE on schema public' END) AS found`,
    remedy: `in ${COMMON}: REVOKE ALL ON DATABASE ${COMMON} FROM PUBLIC; GRANT CONNECT ON DATABASE ${COMMON} TO PUBLIC; REVOKE ALL ON SCHEMA public FROM PUBLIC`,
  },
  {
    what: `tenants cannot leave large objects in ${COMMON}`,
    sql: `SELECT count(*) = 0 AS is_there, coalesce(string_agg(name, ', '), 'none may be called') AS found
            FROM unnest(ARRAY['lo_creat(integer)', 'lo_create(oid)', 'lo_from_bytea(oid, bytea)']) AS name
           WHERE has_function_privilege('public', name, 'EXECUTE')`,
    remedy: `in ${COMMON}, as a superuser: REVOKE EXECUTE ON FUNCTION ${LARGE_OBJECTS} FROM PUBLIC; a managed server that does not allow it shares its disk`,
  },
];
