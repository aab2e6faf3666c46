import { writeFileSync } from "node:fs";
import { join } from "node:path";
import pg from "pg";
import type { PostgresLogin } from "../../lib/postgresLogin.ts";
import { readPart, parseRows } from "./contents.ts";
import type { DatabaseContents } from "./contents.ts";
import { BackupError } from "./backupError.ts";
import { formatLocale, localeClause } from "./locale.ts";
import type { DatabaseLocale } from "./locale.ts";
import { PROJECT_ROOT } from "../../lib/projectRoot.ts";
import { tlsFor } from "../../lib/postgresTls.ts";
import { run } from "./programs.ts";
import type { Programs } from "./programs.ts";

const ROWS_SCRIPT = join(PROJECT_ROOT, "charts/odoo/files/rows.awk");

/** Comment on a database that a restore has begun and not ended: such a one may be dropped. */
const UNFINISHED = "odoo-saas: restore not finished";

/** Connects, runs `use`, and disconnects. @throws BackupError when the server cannot be reached or refuses the role. */
export async function connected<T>(login: PostgresLogin, use: (client: pg.Client) => Promise<T>): Promise<T> {
  const { sslmode, ...settings } = login;
  const client = new pg.Client({
    ...settings,
    application_name: "odoo-saas-backup",
    connectionTimeoutMillis: 10_000,
    ssl: tlsFor(sslmode),
  });
  client.on("error", () => undefined); // the query that waits for it fails too
  try {
    await client.connect();
  } catch (error) {
    throw new BackupError(
      `${login.host}:${login.port} does not let ${login.user} into database ${login.database}: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
  try {
    return await use(client);
  } finally {
    await client.end();
  }
}

/** The variables by which PostgreSQL's programs find a database, with the password in a file only this user reads. */
export function clientEnvironment(programs: Programs, login: PostgresLogin, folder: string): NodeJS.ProcessEnv {
  const file = join(folder, `pg_service-${login.database}.conf`);
  const values = {
    host: login.host,
    port: login.port,
    dbname: login.database,
    user: login.user,
    password: login.password,
    sslmode: login.sslmode,
    application_name: "odoo-saas-backup",
  };
  const lines = Object.entries(values).map(([key, value]) => `${key}=${value}\n`);
  writeFileSync(file, `[odoo]\n${lines.join("")}`, { mode: 0o600 });
  return { ...programs.env, PGSERVICEFILE: file, PGSERVICE: "odoo", PGCONNECT_TIMEOUT: "10" };
}

/** SQLSTATE insufficient_privilege. */
const INSUFFICIENT_PRIVILEGE = "42501";

/** SQLSTATE object_in_use: sessions are in the database, as one that is just ending. */
const OBJECT_IN_USE = "55006";

/** How often a database is tried to be dropped; the server waits for 5 s each time. */
const DROP_ATTEMPTS = 6;

/** Major version of the server. */
export async function serverVersion(client: pg.Client): Promise<number> {
  const { rows } = await client.query<{ version: number }>(
    "SELECT current_setting('server_version_num')::int / 10000 AS version",
  );
  return rows[0]?.version ?? 0;
}

/** @throws BackupError when the client is older than the server: pg_dump would refuse in the middle. */
export async function assertClientFits(programs: Programs, client: pg.Client): Promise<void> {
  const server = await serverVersion(client);
  if (server <= programs.clientVersion) return;
  throw new BackupError(
    `pg_dump is version ${programs.clientVersion} and the server ${server}, expected a client of the server's version or later: name its folder in ODOO_SAAS_POSTGRES_BIN`,
  );
}

/**
 * Makes an empty database for a restore, owned by `owner`'s role. What an interrupted restore left under the name is
 * dropped first; any other database of that name is refused.
 *
 * @param admin a role that may make databases
 * @param owner the login of the new database
 * @param locale which it keeps for life
 * @throws BackupError
 */
export async function createDatabase(
  admin: PostgresLogin,
  owner: PostgresLogin,
  locale: DatabaseLocale,
): Promise<void> {
  const name = pg.escapeIdentifier(owner.database);
  const role = pg.escapeIdentifier(owner.user);
  await connected(admin, async (client) => {
    const { rows } = await client.query<{ comment: string | null }>(
      "SELECT shobj_description(oid, 'pg_database') AS comment FROM pg_database WHERE datname = $1",
      [owner.database],
    );
    const [found] = rows;
    if (found !== undefined && found.comment !== UNFINISHED) {
      throw new BackupError(
        `Database ${owner.database} exists on ${admin.host}:${admin.port}, expected a new name: a restore never writes into a database`,
        "restore",
      );
    }
    if (found !== undefined) {
      const { rowCount } = await client.query("SELECT FROM pg_stat_activity WHERE datname = $1", [owner.database]);
      if (rowCount !== 0) {
        throw new BackupError(
          `Another restore to ${owner.database} runs, expected one at a time: wait for it`,
          "restore",
        );
      }
      await dropDatabase(admin, owner);
    }
    await asMember(client, owner.user, async () => {
      try {
        await client.query(
          `CREATE DATABASE ${name} OWNER ${role} TEMPLATE template0 ALLOW_CONNECTIONS false ${localeClause(locale)}`,
        );
      } catch (error) {
        // Its code is that of many other things too; which locale the server lacks is in its message.
        if (!(error instanceof pg.DatabaseError) || !/locale|provider/i.test(error.message)) throw error;
        throw new BackupError(
          `${admin.host}:${admin.port} cannot create a database with the original's locale (${formatLocale(locale)}): ${error.message}; expected a server that has it`,
          "restore",
        );
      }
      await client.query(`COMMENT ON DATABASE ${name} IS ${pg.escapeLiteral(UNFINISHED)}`);
      await client.query(`REVOKE ALL ON DATABASE ${name} FROM PUBLIC`);
      // Only now: PUBLIC may connect to a database that was just made.
      await client.query(`ALTER DATABASE ${name} WITH ALLOW_CONNECTIONS true`);
    });
  });
}

/** What the administrator itself has granted itself of a role; versions before 16 know no options. */
interface OwnGrant {
  readonly inherit: boolean;
  readonly set: boolean;
}

/**
 * Runs `use` as a member of a role, which who makes, renames or drops the role's databases must be; no longer than that.
 * From version 16 on, whoever made a role is a member that may neither become it (SET) nor use its privileges (INHERIT).
 *
 * @throws BackupError when the role may not be given to the administrator
 */
async function asMember(client: pg.Client, user: string, use: () => Promise<void>): Promise<void> {
  const role = pg.escapeIdentifier(user);
  const hasOptions = (await serverVersion(client)) >= 16;
  const sufficient = hasOptions ? "pg_has_role($1, 'SET') AND pg_has_role($1, 'USAGE')" : "pg_has_role($1, 'MEMBER')";
  const { rows } = await client.query<{ is: boolean }>(`SELECT ${sufficient} AS is`, [user]);
  if (rows[0]?.is === true) return use();
  const before = hasOptions ? await ownGrant(client, user) : undefined;
  try {
    await client.query(`GRANT ${role} TO CURRENT_USER${hasOptions ? " WITH INHERIT TRUE, SET TRUE" : ""}`);
  } catch (error) {
    if (!(error instanceof pg.DatabaseError) || error.code !== INSUFFICIENT_PRIVILEGE) throw error;
    throw new BackupError(
      `${client.user ?? "The administrator"} may not grant itself role ${user}, expected the role that made it, or one with ADMIN OPTION on it: ` +
        `a superuser runs GRANT ${role} TO ${pg.escapeIdentifier(client.user ?? "")} WITH ADMIN OPTION (needed once after an upgrade of the server from a version before 16)`,
      "restore",
    );
  }
  try {
    await use();
  } finally {
    await client.query(`REVOKE ${role} FROM CURRENT_USER`);
    if (before !== undefined) {
      const { inherit, set } = before;
      await client.query(`GRANT ${role} TO CURRENT_USER WITH INHERIT ${String(inherit)}, SET ${String(set)}`);
    }
  }
}

async function ownGrant(client: pg.Client, user: string): Promise<OwnGrant | undefined> {
  const { rows } = await client.query<OwnGrant>(
    `SELECT inherit_option AS inherit, set_option AS set FROM pg_auth_members
      WHERE roleid = to_regrole($1) AND member = current_user::regrole AND grantor = current_user::regrole`,
    [pg.escapeIdentifier(user)],
  );
  return rows[0];
}

/** Marks a restored database as whole. */
export async function markFinished(owner: PostgresLogin, origin: string): Promise<void> {
  await connected(owner, (client) =>
    client.query(`COMMENT ON DATABASE ${pg.escapeIdentifier(owner.database)} IS ${pg.escapeLiteral(origin)}`),
  );
}

/** Drops a database that {@link createDatabase} made, ending the sessions in it. Harmless to repeat. */
export async function dropDatabase(admin: PostgresLogin, owner: PostgresLogin): Promise<void> {
  await connected(admin, (client) =>
    asMember(client, owner.user, async () => {
      const { rowCount } = await client.query("SELECT FROM pg_database WHERE datname = $1", [owner.database]);
      if (rowCount === 0) return;
      const database = pg.escapeIdentifier(owner.database);
      await client.query(`ALTER DATABASE ${database} WITH ALLOW_CONNECTIONS false`);
      for (let attempt = 1; ; attempt++) {
        await endSessions(client, [owner.database]);
        try {
          // Not WITH (FORCE), which demands power over autovacuum's workers too: without it, the server itself has those give way.
          await client.query(`DROP DATABASE IF EXISTS ${database}`);
          return;
        } catch (error) {
          if (!(error instanceof pg.DatabaseError) || error.code !== OBJECT_IN_USE || attempt === DROP_ATTEMPTS)
            throw error;
        }
      }
    }),
  );
}

/** Ends the sessions in databases, of roles that the client is a member of: it has no power over others, autovacuum's workers among them. */
async function endSessions(client: pg.Client, databases: readonly string[]): Promise<void> {
  await client.query(
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = ANY($1) AND usesysid IS NOT NULL AND pg_has_role(usesysid, 'USAGE')",
    [databases],
  );
}

/**
 * Puts a restored database in the place of its tenant's, which is kept under another name. Sessions in either are ended.
 *
 * @param admin a role that may make databases, connected to neither
 * @param current the tenant's database as its owner
 * @param restored name of the one that takes its place
 * @param aside new name of what was in the place
 */
export async function swapDatabases(
  admin: PostgresLogin,
  current: PostgresLogin,
  restored: string,
  aside: string,
): Promise<void> {
  const rename = (from: string, to: string) =>
    `ALTER DATABASE ${pg.escapeIdentifier(from)} RENAME TO ${pg.escapeIdentifier(to)}`;
  await connected(admin, (client) =>
    asMember(client, current.user, async () => {
      await endSessions(client, [current.database, restored]);
      // One transaction: in between there would be no database of that name.
      await client.query("BEGIN");
      await client.query(rename(current.database, aside));
      await client.query(rename(restored, current.database));
      await client.query("COMMIT");
    }),
  );
}

/**
 * What pg_restore from version 17 on says of a server before 17: the setting is new, and turns off a time limit that the
 * server does not have.
 */
const UNKNOWN_TIMEOUT =
  /^pg_restore: (?:error|warning): (?:could not execute query: .*\nCommand was: SET transaction_timeout = 0;$|errors ignored on restore: \d+$)/gm;

/**
 * Puts a dump into an empty database.
 *
 * @param versions major versions of the client and of the server
 * @throws BackupError with what pg_restore said.
 */
export async function restoreDump(
  env: NodeJS.ProcessEnv,
  dump: string,
  database: string,
  { client, server }: { readonly client: number; readonly server: number },
): Promise<void> {
  const passesTimeout = client >= 17 && server < 17;
  // One job, because the messages of several are interleaved and could not be recognized.
  const how = passesTimeout ? ["--jobs=1"] : ["--exit-on-error", "--jobs=2"];
  const args = [...how, "--no-owner", "--no-acl", `--dbname=${database}`, dump];
  // Its messages in English, whoever runs it.
  const { status, stderr } = await run("pg_restore", args, { env: { ...env, LC_ALL: "C" } });
  const problem = passesTimeout ? stderr.replace(UNKNOWN_TIMEOUT, "") : stderr;
  if (status === 0 || (passesTimeout && problem.trim() === "")) return;
  throw new BackupError(`pg_restore could not restore the dump:\n${problem.trim()}`, "restore");
}

/** What a database holds now, from a dump of it. @param folder for the list @throws BackupError */
export async function readContents(env: NodeJS.ProcessEnv, folder: string): Promise<DatabaseContents> {
  const script = `{ pg_dump --data-only --no-owner --no-acl || : >"$1/failed"; } | LC_ALL=C TMPDIR=$1 awk -v out="$1/found.tsv" -f "$2" && [ ! -e "$1/failed" ]`;
  const { status, stderr } = await run("/bin/sh", ["-c", script, "sh", folder, ROWS_SCRIPT], { env });
  if (status !== 0)
    throw new BackupError(`The restored database could not be read again:\n${stderr.trim()}`, "restore");
  return parseRows(readPart(folder, "found.tsv"));
}
