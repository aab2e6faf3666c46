import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { PostgresLogin } from "../../lib/postgresLogin.ts";
import {
  connected,
  createDatabase,
  dropDatabase,
  restoreDump,
  serverVersion,
  swapDatabases,
} from "../../features/backups/database.ts";
import { BackupError } from "../../features/backups/backupError.ts";
import {
  databaseLocale,
  dumpLocale,
  formatLocale,
  localeClause,
  parseCreateDatabase,
} from "../../features/backups/locale.ts";
import type { DatabaseLocale } from "../../features/backups/locale.ts";
import { run } from "../../features/backups/programs.ts";
import { renderSql, sqlFiles } from "../../lib/sqlFiles.ts";
import { PLATFORM_ADMIN, prepareTenantsServer } from "../../sandbox/services/preparePostgres.ts";
import { startThrowAwayPostgres } from "../support/postgres.ts";
import type { ThrowAwayPostgres } from "../support/postgres.ts";
import { newestPostgresClient, postgresClient } from "../support/postgresClient.ts";
import { postgresVersion } from "../support/postgresVersion.ts";

const PASSWORD = "a-test-password";
const PLAIN: DatabaseLocale = {
  encoding: "UTF8",
  provider: "libc",
  collate: "C",
  ctype: "C",
  locale: undefined,
  rules: undefined,
};
const LETTERS = { ...PLAIN, ctype: "C.UTF-8" };

