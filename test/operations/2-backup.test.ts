import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { drillSchema } from "../../features/backups/drillReport.ts";
import { databaseLogin, query } from "../e2e/support/clients.ts";
import { world } from "../e2e/support/hooks.ts";

const TENANT = "tbwa-crm";

describe("backups in the sandbox", () => {
  it("backs up a tenant's database, filestore and realm, and proves by a drill that they come back", async () => {
    const tenant = (await world().tenants())[TENANT];
    assert.ok(tenant);
    const content = "an attachment";
    const hash = createHash("sha1").update(content).digest("hex");
    const file = join(world().home, "odoo/filestore", TENANT, hash.slice(0, 2), hash);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);

    const drilled = await world().ok("backup drill", TENANT, "--backup", "--report", "drill-report");
    assert.match(drilled.stdout, /odoo-backup: done: snapshot [0-9a-f]{64}/);
    assert.match(drilled.stdout, /of realm tbwa-crm with \d+ users/);
    const drill = drillSchema.parse(JSON.parse(world().read(`drill-report/drill-${TENANT}.json`)));
    assert.ok(drill.verified);
    assert.equal(drill.files, 1);
    assert.ok(drill.realm);
    const login = databaseLogin(tenant);
    for (const table of ["res_partner", "res_users", "ir_module_module"]) {
      const [row] = await query(login, `SELECT count(*)::int AS count FROM ${table}`);
      assert.equal(drill.rows[`public.${table}`], row?.["count"]);
    }
    assert.match(world().read("drill-report/drill.md"), /1 of 1 tenants restored and equal/);

    await query(login, "UPDATE res_partner SET name = 'changed after the backup' WHERE id = 2");
    await world().ok("backup restore", TENANT, "--to", "tbwa_crm_restored");
    const restored = { ...login, database: "tbwa_crm_restored" };
    const changed = "SELECT count(*)::int AS count FROM res_partner WHERE name = 'changed after the backup'";
    assert.deepEqual(await query(restored, changed), [{ count: 0 }]);
    assert.equal(
      readFileSync(join(world().home, "odoo/filestore/tbwa_crm_restored", hash.slice(0, 2), hash), "utf8"),
      content,
    );
    const databases = await query(login, "SELECT datname FROM pg_database WHERE datname LIKE '%\\_drill'");
    assert.deepEqual(databases, [], "the drill leaves nothing behind");
    await query({ ...login, database: "postgres" }, "DROP DATABASE tbwa_crm_restored");
  });

  it("refuses what would write over a database, and what is no tenant", async () => {
    for (const [args, message] of [
      [[TENANT, "--to", TENANT], /is a tenant's database, which a restore never touches/],
      [["nobody", "--to", "a_b"], /has no tenant nobody, expected one of .*\btbwa-crm\b/],
    ] as const) {
      const { status, stderr } = await world().cli("backup restore", ...args);
      assert.equal(status, 1, stderr);
      assert.match(stderr, message);
      assert.doesNotMatch(stderr, /\n {4}at /);
    }
  });
});
