import assert from "node:assert/strict";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import type { PostgresLogin } from "../../lib/postgresLogin.ts";
import { copyTenant } from "../../features/backups/copyTenant.ts";
import { BackupError } from "../../features/backups/backupError.ts";
import type { OdooNeutralize } from "../../features/backups/odooNeutralize.ts";
import { restoreSnapshot } from "../../features/backups/restoreSnapshot.ts";
import { BackupRuns } from "../support/backupRuns.ts";
import { ODD_NAMES } from "../support/oddNames.ts";
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

  it("compares tables, columns and sequences of any name", async () => {
    const { server, acme } = runs.fixture;
    await server.connect(async (client) => {
      const id = (name: string) => client.escapeIdentifier(name);
      await client.query("BEGIN");
      for (const [index, name] of ODD_NAMES.entries()) {
        await client.query(`CREATE SCHEMA ${id(`s${name}`.slice(0, 20))}`);
        await client.query(`CREATE TABLE ${id(name)} (${id(name)} serial)`);
        await client.query(`INSERT INTO ${id(name)} SELECT n FROM generate_series(1, ${index + 1}) AS n`);
        await client.query(`CREATE TABLE ${id(`s${name}`.slice(0, 20))}.${id(name)} (a text, ${id(name)} text)`);
        await client.query(`INSERT INTO ${id(`s${name}`.slice(0, 20))}.${id(name)} VALUES ($1, 'x')`, [name]);
        await client.query(`CREATE SEQUENCE ${id(`q${name}`.slice(0, 30))} START ${index + 7}`);
      }
      await client.query("COMMIT");
    }, acme);
    const snapshot = await runs.backUp();
    const wanted = runs.request();
    const { rows } = await restoreSnapshot(wanted);
    runs.figures.restores++;
    assert.equal(Object.keys(rows).length, 5 + 2 * ODD_NAMES.length);
    for (const table of Object.keys(rows)) assert.doesNotMatch(table, /[\t\n\r]/);
    for (const [table, count] of [
      ['public."a\\ttab"', 1],
      ['public."a\\nline"', 3],
      ['public."a\\\\backslash"', 10],
      ['public."a\\\\ttab"', 11],
      [`public."${"é".repeat(31)}"`, ODD_NAMES.length],
    ] as const) {
      assert.equal(rows[table], count, table);
    }
    await runs.drop(wanted.target.database);

    // And each of them is compared: with one row more it is another database.
    for (const name of ["a\ttab", "a\nline", "x (id) FROM stdin;\nCOPY public.other (id) FROM stdin;\n"]) {
      const path = runs.programs.env["PATH"] ?? "";
      const addRow = `psql --quiet --no-psqlrc <<'SQL'\nINSERT INTO "${name}" DEFAULT VALUES;\nSQL\n`;
      const fake = runs.withFake("pg_dump", `PATH='${path}'\n${addRow}exec pg_dump "$@"`);
      const programs = { ...runs.programs, env: { ...runs.programs.env, ...fake } };
      await assert.rejects(
        restoreSnapshot({ ...runs.request({ snapshot }), programs }),
        (error) =>
          error instanceof BackupError && /is not what was backed up:\n.*\d+ rows, expected/.test(error.message),
      );
      runs.figures.refused++;
    }
    assert.deepEqual(await runs.databases(), []);
    await server.connect(async (client) => {
      for (const name of ODD_NAMES) {
        await client.query(`DROP SCHEMA ${client.escapeIdentifier(`s${name}`.slice(0, 20))} CASCADE`);
        await client.query(`DROP TABLE ${client.escapeIdentifier(name)}`);
        await client.query(`DROP SEQUENCE ${client.escapeIdentifier(`q${name}`.slice(0, 30))}`);
      }
    }, acme);
  });

  it("brings back files of any name", async () => {
    const store = join(runs.fixture.data, "filestore/acme");
    const names = ODD_NAMES.filter((name) => !["", ".", ".."].includes(name)).map((name) => `odd/f${name}`);
    names.push("odd\nfolder/a\\file", `odd/${"a".repeat(40)}`, "ab/cd", "a".repeat(40));
    const before = readdirSync(store, { recursive: true, withFileTypes: true }).filter((entry) =>
      entry.isFile(),
    ).length;
    for (const name of names) {
      mkdirSync(dirname(join(store, name)), { recursive: true });
      writeFileSync(join(store, name), name);
    }
    try {
      await runs.backUp();
      const wanted = runs.request();
      assert.equal((await restoreSnapshot(wanted)).files, before + names.length);
      runs.figures.restores++;
      for (const name of names) assert.equal(readFileSync(join(wanted.filestore, name), "utf8"), name);
      await runs.drop(wanted.target.database);
    } finally {
      for (const name of ["odd", "odd\nfolder", "ab/cd", "a".repeat(40)])
        rmSync(join(store, name), { recursive: true });
    }
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
    await assert.rejects(
      restoreSnapshot(runs.request({ tenant: "other" })),
      /make one: npx odoo-saas backup create other/,
    );
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
          new RegExp(`cannot restore snapshot ${snapshot.slice(0, 8)}: restic ended with status 1`),
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
      /expected a copy from prod to staging/,
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
          CREATE TABLE ir_ui_view (id serial, key varchar, active boolean);
          CREATE TABLE "an odd
table" (id serial, "API key|, ""x""
_password" varchar, "Tab	_api_key" varchar NOT NULL, "x = x --_email" varchar, "Y_webhook_url" text, "Z_token" jsonb);
          INSERT INTO "an odd
table" VALUES (1, 'secret', 'secret', 'maria@acme.example', 'https://acme.example/hook', '{"secret": 1}')`),
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
    const count = async (login: PostgresLogin) => {
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
    const { rows: odd } = await runs.fixture.server.connect(
      (client) => client.query<Record<string, unknown>>('SELECT * FROM "an odd\ntable"'),
      wanted.target,
    );
    assert.doesNotMatch(JSON.stringify(odd), /secret|acme\.example/);
    assert.deepEqual(await count(runs.fixture.acme), [{ live: 150 }], "the original is as it was");
    await runs.drop(wanted.target.database);
  });
});
