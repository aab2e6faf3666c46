import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { setTimeout } from "node:timers/promises";
import pg from "pg";
import { startThrowAwayPostgres } from "../support/postgres.ts";
import type { ThrowAwayPostgres } from "../support/postgres.ts";
import { postgresClient } from "../support/postgresClient.ts";

const FILES = join(import.meta.dirname, "../../charts/odoo/files");

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "odoo-saas-chart-"));
  mkdirSync(join(folder, "bin"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Puts a command first on the scripts' PATH. */
function fake(name: string, body: string): void {
  const file = join(folder, "bin", name);
  writeFileSync(file, `#!/bin/sh\n${body}\n`);
  chmodSync(file, 0o755);
}

describe("init.sh", () => {
  let server: ThrowAwayPostgres;
  let client: string | undefined;
  before(async () => {
    [server, client] = await Promise.all([startThrowAwayPostgres("chart"), postgresClient()]);
  });
  after(() => server.stop());

  let database = 0;
  let connection: string;
  beforeEach(async () => {
    database += 1;
    await server.connect((client) => client.query(`CREATE DATABASE acme${database}`));
    connection = JSON.stringify({
      host: "127.0.0.1",
      port: server.port,
      user: "postgres",
      password: server.superuserPassword,
      database: `acme${database}`,
    });
    writeFileSync(
      join(folder, "pg_service.conf"),
      `[odoo]\nhost=127.0.0.1\nport=${server.port}\nuser=postgres\npassword=${server.superuserPassword}\n` +
        `dbname=acme${database}\napplication_name=odoo-saas/acme\n`,
      { mode: 0o600 },
    );
    fake("odoo", `exec '${process.execPath}' '${join(import.meta.dirname, "fakeOdoo.ts")}' "$@"`);
    // Short, and not nothing: what init.sh does in the background would keep the processor busy.
    fake("sleep", "exec /bin/sleep 0.2");
  });

  /** The Job's environment; the release that is wanted is its own. */
  function environment(changes: Readonly<Record<string, string>>) {
    const revision = changes["ODOO_REVISION"] ?? "r1";
    const [log, wanted] = [join(folder, `log-${revision}`), join(folder, `wanted-${revision}`)];
    writeFileSync(log, "");
    writeFileSync(wanted, revision);
    return {
      PATH: [join(folder, "bin"), client, process.env["PATH"]].filter((path) => path !== undefined).join(delimiter),
      TMPDIR: folder,
      PGSERVICEFILE: join(folder, "pg_service.conf"),
      REVISION_FILE: wanted,
      ODOO_MODULES: "auth_oidc,base,project",
      ODOO_REVISION: revision,
      ODOO_IMAGE_DIGEST: "sha256:one",
      TEST_DATABASE: connection,
      TEST_IMAGE_MODULES: "auth_oidc,base,project,sale",
      TEST_LOG: log,
      ...changes,
    };
  }

  function callsIn(log: string): string[] {
    return readFileSync(log, "utf8").split("\n").slice(0, -1);
  }

  function run(script: string, changes: Readonly<Record<string, string>> = {}) {
    const env = environment(changes);
    const { status, stdout, stderr } = spawnSync("/bin/sh", [join(FILES, script)], { env, encoding: "utf8" });
    return { status, stdout, stderr, calls: callsIn(env.TEST_LOG) };
  }

  /** What the init Job has written into the database. */
  async function revision(): Promise<string | undefined> {
    const { rows } = await server.connect(
      (client) =>
        client.query<{ value: string }>("SELECT value FROM ir_config_parameter WHERE key = 'odoo_saas.revision'"),
      { database: `acme${database}` },
    );
    return rows[0]?.value;
  }

  /** Rows of a statement in the tenant's database. */
  async function query(text: string): Promise<unknown[]> {
    return await server.connect(async (client) => (await client.query<Record<string, unknown>>(text)).rows, {
      database: `acme${database}`,
    });
  }

  /** What is left of the notes that the Job makes while it works. */
  async function notes(): Promise<unknown[]> {
    return await query(`
      SELECT key AS note FROM ir_config_parameter WHERE key = 'odoo_saas.installing'
      UNION ALL SELECT relname FROM pg_class WHERE relname = 'odoo_saas_installing'`);
  }

  const RUN = "--config=/etc/odoo/odoo.conf --no-http --workers=0 --max-cron-threads=0 --db_maxconn=4";
  const STOP = `--stop-after-init ${RUN}`;
  const shell = (script: string) => `odoo shell ${RUN} < ${script}`;
  const SETTLED = [shell("settle.py"), shell("oidc.py")];
  const FIRST = [`odoo --init=base ${STOP}`, shell("company.py"), `odoo --init=auth_oidc,base,project ${STOP}`];

  it("makes the company before the modules in an empty database, settles it, and says so in the database", async () => {
    const first = run("init.sh");
    assert.equal(first.status, 0, first.stderr);
    assert.deepEqual(first.calls, [...FIRST, ...SETTLED]);
    assert.equal(await revision(), "r1");
    assert.deepEqual(await notes(), []);
  });

  it("settles, and does nothing else, a second time", () => {
    run("init.sh");
    const second = run("init.sh");
    assert.equal(second.status, 0, second.stderr);
    assert.deepEqual(second.calls, SETTLED);
    assert.match(second.stdout, /all modules are installed/);
  });

  it("installs what was added, and upgrades nothing", () => {
    run("init.sh");
    const more = run("init.sh", { ODOO_MODULES: "auth_oidc,base,project,sale", ODOO_REVISION: "r2" });
    assert.equal(more.status, 0, more.stderr);
    assert.deepEqual(more.calls, [`odoo --init=sale ${STOP}`, ...SETTLED]);
  });

  it("upgrades all modules for another image, and installs what it adds", async () => {
    run("init.sh");
    const same = run("init.sh", { ODOO_IMAGE_DIGEST: "sha256:two", ODOO_REVISION: "r2" });
    assert.deepEqual(same.calls, [`odoo --update=all ${STOP}`, ...SETTLED]);
    const more = run("init.sh", {
      ODOO_IMAGE_DIGEST: "sha256:three",
      ODOO_REVISION: "r3",
      ODOO_MODULES: "auth_oidc,base,project,sale",
    });
    assert.deepEqual(more.calls, [`odoo --update=all --init=sale ${STOP}`, ...SETTLED]);
    assert.equal(await revision(), "r3");
  });

  describe("after a first installation that was cut off", () => {
    for (const [where, cut] of [
      ["in base", "--init=base"],
      ["at the company", "company.py"],
      ["in the modules", "--init=auth_oidc"],
    ] as const) {
      it(`starts again from an empty database: ${where}`, async () => {
        await query("CREATE VIEW platforms AS SELECT 1; CREATE SCHEMA reporting; CREATE TABLE reporting.kept ()");
        assert.equal(run("init.sh", { TEST_ODOO_FAILS: cut }).status, 1);
        assert.equal(await revision().catch(() => undefined), undefined);
        const again = run("init.sh");
        assert.equal(again.status, 0, again.stderr);
        assert.match(again.stdout, /the first installation was cut off: starting again from an empty database/);
        assert.deepEqual(again.calls, [...FIRST, ...SETTLED]);
        assert.deepEqual(await notes(), []);
        assert.deepEqual(await query("SELECT to_regclass('reporting.kept') IS NOT NULL AS kept"), [{ kept: true }]);
      });
    }

    it("goes on with what a restart that was cut off itself has left", async () => {
      run("init.sh", { TEST_ODOO_FAILS: "company.py" });
      await query("DROP TABLE ir_module_module, ir_config_parameter");
      assert.deepEqual(run("init.sh").calls, [...FIRST, ...SETTLED]);
    });

    it("repeats none of it when only the settings failed", async () => {
      for (const cut of ["settle.py", "oidc.py"]) {
        const result = run("init.sh", { TEST_ODOO_FAILS: cut });
        assert.equal(result.status, 1);
        assert.equal(await revision(), undefined);
      }
      const again = run("init.sh");
      assert.equal(again.status, 0, again.stderr);
      assert.deepEqual(again.calls, SETTLED);
    });

    it("removes nothing once somebody has logged in, or a revision was there", async () => {
      for (const use of [
        "INSERT INTO res_users_log (create_uid) VALUES (2)",
        "DELETE FROM res_users_log; INSERT INTO ir_config_parameter (key, value) VALUES ('odoo_saas.revision', 'r1')",
      ]) {
        run("init.sh", { TEST_ODOO_FAILS: "--init=auth_oidc" });
        await query(use);
        const again = run("init.sh");
        assert.equal(again.status, 1);
        assert.match(again.stderr, /a first installation was cut off, and its database is in use/);
        assert.deepEqual(again.calls, []);
        assert.deepEqual(await query("SELECT count(*)::int AS modules FROM ir_module_module"), [{ modules: 2 }]);
        await query("DROP TABLE odoo_saas_installing");
        await query("DELETE FROM ir_config_parameter; CREATE TABLE odoo_saas_installing ()");
      }
    });
  });

  describe("after a later run that was cut off", () => {
    it("upgrades what had been in work", async () => {
      run("init.sh");
      const changes = { ODOO_MODULES: "auth_oidc,base,project,sale", ODOO_REVISION: "r2" };
      assert.equal(run("init.sh", { ...changes, TEST_ODOO_FAILS: "--init=sale" }).status, 1);
      assert.equal(await revision(), undefined);
      const again = run("init.sh", changes);
      assert.equal(again.status, 0, again.stderr);
      assert.deepEqual(again.calls, [`odoo --update=sale ${STOP}`, ...SETTLED]);
      assert.deepEqual(await notes(), []);
    });

    it("upgrades what Odoo has left in the middle of something", async () => {
      run("init.sh");
      await query("INSERT INTO ir_module_module (name, state) VALUES ('hr_skills', 'to install')");
      const again = run("init.sh");
      assert.deepEqual(again.calls, [`odoo --update=hr_skills ${STOP}`, ...SETTLED].slice(0, 1));
      assert.match(again.stderr, /neither installed nor left alone: hr_skills/);
      assert.equal(await revision(), undefined);
    });

    it("upgrades all modules again, also for the image that was there before", () => {
      run("init.sh");
      run("init.sh", { ODOO_IMAGE_DIGEST: "sha256:two", TEST_ODOO_FAILS: "--update=all" });
      assert.deepEqual(run("init.sh").calls, [`odoo --update=all ${STOP}`, ...SETTLED]);
    });
  });

  it("leaves single sign-on alone where its module is not installed", () => {
    const { calls } = run("init.sh", { ODOO_MODULES: "base,project" });
    assert.deepEqual(calls.slice(2), [`odoo --init=base,project ${STOP}`, shell("settle.py")]);
  });

  it("fails when the image lacks a module, which Odoo only warns of", async () => {
    const result = run("init.sh", { ODOO_MODULES: "auth_oidc,base,nowhere,project" });
    assert.equal(result.status, 1);
    assert.match(result.stderr, /not installed: nowhere, expected the image to have them and their dependencies/);
    assert.equal(await revision(), undefined);
  });

  it("fails when Odoo does, and lets no pod start on what that left", async () => {
    run("init.sh");
    assert.equal(await revision(), "r1");
    for (const changes of [{ ODOO_IMAGE_DIGEST: "sha256:two" }, { ODOO_MODULES: "auth_oidc,base,project,sale" }]) {
      const result = run("init.sh", { ...changes, ODOO_REVISION: "r2", TEST_ODOO_FAILS: "--stop-after-init" });
      assert.equal(result.status, 1);
      assert.equal(await revision(), undefined);
    }
  });

  it("fails with a reason when the database does not answer", () => {
    fake("psql", "exit 2");
    const result = run("init.sh");
    assert.equal(result.status, 1);
    assert.match(result.stderr, /the tenant's database cannot be reached, expected the server in pg_service\.conf/);
    assert.match(result.stdout, /waiting for the database \(29 of 30\)/);
  });

  /** A session as Odoo has it, and whether it has been ended. */
  async function session(name: string): Promise<{ ended: () => boolean; end: () => Promise<void> }> {
    const client = new pg.Client({ ...(JSON.parse(connection) as pg.ClientConfig), application_name: name });
    let ended = false;
    client.on("error", () => (ended = true));
    client.on("end", () => (ended = true));
    await client.connect();
    return { ended: () => ended, end: () => client.end().catch(() => undefined) };
  }

  it("upgrades only when no other Odoo is connected, and ends sessions that stay", async () => {
    run("init.sh");
    const others = await Promise.all(["odoo-web-17", "odoo-cron-9", "odoo-4711"].map(session));
    // A backup, and monitoring.
    const bystander = await session("odoo-saas/acme");
    try {
      const result = run("init.sh", { ODOO_IMAGE_DIGEST: "sha256:two", ODOO_REVISION: "r2", TEST_ODOO_ALONE: "yes" });
      assert.equal(result.status, 0, result.stderr);
      assert.match(result.stdout, /ending sessions of other Odoo processes \(3\)/);
      assert.deepEqual(result.calls, [`odoo --update=all ${STOP}`, ...SETTLED]);
      await until(() => others.every(({ ended }) => ended()));
      assert.equal(bystander.ended(), false);
    } finally {
      await Promise.all([...others, bystander].map(({ end }) => end()));
    }
  });

  it("does not wait for others where nothing changes", async () => {
    run("init.sh");
    const other = await session("odoo-web-17");
    try {
      assert.equal(run("init.sh").status, 0);
      assert.equal(other.ended(), false);
    } finally {
      await other.end();
    }
  });

  it("takes the sessions of an Odoo that comes back during an upgrade", () => {
    run("init.sh");
    const result = run("init.sh", {
      ODOO_IMAGE_DIGEST: "sha256:two",
      ODOO_REVISION: "r2",
      TEST_ODOO_RETURNS: "odoo-cron-9",
    });
    assert.equal(result.status, 0, result.stderr);
    assert.deepEqual(result.calls, [`odoo --update=all ${STOP}`, "odoo-cron-9 was ended", ...SETTLED]);
  });

  describe("beside a backup", () => {
    const LOCK = "hashtextextended('odoo_saas.upgrade', 0)";
    const upgrade = { ODOO_IMAGE_DIGEST: "sha256:two", ODOO_REVISION: "r2" };

    /**
     * A backup as backup.sh is to the server.
     *
     * @param seconds it ends by itself, since the scripts run while this process stands still
     */
    async function backup(seconds = 300): Promise<{ end: () => Promise<void> }> {
      const name = "odoo-saas/backup";
      const client = new pg.Client({ ...(JSON.parse(connection) as pg.ClientConfig), application_name: name });
      client.on("error", () => undefined);
      await client.connect();
      await client.query(`SELECT pg_advisory_lock_shared(${LOCK})`);
      const over = client
        .query(`SELECT pg_sleep(${seconds}); SELECT pg_advisory_unlock_shared(${LOCK})`)
        .catch(() => undefined);
      return {
        end: async () => {
          await query(
            `SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE application_name = '${name}'`,
          );
          await over;
        },
      };
    }

    it("begins an upgrade when the backup has ended, and lets Odoo run until then", async () => {
      run("init.sh");
      const running = await backup(15);
      const other = await session("odoo-saas/backup-by-hand");
      try {
        const result = run("init.sh", { ...upgrade, TEST_ODOO_ALONE: "yes" });
        assert.equal(result.status, 0, result.stderr);
        assert.match(
          result.stdout,
          /waiting for a backup of the database to end \(UTC since 20\d\d-.*; 0 of 900 s\)[^]*waiting for other Odoo processes/,
        );
        assert.deepEqual(result.calls, [`odoo --update=all ${STOP}`, ...SETTLED]);
        assert.equal(await revision(), "r2");
      } finally {
        await Promise.all([running.end(), other.end()]);
      }
    });

    it("gives up after its time, and has changed nothing", async () => {
      run("init.sh");
      const running = await backup();
      try {
        for (const changes of [upgrade, { ODOO_MODULES: "auth_oidc,base,project,sale", ODOO_REVISION: "r2" }]) {
          const result = run("init.sh", { ...changes, WAIT_SECONDS: "20" });
          assert.equal(result.status, 75);
          assert.match(
            result.stderr,
            /a backup of the database runs \(UTC since .*\), expected it to end within 20 s; nothing was changed; see docs\/runbooks\/odoo-init\.md/,
          );
          assert.deepEqual(result.calls, []);
          assert.equal(await revision(), "r1");
          assert.deepEqual(await notes(), []);
        }
      } finally {
        await running.end();
      }
    });

    it("does not begin a first installation either", async () => {
      const running = await backup();
      try {
        const result = run("init.sh", { WAIT_SECONDS: "10" });
        assert.equal(result.status, 75, result.stderr);
        assert.deepEqual(result.calls, []);
        assert.deepEqual(await query("SELECT to_regclass('odoo_saas_installing') AS mark"), [{ mark: null }]);
      } finally {
        await running.end();
      }
      assert.equal(run("init.sh").status, 0);
    });

    it("waits for none where nothing changes", async () => {
      run("init.sh");
      const running = await backup();
      try {
        const result = run("init.sh");
        assert.equal(result.status, 0, result.stderr);
        assert.doesNotMatch(result.stdout, /backup/);
      } finally {
        await running.end();
      }
    });
  });

  describe("beside another init Job", () => {
    const second = { ODOO_IMAGE_DIGEST: "sha256:two", ODOO_REVISION: "r2" };
    const third = { ODOO_IMAGE_DIGEST: "sha256:three", ODOO_REVISION: "r3" };
    const UPGRADED = [`odoo --update=all ${STOP}`, ...SETTLED];

    const started = new Set<ChildProcess>();
    afterEach(() => {
      for (const { pid = 0, exitCode, signalCode } of started) {
        if (exitCode === null && signalCode === null) process.kill(-pid, "SIGKILL");
      }
      started.clear();
    });

    /** Starts a Job that runs beside others. */
    function start(changes: Readonly<Record<string, string>>) {
      const env = environment({ WAIT_SECONDS: "90000", ...changes });
      const child = spawn("/bin/sh", [join(FILES, "init.sh")], { env, detached: true });
      started.add(child);
      const printed = { stdout: "", stderr: "" };
      child.stdout.setEncoding("utf8").on("data", (text: string) => (printed.stdout += text));
      child.stderr.setEncoding("utf8").on("data", (text: string) => (printed.stderr += text));
      const ended = once(child, "close").then(([status]) => ({ ...printed, status: status as unknown }));
      return { ended, printed, calls: () => callsIn(env.TEST_LOG), stop: () => child.kill("SIGTERM") };
    }

    /** Starts one whose Odoo runs until it is let go on. */
    async function startHeld(changes: Readonly<Record<string, string>>) {
      const file = join(folder, "go-on");
      const job = start({ ...changes, TEST_ODOO_WAITS: file });
      const odoos = () => query("SELECT FROM pg_stat_activity WHERE application_name ~ '^odoo-init-[0-9]'");
      await until(async () => (await odoos()).length === 1);
      return { ...job, odoos, goOn: () => writeFileSync(file, "") };
    }

    it("waits until that has ended, whose Odoo is left alone, and has the last word", async () => {
      run("init.sh");
      const older = await startHeld(second);
      const newer = start(third);
      await until(() => newer.printed.stdout.includes("(20 of 90000 s)"));
      assert.match(
        newer.printed.stdout,
        new RegExp(
          `waiting for another init Job to end: odoo-saas/init r2 ${hostname().slice(0, 30)}.*, UTC since 20\\d\\d-.* \\(0 of 90000 s`,
        ),
      );
      assert.deepEqual(newer.calls(), []);
      older.goOn();
      const [first, last] = [await older.ended, await newer.ended];
      assert.equal(first.status, 0, first.stderr);
      assert.equal(last.status, 0, last.stderr);
      assert.deepEqual([older.calls(), newer.calls()], [UPGRADED, UPGRADED]);
      assert.equal(await revision(), "r3");
      assert.deepEqual(await notes(), []);
    });

    it("gives up after its time, and has changed nothing and ended no session", async () => {
      run("init.sh");
      const older = await startHeld(second);
      const pod = await session("odoo-web-17");
      try {
        const newer = run("init.sh", { ...third, WAIT_SECONDS: "20" });
        assert.equal(newer.status, 76, newer.stderr);
        assert.match(
          newer.stderr,
          /another init Job of this tenant runs \(odoo-saas\/init r2 .*\), expected it to end within 20 s: run this one again when it has; nothing was changed; see docs\/runbooks\/odoo-init\.md/,
        );
        assert.deepEqual(newer.calls, []);
        assert.deepEqual(await notes(), [{ note: "odoo_saas.installing" }]);
        assert.equal((await older.odoos()).length, 1);
      } finally {
        await pod.end();
      }
      older.goOn();
      assert.equal((await older.ended).status, 0);
      assert.equal(await revision(), "r2");
    });

    it("installs an empty database once, whichever comes first", async () => {
      const jobs = [start(second), start(third)];
      for (const { ended } of jobs) {
        const { status, stderr, stdout } = await ended;
        assert.equal(status, 0, stderr);
        assert.doesNotMatch(stdout, /cut off/);
      }
      const calls = jobs.map((job) => job.calls()).sort((a, b) => b.length - a.length);
      assert.deepEqual(calls, [[...FIRST, ...SETTLED], UPGRADED]);
    });

    it("changes nothing once another release is wanted", async () => {
      run("init.sh", third);
      const wanted = join(folder, "wanted-r3");
      const older = run("init.sh", { ...second, REVISION_FILE: wanted });
      assert.equal(older.status, 77, older.stderr);
      assert.match(
        older.stderr,
        /this Job is for revision r2, and the one wanted is r3: .*; nothing was changed; see docs/,
      );
      assert.deepEqual(older.calls, []);
      assert.equal(await revision(), "r3");
    });

    it("looks what is wanted when its node has had time to bring it, where it had to wait", async () => {
      run("init.sh");
      const wanted = join(folder, "late");
      fake("sleep", `[ "$1" != 120 ] || echo r4 >'${wanted}'; exec /bin/sleep 0.2`);
      const first = await startHeld(second);
      writeFileSync(wanted, "r3");
      const older = start({ ...third, REVISION_FILE: wanted });
      await until(() => older.printed.stdout.includes("(20 of 90000 s)"));
      first.goOn();
      assert.equal((await first.ended).status, 0);
      assert.equal((await older.ended).status, 77);
      assert.deepEqual(older.calls(), []);
      assert.equal(await revision(), "r2");
    });

    it("waits for a node that brings the wanted release late", async () => {
      const wanted = join(folder, "late");
      writeFileSync(wanted, "r1");
      const job = start({ ...second, REVISION_FILE: wanted });
      await until(async () => (await query("SELECT FROM pg_locks WHERE locktype = 'advisory'")).length === 1);
      writeFileSync(wanted, "r2\n");
      assert.equal((await job.ended).status, 0);
      assert.equal(await revision(), "r2");
    });

    it("stops, and its Odoo too, when the session that keeps others away is lost; another try goes on", async () => {
      run("init.sh");
      const job = await startHeld(second);
      await query(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'odoo-saas/init %'",
      );
      const { status, stderr } = await job.ended;
      assert.equal(status, 1, stderr);
      assert.match(
        stderr,
        /the session that keeps other init Jobs away has ended, expected .*; see docs\/runbooks\/odoo-init/,
      );
      await until(async () => (await job.odoos()).length === 0);
      assert.equal(await revision(), undefined);
      const again = run("init.sh", second);
      assert.equal(again.status, 0, again.stderr);
      assert.deepEqual(again.calls, UPGRADED);
    });

    it("keeps none away once it was stopped", async () => {
      run("init.sh");
      const job = await startHeld(second);
      job.stop();
      assert.equal((await job.ended).status, 143);
      await until(async () => (await job.odoos()).length === 0);
      assert.equal(run("init.sh", third).status, 0);
    });
  });

  async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
    for (let tries = 0; !(await holds()) && tries < 600; tries++) await setTimeout(50);
    assert.ok(await holds());
  }
});
