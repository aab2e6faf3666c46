import assert from "node:assert/strict";
import {
  chmodSync,
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import type { DatabaseLogin } from "../../cli/backups/access.ts";
import { copyTenant } from "../../cli/backups/copyTenant.ts";
import { BackupError } from "../../cli/backups/errors.ts";
import type { OdooNeutralize } from "../../cli/backups/odooNeutralize.ts";
import { restoreSnapshot } from "../../cli/backups/restoreSnapshot.ts";
import { BackupRuns } from "../support/backupRuns.ts";
import { addFile } from "../support/backups.ts";

describe("restores and copies, on a real server with the real restic", () => {
  let runs: BackupRuns;
  before(async () => {
    runs = await BackupRuns.start("restore");
  });
  after(() => runs.stop());
  beforeEach(() => runs.begin());

  it("brings back what was there, not what came later, in a new database and folder", async () => {
    const later = addFile(runs.fixture.data, "acme", "later");
    rmSync(join(runs.fixture.data, "filestore/acme", later));
    await runs.backUp();
    await runs.fixture.server.connect(async (client) => {
      await client.query("BEGIN");
      await client.query("DELETE FROM account_move WHERE id <= 10");
      await client.query("UPDATE res_partner SET name = 'changed'");
      await client.query("COMMIT");
    }, runs.fixture.acme);
    addFile(runs.fixture.data, "acme", "later");

    const wanted = runs.request();
    const restored = await restoreSnapshot(wanted);
    runs.figures.restores++;
    assert.deepEqual(restored.rows, {
      "public.account_move": 2000,
      "public.no_columns": 0,
      'public."odd (table)"': 0,
      "public.res_partner": 303,
      "(sequences and large objects)": restored.rows["(sequences and large objects)"],
    });
    assert.equal(restored.files, 3);
    assert.equal(restored.locale, "UTF8, libc, LC_COLLATE C, LC_CTYPE C.UTF-8");
    assert.ok(!existsSync(join(wanted.filestore, later)));
    const { rows } = await runs.fixture.server.connect(
      (client) =>
        client.query(`SELECT (SELECT count(*)::int FROM account_move) AS moves,
          (SELECT count(*)::int FROM res_partner WHERE name = 'changed') AS changed,
          (SELECT datctype FROM pg_database WHERE datname = current_database()) AS ctype,
          (SELECT indexdef FROM pg_indexes WHERE indexname = 'res_partner__name_index') AS index,
          (SELECT count(*)::int FROM reporting.moves_v1) AS view, nextval('account_move_id_seq')::int AS next,
          (SELECT rolname FROM pg_database JOIN pg_roles ON pg_roles.oid = datdba WHERE datname = current_database()) AS owner,
          (SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = current_database()) AS comment`),
      wanted.target,
    );
    assert.deepEqual(rows, [
      {
        moves: 2000,
        changed: 0,
        ctype: "C.UTF-8",
        index:
          "CREATE INDEX res_partner__name_index ON public.res_partner USING gin (unaccent((name)::text) gin_trgm_ops)",
        view: 300,
        next: 2001,
        owner: "acme",
        comment: `odoo-saas: acme of ${restored.takenAt}, restored from snapshot ${restored.snapshot.slice(0, 8)}`,
      },
    ]);
    await runs.fixture.server.connect(async (client) => {
      const { rows: members } = await client.query(
        // From version 16 on, the server itself makes who creates a role its administrator.
        "SELECT FROM pg_auth_members WHERE member = 'platform_admin'::regrole AND roleid = 'acme'::regrole AND grantor = member",
      );
      assert.deepEqual(members, [], "the administrator is no member of the tenant's role afterwards");
    });

    // An existing database, and an existing filestore, are not written into.
    await assert.rejects(restoreSnapshot(runs.request({ target: wanted.target })), /exists on .*, expected a new name/);
    await assert.rejects(
      restoreSnapshot(runs.request({ filestore: wanted.filestore })),
      /is not empty, expected a new folder/,
    );
    assert.equal((await runs.databases()).length, 1);
    await runs.drop(wanted.target.database);
    runs.figures.refused += 2;
  });

  it("restores the snapshot that is named, and says which there are when there is none such", async () => {
    const [first, second] = [await runs.backUp(), await runs.backUp()];
    assert.notEqual(first, second);
    const wanted = runs.request({ snapshot: first.slice(0, 8) });
    assert.equal((await restoreSnapshot(wanted)).snapshot, first);
    runs.figures.restores++;
    await runs.drop(wanted.target.database);
    await assert.rejects(
      restoreSnapshot(runs.request({ snapshot: "0000" })),
      new RegExp(`0 snapshots of acme that begin with "0000", expected one; the newest are ${second.slice(0, 8)} of`),
    );
    await assert.rejects(restoreSnapshot(runs.request({ tenant: "other" })), /make one: npm run backup -- other/);
  });

  it("notices a repository that is damaged, and leaves no database behind", async () => {
    const snapshot = await runs.backUp();
    const packs = readdirSync(join(runs.folder, "repository/data"), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name));
    const largest = packs.sort((a, b) => statSync(b).size - statSync(a).size)[0] ?? "";
    const whole = readFileSync(largest);
    chmodSync(largest, 0o600);
    for (const damage of ["changed", "cut"] as const) {
      if (damage === "cut") truncateSync(largest, whole.length >> 1);
      else writeFileSync(largest, Buffer.from(whole.map((byte, at) => (at === whole.length >> 1 ? byte ^ 1 : byte))));
      await assert.rejects(restoreSnapshot(runs.request()), (error) => {
        assert.ok(error instanceof BackupError);
        assert.match(
          error.message,
          new RegExp(`cannot give back snapshot ${snapshot.slice(0, 8)}: restic ended with status 1`),
        );
        return true;
      });
      runs.figures.refused++;
    }
    writeFileSync(largest, whole);
    assert.deepEqual(await runs.databases(), []);
  });

  it("drops what it restored when that is not what was backed up", async () => {
    // A backup whose list of rows is of another moment than its dump.
    const lie = runs.withFake(
      "pg_restore",
      `PATH='${runs.programs.env["PATH"] ?? ""}'; pg_restore "$@" | sed 's/p10@acme/other@acme/'`,
    );
    await runs.backUp(lie);
    const wanted = runs.request();
    await assert.rejects(
      restoreSnapshot(wanted),
      /is not what was backed up:\n {2}public\.res_partner: 303 rows as expected, but not the same/,
    );
    assert.deepEqual(await runs.databases(), []);
    assert.ok(!existsSync(wanted.filestore));
    runs.figures.refused++;
  });

  it("takes over what an interrupted restore left, but not while it runs", async () => {
    await runs.backUp();
    const wanted = runs.request();
    await runs.fixture.server.connect(async (client) => {
      await client.query(`CREATE DATABASE ${wanted.target.database} OWNER acme`);
      await client.query(`COMMENT ON DATABASE ${wanted.target.database} IS 'odoo-saas: restore not finished'`);
    });
    await runs.fixture.server.connect(async () => {
      await assert.rejects(restoreSnapshot(wanted), /Another restore to acme_restored\d+ runs/);
    }, wanted.target);
    await restoreSnapshot(wanted);
    runs.figures.restores++;
    await runs.drop(wanted.target.database);
  });

  it("copies to staging only what it could make harmless, and only from prod", async () => {
    await runs.backUp();
    const place = { url: "https://acme.staging.example" };
    // Stands in for `odoo neutralize`, which says by this parameter that it has run.
    const odoo: OdooNeutralize = (target) =>
      runs.fixture.server.connect(async (client) => {
        await client.query("INSERT INTO ir_config_parameter (key, value) VALUES ('database.is_neutralized', 'true')");
      }, target);
    const wanted = runs.request();
    await assert.rejects(
      copyTenant({ ...wanted, from: "staging", to: "prod", place, odoo }),
      /expected from prod to staging/,
    );
    await assert.rejects(
      copyTenant({ ...wanted, from: "prod", to: "staging", place, odoo }),
      /has no table ir_mail_server, expected a database that Odoo has installed/,
    );
    assert.deepEqual(await runs.databases(), []);

    await runs.fixture.server.connect(
      (client) =>
        client.query(`CREATE TABLE ir_config_parameter (id serial, key varchar UNIQUE, value text);
          CREATE TABLE ir_model_data (model varchar, module varchar, name varchar, res_id integer);
          CREATE TABLE ir_cron (id serial, active boolean); INSERT INTO ir_cron (active) VALUES (true);
          CREATE TABLE ir_mail_server (id serial, name varchar, smtp_port integer, smtp_host varchar, smtp_encryption varchar,
            active boolean, smtp_authentication varchar);
          CREATE TABLE ir_ui_view (id serial, key varchar, active boolean)`),
      runs.fixture.acme,
    );
    await runs.backUp();
    // Without Odoo's own there is no copy.
    await assert.rejects(
      copyTenant({ ...wanted, from: "prod", to: "staging", place, odoo: () => Promise.resolve() }),
      /Odoo's own neutralisation has not run on the copy/,
    );
    assert.deepEqual(await runs.databases(), []);
    const copied = await copyTenant({ ...wanted, from: "prod", to: "staging", place, odoo });
    runs.figures.restores++;
    assert.equal(copied.neutralized.find(({ name }) => name === "addresses in res_partner.email")?.rows, 150);
    const count = async (login: DatabaseLogin) => {
      const { rows } = await runs.fixture.server.connect(
        (client) =>
          client.query<{ live: number }>(
            "SELECT count(*)::int AS live FROM res_partner WHERE email LIKE '%@acme.example'",
          ),
        login,
      );
      return rows;
    };
    assert.deepEqual(await count(wanted.target), [{ live: 0 }]);
    assert.deepEqual(await count(runs.fixture.acme), [{ live: 150 }], "the original is as it was");
    await runs.drop(wanted.target.database);
  });
});