describe(`databases of restores, on PostgreSQL ${postgresVersion}`, () => {
  let server: ThrowAwayPostgres;
  let folder: string;
  let admin: PostgresLogin;
  const owner = (database: string, user = "acme"): PostgresLogin => ({ ...admin, user, database });
  const asSuperuser = (...statements: string[]) =>
    server.connect(async (client) => {
      for (const statement of statements) await client.query(statement);
    });
  /** What the administrator may do with the tenant's role by what it has granted itself. */
  const ownGrants = () =>
    server.connect(async (client) => {
      const { rows } = await client.query<{ grant: Record<string, unknown> }>(
        "SELECT to_jsonb(m) AS grant FROM pg_auth_members m WHERE member = 'platform_admin'::regrole AND grantor = member",
      );
      return rows.map(({ grant }) => ({ inherit: grant["inherit_option"], set: grant["set_option"] }));
    });

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "odoo-saas-databases-"));
    server = await startThrowAwayPostgres("databases", { autovacuum_naptime: "1s" });
    await server.connect((client) => prepareTenantsServer(client, { admin: PASSWORD, watchdog: PASSWORD }));
    admin = {
      host: "127.0.0.1",
      port: server.port,
      sslmode: "disable",
      database: "postgres",
      user: PLATFORM_ADMIN,
      password: PASSWORD,
    };
    // As the program makes it: with the same administrator.
    await connected(admin, (client) => client.query(`CREATE ROLE acme LOGIN PASSWORD '${PASSWORD}'`));
  });
  after(async () => {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it("are made, exchanged and dropped by an administrator who is no superuser and no member of the tenant's role", async () => {
    await createDatabase(admin, owner("acme"), LETTERS);
    await createDatabase(admin, owner("acme_restored"), LETTERS);
    await connected(owner("acme_restored"), (client) => client.query("CREATE TABLE restored ()"));
    await swapDatabases(admin, owner("acme"), "acme_restored", "acme_lost");
    await connected(owner("acme"), (client) => client.query("SELECT FROM restored"));
    assert.deepEqual(await ownGrants(), []);
    for (const name of ["acme", "acme_lost", "acme_lost"]) await dropDatabase(admin, owner(name));
    assert.deepEqual(await ownGrants(), []);
  });

  it("are exchanged and dropped while a worker of autovacuum is in them", async () => {
    /** Makes a database in which a worker of autovacuum, which has no application's name, sleeps in an index's function. */
    const vacuumed = async (database: string) => {
      await createDatabase(admin, owner(database), LETTERS);
      await connected(owner(database), async (client) => {
        await client.query(`CREATE FUNCTION slow(i integer) RETURNS integer LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN
          IF current_setting('application_name') = '' THEN PERFORM pg_sleep(300); END IF; RETURN i; END $$`);
        await client.query("CREATE TABLE analysed (i integer); CREATE INDEX ON analysed (slow(i))");
        await client.query("INSERT INTO analysed SELECT generate_series(1, 1000)");
      });
      const sleeps = () =>
        server.connect(async (client) => {
          const { rowCount } = await client.query(
            "SELECT FROM pg_stat_activity WHERE datname = $1 AND backend_type = 'autovacuum worker' AND wait_event = 'PgSleep'",
            [database],
          );
          return rowCount === 1;
        });
      while (!(await sleeps())) await sleep(100);
    };
    await vacuumed("acme");
    await vacuumed("acme_restored");
    await swapDatabases(admin, owner("acme"), "acme_restored", "acme_lost");
    await dropDatabase(admin, owner("acme_lost"));
    await dropDatabase(admin, owner("acme"));
    await vacuumed("acme");
    await dropDatabase(admin, owner("acme"));
  });

  if (postgresVersion >= 16) {
    for (const own of ["set", "inherit", "set, inherit"]) {
      it(`are made where createrole_self_grant is '${own}', which stays as it is`, async () => {
        await asSuperuser(`ALTER ROLE ${PLATFORM_ADMIN} SET createrole_self_grant = '${own}'`);
        await connected(admin, (client) => client.query(`CREATE ROLE beta LOGIN PASSWORD '${PASSWORD}'`));
        const before = await ownGrants();
        assert.deepEqual(before, [{ inherit: own.includes("inherit"), set: own.includes("set") }]);
        await createDatabase(admin, owner("beta_restored", "beta"), LETTERS);
        assert.deepEqual(await ownGrants(), before);
        await dropDatabase(admin, owner("beta_restored", "beta"));
        assert.deepEqual(await ownGrants(), before);
        await asSuperuser("DROP ROLE beta", `ALTER ROLE ${PLATFORM_ADMIN} RESET createrole_self_grant`);
      });
    }

    it("are refused with the remedy where the administrator did not make the tenant's role", async () => {
      // As after an upgrade of the server from version 15, where CREATEROLE was enough.
      await asSuperuser(`CREATE ROLE older LOGIN PASSWORD '${PASSWORD}'`);
      await assert.rejects(createDatabase(admin, owner("older_restored", "older"), LETTERS), (error) => {
        assert.ok(error instanceof BackupError);
        assert.match(error.message, /GRANT "older" TO "platform_admin" WITH ADMIN OPTION/);
        return true;
      });
      await asSuperuser('GRANT "older" TO "platform_admin" WITH ADMIN OPTION, INHERIT FALSE, SET FALSE');
      await createDatabase(admin, owner("older_restored", "older"), LETTERS);
      await dropDatabase(admin, owner("older_restored", "older"));
    });
  }

  const locales: readonly DatabaseLocale[] = [
    PLAIN,
    LETTERS,
    { ...LETTERS, provider: "icu", locale: "en-US" },
    ...(postgresVersion < 17 ? [] : [{ ...PLAIN, provider: "builtin" as const, locale: "C.UTF-8" }]),
  ];
  for (const locale of locales) {
    it(`have the locale of the original: ${formatLocale(locale)}`, async () => {
      await createDatabase(admin, owner("acme"), locale);
      assert.deepEqual(await connected(owner("acme"), databaseLocale), locale);
      const { env } = await dump("acme", await postgresClient());
      assert.deepEqual(await dumpLocale(env, join(folder, "dump"), undefined), locale, "as pg_dump writes it");
      await dropDatabase(admin, owner("acme"));
    });
  }

  it("are not made with another locale where the server lacks the original's", async () => {
    await assert.rejects(
      createDatabase(admin, owner("acme"), { ...LETTERS, ctype: "xx_XX.UTF-8" }),
      /cannot create a database with the original's locale \(UTF8, libc, LC_COLLATE C, LC_CTYPE xx_XX\.UTF-8\): .*xx_XX/,
    );
  });

  it("find letters of any script in either case with C.UTF-8, by the index, and only Latin ones with C", async () => {
    for (const [locale, found] of [
      [LETTERS, ["Société Générale", "Ελλάδα ΑΕ", "Иван Петров"]],
      [PLAIN, ["Société Générale"]],
    ] as const) {
      await createDatabase(admin, owner("acme"), locale);
      await connected(owner("acme"), async (client) => {
        await client.query("CREATE EXTENSION pg_trgm");
        await makeUnaccent(client);
        await client.query(`CREATE TABLE people (name varchar);
          INSERT INTO people VALUES ('Société Générale'), ('Ελλάδα ΑΕ'), ('Иван Петров');
          CREATE INDEX ON people USING gin (unaccent(name) gin_trgm_ops); SET enable_seqscan = off`);
        const { rows } = await client.query<{ name: string }>(
          `SELECT name FROM people, (VALUES ('GENERALE'), ('ελλαδα'), ('ИВАН')) AS asked (text)
            WHERE unaccent(name) ILIKE unaccent('%' || text || '%') ORDER BY name`,
        );
        assert.deepEqual(
          rows.map(({ name }) => name),
          found,
          locale.ctype,
        );
      });
      await dropDatabase(admin, owner("acme"));
    }
  });

  for (const which of postgresVersion === 15 ? ["the server's version", "version 18"] : ["the server's version"]) {
    it(`are restored with a client of ${which}: the names' function and indexes too, and faults are noticed`, async () => {
      const client = which === "version 18" ? await newestPostgresClient() : await postgresClient();
      await createDatabase(admin, owner("acme"), LETTERS);
      await connected(owner("acme"), async (session) => {
        await session.query("CREATE EXTENSION pg_trgm");
        await makeUnaccent(session);
        await session.query(`CREATE TABLE people (name varchar);
          INSERT INTO people SELECT 'Müller ' || n FROM generate_series(1, 100) AS n;
          CREATE INDEX people__name_index ON people USING gin (unaccent(name) gin_trgm_ops)`);
      });
      const { env, version } = await dump("acme", client);
      const versions = { client: version, server: await connected(admin, serverVersion) };
      await createDatabase(admin, owner("acme_restored"), await dumpLocale(env, join(folder, "dump"), version));
      await restoreDump(env, join(folder, "dump"), "acme_restored", versions);
      await connected(owner("acme_restored"), async (session) => {
        await session.query("SET enable_seqscan = off");
        const plan = await session.query<{ "QUERY PLAN": string }>(
          "EXPLAIN SELECT FROM people WHERE unaccent(name) ILIKE unaccent('%muller 7%')",
        );
        assert.match(JSON.stringify(plan.rows), /Index Scan on people__name_index/);
        const { rowCount } = await session.query(
          "SELECT FROM people WHERE unaccent(name) ILIKE unaccent('%muller 7%')",
        );
        assert.equal(rowCount, 11);
      });
      // A second time into the same: what is there already is no small thing.
      await assert.rejects(
        restoreDump(env, join(folder, "dump"), "acme_restored", versions),
        (error) =>
          error instanceof BackupError && /already exists/.test(error.message) && !/timeout/.test(error.message),
      );
      for (const name of ["acme", "acme_restored"]) await dropDatabase(admin, owner(name));
    });
  }

  it("are not begun with a client older than the one that made the dump, and it says so", async () => {
    const bin = join(folder, "older");
    mkdirSync(bin);
    const message = "pg_restore: error: unsupported version (1.16) in file header";
    writeFileSync(join(bin, "pg_restore"), `#!/bin/sh\necho '${message}' >&2\nexit 1\n`, { mode: 0o755 });
    await assert.rejects(
      dumpLocale({ PATH: bin }, join(folder, "dump"), 18),
      /pg_restore cannot read the dump; pg_dump 18 made it, expected pg_restore of that version or later:\n.*unsupported version/,
    );
  });

  async function makeUnaccent(client: Parameters<Parameters<typeof connected>[1]>[0]): Promise<void> {
    const files = sqlFiles("tenant/base").filter(({ path }) => path.endsWith("_unaccent.sql"));
    assert.equal(files.length, 1);
    for (const { text } of files) await client.query(renderSql(text, {}));
  }

  /** Dumps a database of `acme` with the client of a folder, or the one on PATH. */
  async function dump(
    database: string,
    client: string | undefined,
  ): Promise<{ env: NodeJS.ProcessEnv; version: number }> {
    const { host, port, user, password } = owner(database);
    const path = [client, process.env["PATH"]].filter((part) => part !== undefined).join(delimiter);
    const env = { ...process.env, PATH: path, PGHOST: host, PGPORT: String(port), PGUSER: user, PGPASSWORD: password };
    const file = `--file=${join(folder, "dump")}`;
    const { status, stderr } = await run("pg_dump", ["--format=custom", "--no-owner", "--no-acl", file, database], {
      env,
    });
    assert.equal(status, 0, stderr);
    const { stdout } = await run("pg_dump", ["--version"], { env });
    return { env, version: Number(/\(PostgreSQL\) (\d+)/.exec(stdout)?.[1]) };
  }
});

