import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { run } from "../../features/backups/programs.ts";
import { restoreSnapshot } from "../../features/backups/restoreSnapshot.ts";
import { BackupRuns, SCRIPT } from "../support/backupRuns.ts";
import { addFile } from "../support/backups.ts";

/** Kills a script and all that it has started, and waits until all of it is gone. */
async function killAll({ pid = 0 }: ChildProcess): Promise<void> {
  for (;;) {
    try {
      process.kill(-pid, "SIGKILL");
    } catch {
      return;
    }
    await sleep(10);
  }
}

describe("backup.sh, on a real server with the real restic", () => {
  let runs: BackupRuns;
  before(async () => {
    runs = await BackupRuns.start("script");
  });
  after(() => runs.stop());
  beforeEach(() => runs.begin());

  it("keeps the newest of each day, week and month, by the dates of the snapshots", async () => {
    // What older backups left: their contents do not matter here.
    const { env } = runs.repository();
    const earlier = ["09-29 02", "09-30 02", "10-31 02", "11-08 02", "11-15 02", "11-20 02", "11-21 02", "11-21 12"];
    await runs.repository().prepare();
    for (const time of earlier) {
      const args = ["backup", "--quiet", "--host", "acme", "--tag", "data", "--time", `2026-${time}:00:00`, SCRIPT];
      const { status, stderr } = await run("restic", args, { env: { ...runs.programs.env, ...env, TZ: "UTC" } });
      assert.equal(status, 0, stderr);
    }
    await runs.backUp({ BACKUP_TIME: "2026-11-22 02:00:00", KEEP_DAILY: "3", KEEP_WEEKLY: "3", KEEP_MONTHLY: "3" });
    const kept = (await runs.repository().snapshots("acme", "data")).map(({ time }) => time.slice(0, 13));
    assert.deepEqual(kept, [
      "2026-09-30T02", // the newest of September
      "2026-10-31T02", // the newest of October
      "2026-11-08T02", // a Sunday: the newest of its week
      "2026-11-15T02", // another
      "2026-11-20T02",
      "2026-11-21T12", // the later one of its day
      "2026-11-22T02", // of its day, week and month
    ]);
  });

  it("tells a wrong password, and one repository's from another's", async () => {
    await runs.backUp();
    const wrong = join(runs.folder, "wrong");
    writeFileSync(wrong, "another-password\n", { mode: 0o600 });
    await runs.fails(
      { RESTIC_PASSWORD_FILE: wrong },
      /does not open with this password, expected the one that it was made with/,
    );
    await assert.rejects(
      restoreSnapshot(runs.request({ repository: runs.repository("another-password") })),
      /cannot be listed: the password does not open it/,
    );
    const other = { RESTIC_REPOSITORY: join(runs.folder, "other"), TENANT: "other" };
    await runs.fails({ ...other, RESTIC_PASSWORD_FILE: join(runs.folder, "none") }, /cannot be opened|cannot be made/);
  });

  it("makes a missing repository, and says so", async () => {
    runs.withoutRepository();
    const { status, stdout, stderr } = await runs.script();
    assert.equal(status, 0, stderr);
    assert.match(stdout, /new repository .*\n[^]*done: snapshot/);
    assert.equal((await runs.repository().snapshots("acme", "data")).length, 1);
  });

  it("says what is missing before it touches anything", async () => {
    runs.withoutRepository();
    const bin = join(runs.folder, "few");
    mkdirSync(bin);
    for (const name of ["dirname", "mkdir", "date"]) symlinkSync(`/usr/bin/${name}`, join(bin, name));
    await runs.fails({ PATH: bin }, /pg_dump is not on PATH, expected the PostgreSQL client, restic and util-linux/);
    assert.ok(!existsSync(join(runs.folder, "repository")));
  });

  it("is refused, before it dumps, with tools that are older than the server or than one another", async () => {
    runs.withoutRepository();
    const [server] = await runs.fixture.server.connect(async (client) => {
      const { rows } = await client.query<{ major: number }>(
        "SELECT current_setting('server_version_num')::int / 10000 AS major",
      );
      return rows;
    });
    const major = server?.major ?? 0;
    const older = (name: string) =>
      runs.withFake(name, "exit 1", `echo '${name} (PostgreSQL) ${major - 1}.3 (Debian)'`);
    await runs.fails(
      older("pg_dump"),
      new RegExp(
        `pg_dump is version ${major - 1} and the server ${major}, expected a client of the server's version or later`,
      ),
    );
    await runs.fails(older("pg_restore"), new RegExp(`pg_restore is version ${major - 1} and pg_dump ${major},`));
    await runs.fails(runs.withFake("psql", "exit 2"), /the database does not answer/);
    assert.ok(!existsSync(join(runs.folder, "repository")), "nothing was begun");
  });

  it("makes no snapshot when the dump fails or is not whole", async () => {
    await runs.backUp();
    await runs.fails(
      runs.withFake("pg_dump", "echo 'pg_dump: server version mismatch' >&2; exit 1"),
      /the database could not be dumped/,
    );
    await runs.fails(
      runs.withFake("pg_dump", 'for a; do case $a in --file=*) echo half >"${a#--file=}" ;; esac; done'),
      /not whole/,
    );
    // A list that a restore could not compare with is no backup either.
    const path = runs.programs.env["PATH"] ?? "";
    for (const lie of [
      `case $1 in --list) pg_restore "$@"; echo '1; 0 1 TABLE DATA public other acme' ;; *) pg_restore "$@" ;; esac`,
      `case $1 in --data-only) pg_restore "$@" | sed '/COPY public.no_columns/,/^[^[:alnum:]]*$/d' ;; *) pg_restore "$@" ;; esac`,
    ]) {
      await runs.fails(runs.withFake("pg_restore", `PATH='${path}'; ${lie}`), /the list of the tables is not whole/);
    }
    assert.equal((await runs.repository().snapshots("acme", "data")).length, 1);
    assert.deepEqual(readdirSync(join(runs.folder, "work")).sort(), [".lock", "cache", "summary.json"]);
  });

  it("runs once at a time", async () => {
    const slow = runs.withFake("pg_dump", `: >'${runs.folder}/dumping'; sleep 30`);
    const child = spawn("/bin/sh", [SCRIPT], { env: runs.environment(slow), detached: true, stdio: "ignore" });
    while (!existsSync(join(runs.folder, "dumping"))) await sleep(20);
    await runs.fails({}, /another backup of acme runs .*expected one at a time/);
    await killAll(child);
    await runs.backUp();
  });

  it("leaves nothing that a restore would take when it is killed, and goes on the next time", async () => {
    const before = await runs.backUp();
    // Without those that restic was killed over while it wrote them: they lock nothing.
    const locks = () => readdirSync(join(runs.folder, "repository/locks")).filter((name) => !name.includes("-tmp-"));
    for (const moment of ["dump", "snapshot"] as const) {
      // Both are slow where they are killed: pg_dump with half a file, restic with its lock taken and 1 KiB/s to write.
      const hold =
        moment === "dump"
          ? runs.withFake(
              "pg_dump",
              `for a; do case $a in --file=*) echo half >"\${a#--file=}" ;; esac; done; : >'${runs.folder}/${moment}'; sleep 30`,
            )
          : runs.withFake(
              "restic",
              `PATH='${runs.programs.env["PATH"] ?? ""}'; case $1 in backup) exec restic "$@" --limit-upload 1 ;; esac; exec restic "$@"`,
            );
      const child = spawn("/bin/sh", [SCRIPT], { env: runs.environment(hold), detached: true, stdio: "ignore" });
      if (moment === "dump") while (!existsSync(join(runs.folder, moment))) await sleep(10);
      else while (locks().length === 0 || !existsSync(join(runs.folder, "work/stage/backup.json"))) await sleep(1);
      await killAll(child);
      assert.ok(existsSync(join(runs.folder, "work/stage")), "it was killed in the middle");
      const [only, ...more] = await runs.repository().snapshots("acme", "data");
      assert.deepEqual([only?.id, more], [before, []], moment);
    }
    assert.ok(locks().length > 0, "the killed restic left its lock");
    await runs.backUp();
    assert.deepEqual(locks(), []);
    assert.ok(!existsSync(join(runs.folder, "work/stage")));
    const wanted = runs.request();
    await restoreSnapshot(wanted);
    runs.figures.restores++;
    await runs.drop(wanted.target.database);
  });

  it("tries again when a file goes away while it is read, and leaves out no file silently", async () => {
    // restic's first look at the filestore comes after a file of the list is gone.
    const gone = addFile(runs.fixture.data, "acme", "gone");
    const path = join(runs.fixture.data, "filestore/acme", gone);
    const real = runs.withFake(
      "restic",
      `PATH='${runs.programs.env["PATH"] ?? ""}'; case "$1" in backup) rm -f '${path}' ;; esac; exec restic "$@"`,
    );
    const { status, stdout, stderr } = await runs.script(real);
    assert.equal(status, 0, stderr);
    assert.match(stdout, /files went away while they were read: once more/);
    assert.equal((await runs.repository().snapshots("acme", "data")).length, 1);
  });

  describe("beside the init Job", () => {
    const LOCK = "hashtextextended('odoo_saas.upgrade', 0)";
    const PARAMETERS =
      "CREATE TABLE ir_config_parameter (key varchar, value text); INSERT INTO ir_config_parameter VALUES ('web.base.url', '')";
    const sql = (text: string) => runs.fixture.server.connect((client) => client.query(text), runs.fixture.acme);

    /** An environment in which the script's waits are short. */
    function impatient(seconds: number): NodeJS.ProcessEnv {
      return { ...runs.withFake("sleep", "exec /bin/sleep 0.2"), UPGRADE_WAIT_SECONDS: String(seconds) };
    }

    afterEach(() => sql("DROP TABLE IF EXISTS ir_config_parameter, odoo_saas_installing, upgraded"));

    it("waits until an upgrade has ended, and has all of it", async () => {
      await sql(`${PARAMETERS}, ('odoo_saas.image', 'sha256:one'), ('odoo_saas.installing', 'all')`);
      const child = spawn("/bin/sh", [SCRIPT], { env: runs.environment(impatient(100_000)), detached: true });
      let said = "";
      child.stdout.on("data", (data: Buffer) => (said += data.toString()));
      while (!said.includes("(10 of 100000 s)")) await sleep(50);
      await sql("CREATE TABLE upgraded ()");
      const before = readdirSync(join(runs.fixture.data, "filestore/acme"), {
        recursive: true,
        withFileTypes: true,
      }).filter((entry) => entry.isFile()).length;
      addFile(runs.fixture.data, "acme", "made by the upgrade");
      await sql("UPDATE ir_config_parameter SET key = 'odoo_saas.revision' WHERE key = 'odoo_saas.installing'");
      await new Promise((done) => child.on("close", done));
      assert.match(
        said,
        /waiting for the init Job to end: the installation or upgrade of modules all[^]*done: snapshot/,
      );
      const wanted = runs.request();
      const { rows, files } = await restoreSnapshot(wanted);
      assert.deepEqual([Object.keys(rows).filter((name) => name.includes("upgraded")).length, files], [1, before + 1]);
      await runs.drop(wanted.target.database);
    });

    it("gives up after its time, and makes no snapshot", async () => {
      for (const [state, what] of [
        ["CREATE TABLE odoo_saas_installing ()", "the first installation of modules"],
        [
          `${PARAMETERS}, ('odoo_saas.installing', 'sale,stock'), ('odoo_saas.image', 'x')`,
          "the installation or upgrade of modules sale,stock",
        ],
        [`${PARAMETERS}, ('odoo_saas.image', 'x')`, "what the init Job does after the modules"],
      ] as const) {
        await sql(`DROP TABLE IF EXISTS ir_config_parameter, odoo_saas_installing; ${state}`);
        await runs.fails(
          impatient(20),
          new RegExp(`the init Job has begun and not ended, expected it to end within 20 s: ${what}; see`),
        );
      }
      assert.deepEqual(await runs.repository().snapshots("acme", "data"), []);
      assert.ok(!existsSync(join(runs.folder, "work/stage")), "the session's pipes are gone");
    });

    it("takes what no init Job has touched, or one has finished", async () => {
      for (const state of [PARAMETERS, `${PARAMETERS}, ('odoo_saas.image', 'x'), ('odoo_saas.revision', 'r1')`]) {
        await sql(`DROP TABLE IF EXISTS ir_config_parameter; ${state}`);
        await runs.backUp({ UPGRADE_WAIT_SECONDS: "0" });
      }
    });

    it("keeps an upgrade away until files are in the snapshot too, and no longer", async () => {
      const seen = join(runs.folder, "seen");
      const path = runs.programs.env["PATH"] ?? "";
      const look = `SELECT pg_try_advisory_xact_lock(${LOCK}), application_name FROM pg_stat_activity
        WHERE application_name LIKE '%/backup' AND datname = 'acme'`;
      await runs.backUp(
        runs.withFake(
          "restic",
          `PATH='${path}'; restic "$@"; status=$?; case $1 in backup | forget) psql -XAtc "${look}" >>'${seen}' ;; esac; exit $status`,
        ),
      );
      // restic forget comes after it, when no session is left.
      assert.equal(readFileSync(seen, "utf8"), "f|odoo-saas/backup\n");
      const { rows } = await sql(`SELECT pg_try_advisory_xact_lock(${LOCK}) AS free`);
      assert.deepEqual(rows, [{ free: true }]);
    });

    it("leaves no snapshot when the session that keeps upgrades away has been lost", async () => {
      const end = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'odoo-saas/backup'";
      const path = runs.programs.env["PATH"] ?? "";
      const losing = runs.withFake(
        "restic",
        `PATH='${path}'; restic "$@"; status=$?; case $1 in backup) psql -XAtc "${end}" >&2 ;; esac; exit $status`,
      );
      await runs.fails(losing, /the session that keeps the init Job away has ended/);
      assert.deepEqual(await runs.repository().snapshots("acme", "data"), []);
    });
  });

  it("keeps the realm's snapshots apart from the data's", async () => {
    await runs.backUp();
    const parts = join(runs.folder, "realm");
    mkdirSync(parts);
    for (let number = 0; number < 3; number++) {
      appendFileSync(join(parts, "realm.json"), "{}\n");
      await runs.repository().prepare();
      await runs.repository().save("acme", "realm", parts, { daily: 1, weekly: 0, monthly: 0 });
    }
    const [realms, data] = [
      await runs.repository().snapshots("acme", "realm"),
      await runs.repository().snapshots("acme", "data"),
    ];
    assert.deepEqual([realms.length, data.length], [1, 1]);
    const out = join(runs.folder, "out");
    await runs.repository().restore(realms[0]!, parts, out);
    assert.equal(readFileSync(join(out, "realm.json"), "utf8"), "{}\n".repeat(3));
  });
});
