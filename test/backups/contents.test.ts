import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { checksumOf, compareContents, compareFiles, parseFiles, parseRows } from "../../features/backups/contents.ts";
import type { DatabaseContents } from "../../features/backups/contents.ts";
import { BackupError } from "../../features/backups/backupError.ts";
import { ODD_NAMES } from "../support/oddNames.ts";

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

  it("writes a name of any characters on one line, and takes no part of a name for a statement", () => {
    const names = (text: string): (string | number)[][] =>
      [...rowsOf(text)].map(([table, { rows }]) => [table, rows]).slice(0, -1);
    for (const name of ODD_NAMES) {
      const quoted = `"${name.replaceAll('"', '""')}"`;
      const copy = `-- Data for Name: it's; Type: TABLE DATA\n\n\\restrict key\nCOPY ${quoted}.${quoted} (id, ${quoted}) FROM stdin;\n1\t2\n\\.\n\n\n`;
      const found = names(`${copy}COPY public.after (id) FROM stdin;\n1\n2\n\\.\n`);
      assert.deepEqual(
        found.map(([, rows]) => rows),
        [1, 2],
        JSON.stringify(name),
      );
      const unescaped = String(found[0]?.[0]).replaceAll(
        /\\([\\tnr])/g,
        (_, letter: string) => ({ "\\": "\\", t: "\t", n: "\n", r: "\r" })[letter] ?? "",
      );
      assert.equal(unescaped, `${quoted}.${quoted}`);
    }
  });

  it("sums the whole statement of a sequence, whatever its name", () => {
    for (const name of ["a\nline", "''\n;\n", "a;\n"]) {
      const value = (of: number) => rowsOf(`SELECT pg_catalog.setval('public."${name}"', ${of}, true);\n`);
      assert.equal(compareContents(value(1), value(2)).length, 1, JSON.stringify(name));
      assert.deepEqual(
        [...value(1).values()].map(({ rows }) => rows),
        [1],
      );
    }
  });

  it("fails on a dump that ends within a statement", () => {
    const { status } = spawnSync("awk", ["-v", `out=${join(folder, "rows.tsv")}`, "-f", SCRIPT], {
      input: `${DUMP}COPY public."a (id) FROM stdin;\n`,
    });
    assert.notEqual(status, 0);
  });

  it("fails on a dump that ends within a table", () => {
    const out = join(folder, "rows.tsv");
    const { status } = spawnSync("awk", ["-v", `out=${out}`, "-f", SCRIPT], { input: DUMP.slice(0, 80) });
    assert.notEqual(status, 0);
  });
});

describe("what a backup recorded", () => {
  it("is read as it was escaped, and from older backups as it was not", () => {
    const sum = "0".repeat(64);
    assert.deepEqual([...parseRows(`public."a\\tb"\t1\t${sum}\n`).keys()], ['public."a\\tb"']);
    assert.deepEqual([...parseRows(`public."a\tb\\"\t1\t${sum}\n`, 1).keys()], ['public."a\\tb\\\\"']);
    const sha1 = "0".repeat(40);
    const files = parseFiles(`${sha1}  ./a\\b\n\\${sha1}  ./a\\\\b\\nc\\rd\n`);
    assert.deepEqual([...files.keys()], ["a\\b", "a\\b\nc\rd"]);
  });

  it("is told on one line where it differs, whatever its name", async () => {
    assert.deepEqual(await compareFiles(new Map([["a\nb", ""]]), folder), ["a\\nb: missing from the filestore"]);
  });

  it("is refused when it is not of its form", () => {
    const sum = "0".repeat(64);
    for (const text of [`public."a\tb"\t1\t${sum}\n`, `public.a\t1\t${sum}\n`.repeat(2)]) {
      assert.throws(() => parseRows(text), BackupError);
    }
    for (const name of ["../../etc/passwd", "a\\x", "a\\", "..\\n/../a"]) {
      assert.throws(() => parseFiles(`\\${"0".repeat(40)}  ./${name}\n`), BackupError);
    }
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
