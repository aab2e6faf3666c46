import assert from "node:assert/strict";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { drillMarkdown, drillSchema, verifiedDrill } from "../../features/backups/drillReport.ts";
import { BackupError } from "../../features/backups/backupError.ts";
import { findPrograms } from "../../features/backups/programs.ts";
import { assertCopyAllowed, assertNewDatabase, drillDatabase } from "../../features/backups/refusals.ts";
import { Repository } from "../../features/backups/resticRepository.ts";
import { ENVIRONMENTS } from "../../config/schemas/stack.ts";
import { isTenantId } from "../../config/names.ts";

describe("refusals", () => {
  it("lets a copy go from prod to staging and no other way", () => {
    const allowed = ENVIRONMENTS.flatMap((from) => ENVIRONMENTS.map((to) => [from, to] as const)).filter(
      ([from, to]) => {
        try {
          assertCopyAllowed(from, to);
          return true;
        } catch (error) {
          assert.ok(error instanceof BackupError);
          assert.match(error.message, /expected a copy from prod to staging.*\nSee docs\/runbooks\/restore\.md$/);
          return false;
        }
      },
    );
    assert.deepEqual(allowed, [["prod", "staging"]]);
  });

  it("restores to no tenant's database, nor to a name that could become one or is none", () => {
    assertNewDatabase("acme_restored", ["acme"]);
    assertNewDatabase(drillDatabase("acme-eu"), ["acme-eu"]);
    assert.ok(!isTenantId(drillDatabase("acme-eu")));
    for (const name of ["acme", "acme-restored", "Acme_1", "", "a b_", 'a";_', "_a", `a_${"x".repeat(62)}`, "../_"]) {
      assert.throws(() => assertNewDatabase(name, ["acme"]), BackupError, name);
    }
  });

  it("cannot reach a repository on a volume in the cluster, and says what can", () => {
    const programs = { env: {}, clientVersion: 15 };
    assert.throws(
      () => new Repository(programs, { repository: "/backup/repository", password: "x" }, tmpdir()),
      /on a volume in the cluster and cannot be reached from here, expected --repository/,
    );
  });
});

describe("programs", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "odoo-saas-programs-"));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  function program(name: string, output: string): void {
    writeFileSync(join(folder, name), `#!/bin/sh\necho '${output}'\n`);
    chmodSync(join(folder, name), 0o755);
  }

  it("are named when they are missing, with how to come by them", async () => {
    await assert.rejects(
      findPrograms({ PATH: folder }),
      /^BackupError: pg_dump, pg_restore, and psql not found on PATH, expected the PostgreSQL client 15/,
    );
    program("pg_dump", "pg_dump (PostgreSQL) 15.18");
    await assert.rejects(findPrograms({ PATH: folder }), /: pg_restore and psql not found on PATH/);
    program("pg_restore", "pg_restore (PostgreSQL) 15.18");
    program("psql", "");
    await assert.rejects(findPrograms({ PATH: folder }), /restic not found on PATH, expected version 0\.17/);
    program("restic", "");
    assert.equal((await findPrograms({ PATH: folder })).clientVersion, 15);
  });

  it("are taken from the folder that the variable names, before PATH", async () => {
    for (const name of ["pg_dump", "pg_restore", "psql", "restic"]) program(name, "x (PostgreSQL) 17.5 (Debian)");
    const { clientVersion } = await findPrograms({ ODOO_SAAS_POSTGRES_BIN: folder, PATH: "/usr/bin:/bin" });
    assert.equal(clientVersion, 17);
  });

  it("are refused when they are not of one version", async () => {
    for (const name of ["pg_dump", "psql", "restic"]) program(name, "x (PostgreSQL) 18.1");
    program("pg_restore", "pg_restore (PostgreSQL) 15.18");
    await assert.rejects(
      findPrograms({ PATH: folder }),
      /pg_restore is "pg_restore \(PostgreSQL\) 15\.18" and pg_dump "x \(PostgreSQL\) 18\.1", expected both of one version/,
    );
  });

  it("are refused when they are too old", async () => {
    for (const name of ["pg_dump", "pg_restore", "psql", "restic"]) program(name, "pg_dump (PostgreSQL) 14.2");
    await assert.rejects(
      findPrograms({ PATH: folder }),
      /pg_dump is "pg_dump \(PostgreSQL\) 14\.2", expected version 15 or later/,
    );
  });
});

describe("the drill's report", () => {
  const restored = {
    tenant: "acme",
    snapshot: "a".repeat(64),
    takenAt: "2026-11-22T02:00:00Z",
    verifiedAt: "2026-11-22T03:00:00Z",
    rows: { "public.res_partner": 3, "public.account_move": 4 },
    checksum: "b".repeat(64),
    files: 2,
    locale: "UTF8, libc, LC_COLLATE C, LC_CTYPE C.UTF-8",
  };

  it("is of its schema, with or without a realm", () => {
    for (const realm of [undefined, { id: "c".repeat(64), time: "2026-11-22T02:00:01Z" }]) {
      const drill = verifiedDrill("prod", restored, realm, 1.25);
      assert.deepEqual(drillSchema.parse(JSON.parse(JSON.stringify(drill))), drill);
    }
    const without = { ...verifiedDrill("prod", restored, undefined, 1), checksum: undefined };
    assert.equal(drillSchema.safeParse(without).success, false);
    const earlier = { ...verifiedDrill("prod", restored, undefined, 1), locale: undefined };
    assert.equal(drillSchema.safeParse(earlier).success, true, "a report of an earlier version");
  });

  it("tells people what was proved and what was wrong", () => {
    const failed = {
      tenant: "other",
      stack: "prod",
      verified: false as const,
      failedAt: "2026-11-22T03:00:00Z",
      problem: "it broke",
      seconds: 2,
    };
    const text = drillMarkdown([verifiedDrill("prod", restored, undefined, 1.25), failed]);
    assert.match(text, /1 of 2 tenants restored and equal/);
    assert.match(
      text,
      /\| acme \| restored and equal \| `aaaaaaaa` \| 2026-11-22T02:00:00Z \| 2 \| 7 \| 2 \| none \| 1\.3 \|/,
    );
    assert.match(text, /## other\n\n```\nit broke\n```/);
  });
});
