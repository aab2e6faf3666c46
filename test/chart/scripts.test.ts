import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import pg from "pg";
import { startThrowAwayPostgres } from "../support/postgres.ts";
import type { ThrowAwayPostgres } from "../support/postgres.ts";

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

function runScript(name: string, env: Readonly<Record<string, string>>) {
  const { status, stdout, stderr } = spawnSync("/bin/sh", [join(FILES, name)], {
    env: { PATH: `${join(folder, "bin")}:${process.env["PATH"] ?? ""}`, ...env },
    encoding: "utf8",
  });
  return { status, stdout, stderr };
}

describe("init.sh", () => {
  let server: ThrowAwayPostgres;
  before(async () => {
    server = await startThrowAwayPostgres("chart");
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
    for (const [name, file] of [
      ["psql", "fakePsql.ts"],
      ["odoo", "fakeOdoo.ts"],
    ] as const) {
      fake(name, `exec '${process.execPath}' '${join(import.meta.dirname, file)}' "$@"`);
    }
    fake("sleep", "exit 0");
  });

  function run(script: string, changes: Readonly<Record<string, string>> = {}) {
    const log = join(folder, "log");
    writeFileSync(log, "");
    const result = runScript(script, {
      ODOO_MODULES: "auth_oidc,base,project",
      ODOO_REVISION: "r1",
      ODOO_IMAGE_DIGEST: "sha256:one",
      TEST_DATABASE: connection,
      TEST_IMAGE_MODULES: "auth_oidc,base,project,sale",
      TEST_LOG: log,
      ...changes,
    });
    return { ...result, calls: readFileSync(log, "utf8").split("\n").slice(0, -1) };
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

  const RUN = "--config=/etc/odoo/odoo.conf --no-http --workers=0 --max-cron-threads=0 --db_maxconn=4";
  const STOP = `--stop-after-init ${RUN}`;
  const OIDC_LINES = readFileSync(join(FILES, "oidc.py"), "utf8").split("\n").length;
  const OIDC = `odoo shell ${RUN} < ${OIDC_LINES} lines`;

  it("installs everything in an empty database, sets up single sign-on, and says so in the database", async () => {
    const first = run("init.sh");
    assert.equal(first.status, 0, first.stderr);
    assert.deepEqual(first.calls, [`odoo --init=base,auth_oidc,base,project ${STOP}`, OIDC]);
    assert.equal(await revision(), "r1");
  });

  it("does nothing but the sign-on a second time", () => {
    run("init.sh");
    const second = run("init.sh");
    assert.equal(second.status, 0, second.stderr);
    assert.deepEqual(second.calls, [OIDC]);
    assert.match(second.stdout, /all modules are installed/);
  });

  it("installs what was added, and upgrades nothing", () => {
    run("init.sh");
    const more = run("init.sh", { ODOO_MODULES: "auth_oidc,base,project,sale", ODOO_REVISION: "r2" });
    assert.equal(more.status, 0, more.stderr);
    assert.deepEqual(more.calls, [`odoo --init=sale ${STOP}`, OIDC]);
  });

  it("upgrades all modules for another image, and installs what it adds", async () => {
    run("init.sh");
    const same = run("init.sh", { ODOO_IMAGE_DIGEST: "sha256:two", ODOO_REVISION: "r2" });
    assert.deepEqual(same.calls, [`odoo --update=all ${STOP}`, OIDC]);
    const more = run("init.sh", {
      ODOO_IMAGE_DIGEST: "sha256:three",
      ODOO_REVISION: "r3",
      ODOO_MODULES: "auth_oidc,base,project,sale",
    });
    assert.deepEqual(more.calls, [`odoo --update=all --init=sale ${STOP}`, OIDC]);
    assert.equal(await revision(), "r3");
  });

  it("goes on after an installation that was cut off", async () => {
    const cut = run("init.sh", { TEST_ODOO_FAILS: "shell" });
    assert.equal(cut.status, 1);
    assert.match(cut.stderr, /odoo-init: single sign-on could not be set up; see docs\/runbooks\/odoo-init\.md/);
    assert.equal(await revision(), undefined);
    const again = run("init.sh");
    assert.equal(again.status, 0, again.stderr);
    assert.deepEqual(again.calls, [`odoo --update=all ${STOP}`, OIDC]);
  });

  it("leaves single sign-on alone where its module is not installed", () => {
    assert.deepEqual(run("init.sh", { ODOO_MODULES: "base,project" }).calls, [`odoo --init=base,base,project ${STOP}`]);
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
      assert.deepEqual(result.calls, [`odoo --update=all ${STOP}`, OIDC]);
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
    assert.deepEqual(result.calls, [`odoo --update=all ${STOP}`, "odoo-cron-9 was ended", OIDC]);
  });

  async function until(holds: () => boolean): Promise<void> {
    for (let tries = 0; !holds() && tries < 100; tries++) await setTimeout(50);
    assert.ok(holds());
  }
});