describe("the statement that a dump begins with", () => {
  const read = (options: string, name = "acme") =>
    parseCreateDatabase(`--\nCREATE DATABASE ${name} WITH ${options};\n`);

  it("tells the locale, in the forms of all versions", () => {
    const template = "TEMPLATE = template0 ENCODING = 'UTF8'";
    assert.deepEqual(read(`${template} LOCALE_PROVIDER = libc LOCALE = 'C'`), PLAIN);
    assert.deepEqual(
      read(`${template} LOCALE_PROVIDER = libc LC_COLLATE = 'C' LC_CTYPE = 'C.UTF-8'`, '"acme-eu"'),
      LETTERS,
    );
    assert.deepEqual(read(`${template} LOCALE_PROVIDER = icu LOCALE = 'C' ICU_LOCALE = 'de' ICU_RULES = '&a < ''b'`), {
      ...PLAIN,
      provider: "icu",
      locale: "de",
      rules: "&a < 'b",
    });
    assert.deepEqual(read(`${template} LOCALE_PROVIDER = builtin LOCALE = 'C' BUILTIN_LOCALE = 'C.UTF-8'`), {
      ...PLAIN,
      provider: "builtin",
      locale: "C.UTF-8",
    });
  });

  it("gives nothing to a server but values, whoever wrote it", () => {
    const hostile = read(
      "ENCODING = 'UTF8' LOCALE_PROVIDER = libc LC_COLLATE = 'C''; DROP ROLE x; --' LC_CTYPE = 'C' OWNER = postgres",
    );
    assert.ok(hostile);
    assert.equal(
      localeClause(hostile),
      "LOCALE_PROVIDER libc ENCODING 'UTF8' LC_COLLATE 'C''; DROP ROLE x; --' LC_CTYPE 'C'",
    );
    for (const wrong of [
      "ENCODING = 'UTF8'",
      "LOCALE = 'C'",
      "ENCODING = 'UTF8' LOCALE_PROVIDER = mine LOCALE = 'C'",
    ]) {
      assert.equal(read(wrong), undefined, wrong);
    }
  });
});
