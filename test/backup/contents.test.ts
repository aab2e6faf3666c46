import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { checksumOf, compareContents, compareFiles, parseFiles, parseRows } from "../../cli/backups/contents.ts";
import type { DatabaseContents } from "../../cli/backups/contents.ts";
import { BackupError } from "../../cli/backups/errors.ts";

const SCRIPT = join(import.meta.dirname, "../../charts/odoo/files/rows.awk");

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "odoo-saas-contents-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function rowsOf(text: string): DatabaseContents {
  const out = join(folder, "rows.tsv");
  const { status, stderr } = spawnSync("awk", ["-v", `out=${out}`, "-f", SCRIPT], { input: text, encoding: "utf8" });
  assert.equal(status, 0, stderr);
  return parseRows(readFileSync(out, "utf8"));
}

const DUMP = `SET client_encoding = 'UTF8';
COPY public.res_partner (id, name) FROM stdin;
2\tb
1\ta \\\\.
\\.


COPY public."odd (table)" (id) FROM stdin;
\\.


COPY public.no_columns  FROM stdin;
\\.


SELECT pg_catalog.setval('public.res_partner_id_seq', 2, true);
`;

describe("rows.awk", () => {
  it("counts and sums the rows of every table, empty and oddly named ones too, and the sequences", () => {
    const contents = rowsOf(DUMP);
    assert.deepEqual(
      [...contents].map(([table, { rows }]) => [table, rows]),
      [
        ["public.res_partner", 2],
        ['public."odd (table)"', 0],
        ["public.no_columns", 0],
        ["(sequences and large objects)", 1],
      ],
    );
  });

  it("does not depend on the order of rows, and on everything else", () => {
    const contents = rowsOf(DUMP);
    const reordered = rowsOf(DUMP.replace("2\tb\n1\ta \\\\.\n", "1\ta \\\\.\n2\tb\n"));
    assert.deepEqual(compareContents(contents, reordered), []);
    assert.equal(checksumOf(contents), checksumOf(reordered));
    for (const [from, to, problem] of [
      ["2\tb", "2\tc", "public.res_partner: 2 rows as expected, but not the same (their checksum differs)"],
      ["2\tb\n", "", "public.res_partner: 1 rows, expected 2"],
      [
        "seq', 2",
        "seq', 3",
        "(sequences and large objects): 1 rows as expected, but not the same (their checksum differs)",
      ],
      ["COPY public.no_columns  FROM stdin;\n\\.\n", "", "public.no_columns: missing after the restore"],
    ] as const) {
      assert.ok(DUMP.includes(from));
      const changed = rowsOf(DUMP.replace(from, to));
      assert.deepEqual(compareContents(contents, changed), [problem]);
      assert.notEqual(checksumOf(contents), checksumOf(changed));
    }
    assert.deepEqual(compareContents(new Map(), contents).length, 4);
  });

  it("fails on a dump that ends within a table", () => {
    const out = join(folder, "rows.tsv");
    const { status } = spawnSync("awk", ["-v", `out=${out}`, "-f", SCRIPT], { input: DUMP.slice(0, 80) });
    assert.notEqual(status, 0);
  });
});

describe("what a backup recorded", () => {
  it("is refused when it is not of its form", () => {
    for (const text of ["", "public.a\t1\n", `public.a\tx\t${"0".repeat(64)}\n`]) {
      assert.throws(() => parseRows(text), BackupError);
    }
    for (const text of ["x  ./a\n", `${"0".repeat(40)}  ./../../etc/passwd\n`, `${"0".repeat(40)}  /etc/passwd\n`]) {
      assert.throws(() => parseFiles(text), BackupError);
    }
  });

  it("finds files that are missing or changed", async () => {
    writeFileSync(join(folder, "same"), "same");
    writeFileSync(join(folder, "changed"), "changed");
    const sha1 = "b9c8ae9ff9dd7c3d1b9b1b2d3f5e1d9e0c0a8a5e";
    const files = parseFiles(`d8ebd8fbd4b18e2c7d1a1e2b4c9d1c0a6c5ff1a0  ./missing\n${sha1}  ./changed\n`);
    assert.deepEqual(await compareFiles(files, folder), [
      "missing: missing from the filestore",
      "changed: not the file that was backed up (its SHA-1 differs)",
    ]);
    const { stdout } = spawnSync("sha1sum", ["./same"], { cwd: folder, encoding: "utf8" });
    assert.deepEqual(await compareFiles(parseFiles(stdout), folder), []);
  });
});
