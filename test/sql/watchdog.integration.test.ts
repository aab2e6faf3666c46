import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import pg from "pg";
import { PLATFORM_ADMIN } from "../../sandbox/services/preparePostgres.ts";
import { superuserConnection } from "../../sandbox/services/postgres.ts";
import { postgresClient } from "../support/postgresClient.ts";
import { analyticsOf, PASSWORD, SqlFixture } from "../support/sqlFixture.ts";
import type { ThrowAwayPostgres } from "../support/postgres.ts";
import { WatchdogProcess } from "../support/watchdog.ts";

/** The attack: as many locks as the server's table has room for, and more. */
const FLOOD = "SELECT count(pg_advisory_lock(i)) FROM generate_series(1, 5000000) i";
/** What a session that was ended says: admin_shutdown. A statement may fail for want of room first. */
const ENDED = ["57P01", "53200"];
/** Seconds between two looks, as everywhere. */
const LOOK_SECONDS = 1;
/** How long others may have to wait, in seconds: it ends in two or three. */
const WAIT_SECONDS = 10;
const LIMITS = { sessionLocks: 10_000, roleLocks: 40_000, idleSeconds: 3, transactionSeconds: 6 };
/** For work that may take its time: other work on this machine slows it down. */
const PATIENT = { ...LIMITS, idleSeconds: 60, transactionSeconds: 100 };
/** Who attacks. */
const WHO = ["a tenant's owner", "a tenant's reporter", "a reader of analytics"];

