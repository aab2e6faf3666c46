import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { restoreDump } from "../../features/backups/database.ts";

/** As pg_restore 18 was seen to end against PostgreSQL 15: each of its processes says this, in pieces. */
const ONE = `pg_restore: error: could not execute query: ERROR:  unrecognized configuration parameter "transaction_timeout"
Command was: SET transaction_timeout = 0;
`;
const TWO = `pg_restore:${ONE.trimEnd()}\n${ONE.slice("pg_restore:".length)}`;

describe("a dump that a newer client restores", () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "odoo-saas-restore-"));
    const program = `#!/bin/sh
for a; do case $a in --jobs=1) cat '${folder}/one' >&2; exit 1 ;; esac; done
cat '${folder}/two' >&2; exit 1
`;
    writeFileSync(join(folder, "one"), `${ONE}pg_restore: warning: errors ignored on restore: 1\n`);
    writeFileSync(join(folder, "two"), TWO);
    writeFileSync(join(folder, "pg_restore"), program, { mode: 0o755 });
  });
  after(() => rmSync(folder, { recursive: true }));

  const restore = (client: number, server: number) =>
    restoreDump({ PATH: `${folder}:/usr/bin:/bin` }, "dump", "acme_restored", { client, server });

  it("is restored by one process where its messages are read, so that they are not interleaved", async () => {
    await restore(18, 15);
  });

  it("fails with those messages where the versions do not explain them", async () => {
    await assert.rejects(restore(18, 18), /could not restore the dump:\npg_restore:pg_restore: error/);
    await assert.rejects(restore(15, 15), /transaction_timeout/);
  });
});
