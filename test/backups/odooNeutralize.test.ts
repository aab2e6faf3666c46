import assert from "node:assert/strict";
import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { neutralizeByCommand } from "../../features/backups/odooNeutralize.ts";

const TARGET = {
  host: "postgres.example",
  port: 5432,
  database: "acme_copy",
  user: "acme",
  password: "a 100%-test-password",
  sslmode: "require" as const,
};

describe("odoo neutralize by an Odoo of this machine", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "odoo-saas-odoo-"));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  /** A program in the place of `odoo`. */
  function program(body: string): string {
    const file = join(folder, "odoo");
    writeFileSync(file, `#!/bin/sh\n${body}\n`);
    chmodSync(file, 0o755);
    return file;
  }
  const run = (command: string) => neutralizeByCommand({ command, env: process.env, folder })(TARGET);

  it("is given the database by a file that nobody else reads, after its own arguments", async () => {
    const log = join(folder, "log");
    await run(`${program(`echo "$@" >${log}`)} --addons-path=/opt/addons,/opt/more`);
    const config = join(folder, "odoo-acme_copy.conf");
    assert.equal(
      readFileSync(log, "utf8"),
      `--addons-path=/opt/addons,/opt/more neutralize --config=${config} --database=acme_copy\n`,
    );
    assert.equal(statSync(config).mode & 0o777, 0o600);
    // Odoo reads it without interpolation.
    assert.equal(
      readFileSync(config, "utf8"),
      "[options]\ndb_host = postgres.example\ndb_port = 5432\ndb_user = acme\ndb_password = a 100%-test-password\ndb_sslmode = require\n",
    );
  });

  it("is refused with the end of its log when it fails", async () => {
    const lines = "for i in $(seq 1 30); do echo line $i >&2; done; exit 1";
    await assert.rejects(run(program(lines)), (error: Error) => {
      assert.match(error.message, /neutralize" ended with status 1, expected Odoo of the release/);
      assert.match(error.message, /\n {2}line 11\n[^]* {2}line 30\nSee docs\/runbooks\/restore\.md$/);
      assert.ok(!error.message.includes("line 10\n") && !error.message.includes(TARGET.password));
      return true;
    });
  });
});