describe("the watchdog", function () {
  this.timeout(180_000);
  let fixture: SqlFixture;
  let watchdog: WatchdogProcess;
  const open: pg.Client[] = [];

  before(async () => {
    // As many locks as the sandbox's servers have room for.
    fixture = await SqlFixture.start({ max_connections: "400", autovacuum_naptime: "1s" });
    for (const tenant of ["acme", "rival"]) await fixture.makeTenant(tenant);
  });
  const watch = (limits: typeof LIMITS) => {
    const server = { password: PASSWORD, limits };
    return WatchdogProcess.start(
      [
        { ...server, name: "tenants", port: fixture.tenants.port, trustedRoles: [PLATFORM_ADMIN] },
        { ...server, name: "analytics", port: fixture.analytics.port, trustedRoles: [PLATFORM_ADMIN, "authenticator"] },
      ],
      LOOK_SECONDS,
    );
  };
  beforeEach(async () => {
    watchdog = await watch(LIMITS);
  });
  afterEach(async () => {
    for (const client of open.splice(0)) await client.end().catch(() => undefined);
    await watchdog.stop();
  });
  after(() => fixture.stop());

  const roles = () => {
    const { tenants, analytics } = fixture;
    return [
      { server: tenants, login: { user: "acme", database: "acme" }, name: "tenants" },
      { server: tenants, login: { user: "acme_reporter", database: "acme" }, name: "tenants" },
      {
        server: analytics,
        login: { user: analyticsOf("acme").roles.reader, database: "postgres" },
        name: "analytics",
      },
    ];
  };

  /** Opens a session that may be cut off. */
  async function session(server: ThrowAwayPostgres, login: pg.ClientConfig): Promise<pg.Client> {
    const client = new pg.Client({ ...superuserConnection(server), password: PASSWORD, ...login });
    client.on("error", () => undefined);
    open.push(client);
    await client.connect();
    return client;
  }

  /** Locks that a role has on the tenants' server, as the watchdog's figures say. */
  async function locksOf(role: string): Promise<number> {
    const { text } = await watchdog.ask("/metrics");
    return Number(new RegExp(`^odoo_watchdog_locks\\{server="tenants",role="${role}"\\} (\\d+)$`, "m").exec(text)?.[1]);
  }

  /** SQLSTATE that a statement ends with; undefined when it succeeds. A cut connection counts as ended. */
  async function outcome(statement: Promise<unknown>): Promise<string | undefined> {
    try {
      await statement;
      return undefined;
    } catch (error) {
      return error instanceof pg.DatabaseError ? (error.code ?? "?") : "57P01";
    }
  }

  /** Seconds until the superuser, the program and another tenant can log in and work again. */
  async function secondsUntilOpen(server: ThrowAwayPostgres): Promise<number> {
    const begin = Date.now();
    const logins: pg.ClientConfig[] = [
      superuserConnection(server),
      { user: PLATFORM_ADMIN, password: PASSWORD },
      server === fixture.tenants
        ? { user: "rival", database: "rival", password: PASSWORD }
        : { user: analyticsOf("rival").roles.reader, password: PASSWORD },
    ];
    for (const login of logins) {
      await watchdog.until(async () => {
        const failure = await outcome(
          server.connect((client) => client.query("SELECT count(*) FROM pg_class"), {
            connectionTimeoutMillis: 2000,
            ...login,
          }),
        );
        return failure === undefined;
      }, WAIT_SECONDS);
    }
    return (Date.now() - begin) / 1000;
  }

  it("is needed: without it, nobody gets in while the table is full", async () => {
    await watchdog.stop();
    const { server, login } = roles()[0] ?? assert.fail();
    const attacker = await session(server, login);
    assert.equal(await outcome(attacker.query(FLOOD)), "53200");
    for (const other of [superuserConnection(server), { user: "rival", database: "rival", password: PASSWORD }])
      assert.equal(await outcome(server.connect((client) => client.query("SELECT"), other)), "53200");
  });

  for (const [index, who] of WHO.entries()) {
    it(`ends ${who} that fills the lock table, and the others get in within seconds`, async () => {
      const { server, login, name } = roles()[index] ?? assert.fail();
      const attacker = await session(server, login);
      const [failure] = await Promise.all([outcome(attacker.query(FLOOD)), sleep(300)]);
      assert.ok(ENDED.includes(failure ?? ""), failure);
      const seconds = await secondsUntilOpen(server);
      assert.ok(seconds < WAIT_SECONDS, `${seconds} s`);
      await watchdog.until(async () => (await outcome(attacker.query("SELECT"))) !== undefined);
      assert.match(
        watchdog.log,
        new RegExp(`${name}: ended session \\d+ of role ${login.user} in database ${login.database}: `),
      );
      assert.doesNotMatch(watchdog.log, /advisory/);
    });

    it(`ends ${who} that is idle in a transaction, or whose transaction is old, and no other`, async () => {
      const { server, login } = roles()[index] ?? assert.fail();
      const [idle, old, fine] = [
        await session(server, login),
        await session(server, login),
        await session(server, login),
      ];
      await idle.query("BEGIN; SELECT");
      const [ended] = await Promise.all([
        outcome(old.query("SELECT pg_sleep(60)")),
        watchdog.until(() => watchdog.ended.length >= 2),
      ]);
      assert.equal(ended, "57P01");
      assert.notEqual(await outcome(idle.query("SELECT")), undefined);
      await fine.query("SELECT");
      const reasons = watchdog.ended.map((line) => /: ([a-z-]+), \d+ where \d+ are allowed$/.exec(line)?.[1]);
      assert.deepEqual(reasons.sort(), ["idle-in-transaction", "transaction"]);
    });
  }

  it("ends who locks thousands of tables one by one: a tenant's own, and an analyst's temporary ones", async () => {
    const [owner, , reader] = roles();
    assert.ok(owner && reader);
    const attacker = await session(owner.server, owner.login);
    // Committed at times: the making itself would take too many.
    await attacker.query(`DO $$ BEGIN FOR i IN 1..11000 LOOP
      EXECUTE format('CREATE TABLE t%s ()', i); IF i % 1000 = 0 THEN COMMIT; END IF; END LOOP; END $$`);
    const locks = `DO $$ BEGIN FOR i IN 1..11000 LOOP EXECUTE format('LOCK TABLE t%s', i); END LOOP; PERFORM pg_sleep(60); END $$`;
    const analyst = await session(reader.server, reader.login);
    const temporary = `DO $$ BEGIN FOR i IN 1..11000 LOOP EXECUTE format('CREATE TEMP TABLE t%s ()', i); END LOOP;
      PERFORM pg_sleep(60); END $$`;
    assert.deepEqual(await Promise.all([outcome(attacker.query(locks)), outcome(analyst.query(temporary))]), [
      "57P01",
      "57P01",
    ]);
    for (const { server } of [owner, reader]) await secondsUntilOpen(server);
  });

  it("sees and ends also when what it knew of the attacker was made invalid, and every way around the table is shut", async () => {
    const { server, login } = roles()[0] ?? assert.fail();
    // Strong locks on tables of all numbers: nobody's weak locks get by without room in the table from here on.
    const strong = await session(server, login);
    await strong.query("BEGIN");
    await strong.query("DO $$ BEGIN FOR i IN 1..9000 LOOP EXECUTE format('LOCK TABLE t%s', i); END LOOP; END $$");
    const attacker = await session(server, login);
    await attacker.query(`ALTER ROLE acme PASSWORD '${PASSWORD}'`);
    const failure = await outcome(attacker.query(FLOOD));
    assert.ok(ENDED.includes(failure ?? ""), failure);
    await secondsUntilOpen(server);
    assert.ok(watchdog.ended.length > 0);
    assert.doesNotMatch(watchdog.log, /failed|lost|cannot/);
  });

  /** Has autovacuum run a tenant's function on the tenants' server: it fills the lock table and keeps what it has got. */
  async function attackByAutovacuum(): Promise<void> {
    await fixture.asOwner("acme", async (client) => {
      await client.query(`CREATE FUNCTION public.flood(i integer) RETURNS integer LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN
        IF current_setting('application_name') = '' THEN
          BEGIN PERFORM pg_advisory_lock(n) FROM generate_series(1, 5000000) n; EXCEPTION WHEN OTHERS THEN NULL; END;
          PERFORM pg_sleep(60);
        END IF; RETURN i; END $$`);
      await client.query(`SET application_name = 'the tenant'; CREATE TABLE public.analysed (i integer);
        CREATE INDEX ON public.analysed (public.flood(i));
        INSERT INTO public.analysed SELECT generate_series(1, 1000)`);
    });
  }
  const endAutovacuum = () =>
    fixture.tenants.connect((client) => client.query("DROP TABLE public.analysed; DROP FUNCTION public.flood"), {
      database: "acme",
    });

  it("ends a worker of autovacuum that runs a tenant's function, which fills the lock table", async () => {
    await attackByAutovacuum();
    try {
      await watchdog.until(() => watchdog.ended.some((line) => line.includes(" of role autovacuum of acme ")));
      const seconds = await secondsUntilOpen(fixture.tenants);
      assert.ok(seconds < WAIT_SECONDS, `${seconds} s`);
      assert.doesNotMatch(watchdog.log, /failed|lost|cannot/);
    } finally {
      await watchdog.until(async () => (await outcome(endAutovacuum())) === undefined);
    }
  });

  it("says that it cannot end such a worker without the superuser's function", async () => {
    await watchdog.stop();
    const asSuperuser = (sql: string) => fixture.tenants.connect((client) => client.query(sql));
    await asSuperuser("REVOKE USAGE ON SCHEMA odoo_watchdog FROM odoo_watchdog");
    watchdog = await watch(LIMITS);
    const rescuer = await session(fixture.tenants, superuserConnection(fixture.tenants));
    const { rows } = await rescuer.query<{ oid: number }>("SELECT oid FROM pg_database WHERE datname = 'acme'");
    // Of functions alone, and run once before: a view's tables would have to be locked, and there is no room.
    const rescue = () =>
      rescuer.query("SELECT pg_terminate_backend(pid) FROM pg_stat_get_activity(NULL) WHERE datid = $1", [
        rows[0]?.oid,
      ]);
    await rescue();
    try {
      await attackByAutovacuum();
      await watchdog.until(() => watchdog.log.includes("tenants: cannot end session "));
      await watchdog.until(async () =>
        /^odoo_watchdog_unended_sessions\{server="tenants"\} 1$/m.test((await watchdog.ask("/metrics")).text),
      );
      assert.doesNotMatch(watchdog.log, /failed|lost/);
    } finally {
      await rescue();
      await watchdog.until(async () => (await outcome(endAutovacuum())) === undefined);
      await asSuperuser("GRANT USAGE ON SCHEMA odoo_watchdog TO odoo_watchdog");
    }
  });

  it("ends the largest when many together leave little room, whatever each may have", async () => {
    const server = fixture.tenants;
    const hold = async (user: string, from: number) => {
      const client = await session(server, { user, database: user });
      await client.query(`SELECT count(pg_advisory_lock(i)) FROM generate_series(${from}, ${from + 9700}) i`);
    };
    for (let n = 0; n < 4; n++) await Promise.all(["acme", "rival"].map((user) => hold(user, 1 + n * 10_000)));
    await watchdog.until(() => watchdog.ended.length > 0);
    assert.match(watchdog.ended[0] ?? "", /: pressure, \d+ where \d+ are allowed$/);
  });

  it("ends sessions of the role with the most when many small ones leave little room", async () => {
    const hold = async (user: string, index: number) => {
      const client = await session(fixture.tenants, { user, database: "acme" });
      const from = (index + 1) * 1000;
      await client.query(`SELECT count(pg_advisory_lock_shared(i)) FROM generate_series(${from}, ${from + 989}) i`);
    };
    await Promise.all(
      ["acme", "acme_reporter"].flatMap((user) => Array.from({ length: 40 }, (_, index) => hold(user, index))),
    );
    await watchdog.until(() => watchdog.ended.length > 0);
    assert.match(watchdog.ended[0] ?? "", /: pressure, \d+ where \d+ are allowed$/);
  });

  it("keeps a role off the server for a while that does it again and again, and only that", async () => {
    const { server, login } = roles()[0] ?? assert.fail();
    const [own, other] = [await session(server, login), await session(server, { user: "rival", database: "rival" })];
    for (let time = 1; time <= 3; time++) {
      const attacker = await session(server, login);
      await outcome(attacker.query(FLOOD));
      await watchdog.until(() => watchdog.ended.filter((line) => line.includes(": locks, ")).length >= time);
      await secondsUntilOpen(server);
    }
    await watchdog.until(async () => (await outcome(own.query("SELECT"))) !== undefined);
    const again = await session(server, login);
    await watchdog.until(async () => (await outcome(again.query("SELECT"))) !== undefined);
    assert.equal(await outcome(other.query("SELECT")), undefined);
    assert.match(watchdog.log, /of role acme in database acme: repeated, 3 where 2 are allowed/);
  });

  it("counts a session that takes long to end once, and leaves the role's others alone", async () => {
    const { server, login } = roles()[0] ?? assert.fail();
    await watchdog.stop();
    const [attacker, other] = [await session(server, login), await session(server, login)];
    const { rows } = await attacker.query<{ pid: number }>("SELECT pg_backend_pid() AS pid");
    const pid = rows[0]?.pid ?? assert.fail();
    await attacker.query("SELECT count(pg_advisory_lock(i)) FROM generate_series(1, 15000) i");
    process.kill(pid, "SIGSTOP");
    try {
      watchdog = await watch(LIMITS);
      await watchdog.until(() => watchdog.ended.length > 0);
      await sleep(3 * LOOK_SECONDS * 1000);
      assert.equal(await outcome(other.query("SELECT")), undefined);
    } finally {
      process.kill(pid, "SIGCONT");
    }
    await watchdog.until(async () => (await outcome(attacker.query("SELECT"))) !== undefined);
    assert.equal(watchdog.ended.length, 1);
  });

  it("leaves those alone that the settings trust, and superusers", async () => {
    const trusted = [{ user: PLATFORM_ADMIN, password: PASSWORD }, superuserConnection(fixture.tenants)];
    const clients = await Promise.all(trusted.map((login) => session(fixture.tenants, login)));
    for (const [index, client] of clients.entries()) {
      await client.query("BEGIN");
      await client.query(
        `SELECT count(pg_advisory_lock(i)) FROM generate_series(${index}00000, ${index}00000 + 15000) i`,
      );
    }
    await sleep(Math.max(LIMITS.idleSeconds, LIMITS.transactionSeconds) * 1000 + 2000);
    for (const client of clients) await client.query("COMMIT");
    assert.deepEqual(watchdog.ended, []);
  });

  it("leaves a dump of 700 tables alone", async () => {
    await watchdog.stop();
    watchdog = await watch(PATIENT);
    const server = fixture.tenants;
    await server.connect(
      (client) =>
        client.query(`DO $$ BEGIN FOR i IN 1..700 LOOP
          EXECUTE format('CREATE TABLE d%s (id serial PRIMARY KEY, name text UNIQUE, parent integer)', i);
          EXECUTE format('CREATE INDEX ON d%s (parent)', i); IF i % 100 = 0 THEN COMMIT; END IF; END LOOP; END $$`),
      { user: "rival", database: "rival", password: PASSWORD },
    );
    // It waits for the last one while it holds the others.
    const holder = await session(server, { user: PLATFORM_ADMIN, database: "postgres" });
    const blocker = await session(server, { ...superuserConnection(server), database: "rival" });
    await holder.query("SELECT");
    await blocker.query("BEGIN; LOCK TABLE d700 IN ACCESS EXCLUSIVE MODE");
    const folder = await postgresClient();
    const dump = promisify(execFile)(
      folder === undefined ? "pg_dump" : join(folder, "pg_dump"),
      ["--host=127.0.0.1", `--port=${server.port}`, "--username=rival", "--file=/dev/null", "rival"],
      { env: { ...process.env, PGPASSWORD: PASSWORD } },
    );
    await watchdog.until(async () => (await locksOf("rival")) > 700);
    await blocker.query("COMMIT");
    await dump;
    assert.deepEqual(watchdog.ended, []);
  });

  it("leaves an upgrade alone that changes 700 tables with their indexes in one transaction", async () => {
    await watchdog.stop();
    watchdog = await watch(PATIENT);
    const upgrade = await session(fixture.tenants, { user: "rival", database: "rival" });
    await upgrade.query("BEGIN");
    await upgrade.query(`DO $$ BEGIN FOR i IN 1..700 LOOP
      EXECUTE format('ALTER TABLE d%s ADD COLUMN note text', i);
      EXECUTE format('UPDATE d%s SET note = name', i);
      EXECUTE format('CREATE INDEX ON d%s (note)', i); END LOOP; PERFORM pg_sleep(3 * ${LOOK_SECONDS}); END $$`);
    // A table, its TOAST table, three indexes that were there, and a new one: more than a real Odoo was seen to take.
    assert.ok((await locksOf("rival")) > 3000, watchdog.log);
    await upgrade.query("COMMIT");
    assert.deepEqual(watchdog.ended, []);
  });

  it("stands without a snapshot and without a transaction id, and comes back when its connection is lost, and says so", async () => {
    const own = "SELECT pid, backend_xid, backend_xmin, state FROM pg_stat_activity WHERE usename = 'odoo_watchdog'";
    const server = fixture.tenants;
    await server.connect(async (client) => {
      const { rows } = await client.query<{ pid: number }>(own);
      assert.deepEqual(rows, [
        { pid: rows[0]?.pid, backend_xid: null, backend_xmin: null, state: "idle in transaction" },
      ]);
      await client.query("SELECT pg_terminate_backend($1)", [rows[0]?.pid]);
      await watchdog.until(() => watchdog.log.includes("tenants: the connection is lost: "));
      await watchdog.until(async () => (await watchdog.ask("/ready")).status === 200);
      const metrics = (await watchdog.ask("/metrics")).text;
      assert.match(metrics, /^odoo_watchdog_connections_total\{server="tenants"\} 2$/m);
      assert.match(metrics, /^odoo_watchdog_connections_total\{server="analytics"\} 1$/m);
    });
  });

  it("lets a superuser pass who locks what it holds, and holds it again afterwards", async () => {
    for (const server of [fixture.tenants, fixture.analytics]) {
      for (const catalog of ["pg_database", "pg_authid", "pg_class"]) {
        await server.connect(async (client) => {
          await client.query("SET statement_timeout = '8s'");
          await client.query(`BEGIN; LOCK TABLE ${catalog} IN ACCESS EXCLUSIVE MODE; ROLLBACK`);
        });
      }
      await secondsUntilOpen(server);
    }
    for (const name of ["tenants", "analytics"])
      await watchdog.until(() => watchdog.log.includes(`${name}: holds the system catalogs again`));
    assert.doesNotMatch(watchdog.log, /lost|failed/);
  });

  it("says when the server has too little room for what a role may have, and only then", async () => {
    assert.doesNotMatch(watchdog.log, /has room for/);
    await watchdog.stop();
    watchdog = await watch({ ...LIMITS, roleLocks: 90_000 });
    for (const name of ["tenants", "analytics"])
      assert.match(
        watchdog.log,
        new RegExp(`${name}: the server has room for 102400 locks, expected 120001 or more: `),
      );
  });

  it("serves what monitoring asks for", async () => {
    const { status, text } = await watchdog.ask("/metrics");
    assert.equal(status, 200);
    for (const server of ["tenants", "analytics"]) {
      assert.match(text, new RegExp(`^odoo_watchdog_up\\{server="${server}"\\} 1$`, "m"));
      assert.match(text, new RegExp(`^odoo_watchdog_lock_table_size\\{server="${server}"\\} 102400$`, "m"));
      assert.match(text, new RegExp(`^odoo_watchdog_frozen_age\\{server="${server}"\\} \\d+$`, "m"));
      assert.match(text, new RegExp(`^odoo_watchdog_notification_queue\\{server="${server}"\\} [\\d.]+$`, "m"));
    }
    assert.equal((await watchdog.ask("/live")).status, 200);
    assert.equal((await watchdog.ask("/elsewhere")).status, 404);
    assert.equal(await watchdog.stop(), 0);
  });
});
