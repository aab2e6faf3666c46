import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { decommission } from "../../features/lifecycle/decommission.ts";
import { lifecycleReport, markdown, plainText } from "../../features/lifecycle/report.ts";
import { UserError } from "../../lib/userError.ts";
import { VALID_PROJECT, withProject } from "../support/projectFolder.ts";

const CHECKOUT = join(import.meta.dirname, "../..");
const NOW = new Date("2026-11-22T12:00:00Z");
const FILE = "tenants/acme.yaml";
const ACTIVE = VALID_PROJECT[FILE] ?? "";
const ENDING = `${ACTIVE}lifecycle: decommissioning\ndecommission: { holdUntil: 2026-12-22 }\n`;
const REPORT = {
  tenant: "acme",
  snapshot: "0123abcd",
  takenAt: "2026-11-22T02:00:00Z",
  verifiedAt: "2026-11-22T03:00:00Z",
  rows: { res_partner: 3, res_users: 2 },
  checksum: "ab".repeat(32),
};

function git(root: string, ...args: string[]): void {
  const identity = ["-c", "user.name=test", "-c", "user.email=test@example.com", "-c", "init.defaultBranch=main"];
  const { status, stderr } = spawnSync("git", [...identity, ...args], { cwd: root, encoding: "utf8" });
  assert.equal(status, 0, stderr);
}

/** A repository whose only commit has the valid project with changes; then `use` changes files. */
function inRepository(changes: Readonly<Record<string, string>>, use: (root: string) => void): void {
  withProject(changes, (root) => {
    git(root, "init", "--quiet");
    git(root, "add", "--all");
    git(root, "commit", "--quiet", "--message", "base");
    use(root);
  });
}

/** Runs a command of this group. */
function tenant(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, ["commands/main.ts", "tenant", ...args], {
    cwd: CHECKOUT,
    encoding: "utf8",
  });
  return { status, stdout, stderr };
}

/** Writes a record at the time of the tests. */
function writeRecord(id: string, report: string, root: string): { readonly done: string; readonly refusal: string } {
  try {
    return { done: decommission(root, id, report, NOW), refusal: "" };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { done: "", refusal: error.message };
  }
}

describe("tenant changes", () => {
  it("tells of each tenant what a change will do, on a terminal, as Markdown and as JSON", () => {
    inRepository({}, (root) => {
      writeFileSync(join(root, FILE), `${ACTIVE}lifecycle: paused\n`);
      writeFileSync(join(root, "tenants/other.yaml"), ACTIVE.replace("Acme", "Other"));
      const report = lifecycleReport(root, "HEAD", NOW);
      assert.deepEqual(
        report.changes.map(({ tenant, from, to, environments }) => [tenant, from, to, environments]),
        [
          ["acme", "active", "paused", ["staging"]],
          ["other", "absent", "active", ["staging"]],
        ],
      );
      assert.deepEqual(report.changes[0]?.effects, {
        pods: "end: web and cron go to 0, running requests have 60 s",
        logins: "refused, and running sessions cannot be renewed: the realm is disabled",
        data: "kept",
        backups: "continue on schedule",
        route: "to the maintenance page (503, Retry-After)",
        protection: "unchanged",
        deleted: "nothing",
      });
      assert.match(plainText(report), /^acme: active → paused \(staging\)\n {2}pods {8}end: /);
      assert.match(
        markdown(report),
        /^## Lifecycle\n\n### acme: active → paused \(staging\)\n\n\| part \| what will happen \|/,
      );
      const { status, stdout, stderr } = tenant("changes", "--base", "HEAD", "--root", root, "--json");
      assert.deepEqual({ status, stderr }, { status: 0, stderr: "" });
      assert.deepEqual(JSON.parse(stdout), JSON.parse(JSON.stringify(report)));
    });
  });

  it("names everything that goes when a released tenant's file is deleted", () => {
    const released = ENDING.replace("2026-12-22", "2026-11-01, release: true");
    inRepository({ [FILE]: ENDING.replace("2026-12-22", "2026-11-01"), "tenants/other.yaml": ACTIVE }, (root) => {
      const report = join(root, "report.json");
      writeFileSync(report, JSON.stringify(REPORT));
      assert.equal(writeRecord("acme", report, root).refusal, "");
      writeFileSync(join(root, FILE), released);
      assert.equal(
        lifecycleReport(root, "HEAD", NOW).changes[0]?.effects.protection,
        "lifted: the next change may delete the file, and with it the data",
      );
      git(root, "add", "--all");
      git(root, "commit", "--quiet", "--message", "released");
      rmSync(join(root, FILE));
      const [gone] = lifecycleReport(root, "HEAD", NOW).changes;
      assert.equal(gone?.to, "absent");
      for (const part of ["database acme", "namespace odoo-acme", "realm acme", "tenant_acme_data"]) {
        assert.ok(gone.effects.deleted.includes(part), part);
      }
    });
  });

  it("refuses on standard error with file, line and column, and exit status 1; as JSON on standard output", () => {
    inRepository({}, (root) => {
      renameSync(join(root, FILE), join(root, "tenants/acme-eu.yaml"));
      const plain = tenant("changes", "--base", "HEAD", "--root", root);
      assert.equal(plain.status, 1);
      assert.equal(plain.stdout, "");
      assert.match(plain.stderr, /^tenants\/acme-eu\.yaml:1:1: is tenants\/acme\.yaml under another name/);
      const json = tenant("changes", "--base", "HEAD", "--root", root, "--json");
      assert.equal(json.status, 1);
      assert.match(json.stdout, /"ok": false/);
      assert.match(markdown(lifecycleReport(root, "HEAD", NOW)), /Refused:\n\n```\ntenants/);
    });
  });

  it("reads the base without touching the checkout, in a folder of a repository too", () => {
    inRepository({ "platform/tenants/acme.yaml": ACTIVE }, (root) => {
      const folder = join(root, "platform");
      for (const [path, text] of Object.entries(VALID_PROJECT)) {
        mkdirSync(join(folder, path, ".."), { recursive: true });
        writeFileSync(join(folder, path), text);
      }
      writeFileSync(join(folder, FILE), `${ACTIVE}cell: eu\n`);
      const { status, stderr } = tenant("changes", "--base", "main", "--root", folder);
      assert.equal(status, 1);
      assert.match(stderr, /^tenants\/acme\.yaml:6:7: cell: is "eu", was "main"/);
    });
  });

  it("says so when nothing of it changed", () => {
    inRepository({}, (root) => {
      assert.deepEqual(tenant("changes", "--base", "HEAD", "--root", root), {
        status: 0,
        stdout: "No tenant's lifecycle, environments or cell differs from HEAD.\n",
        stderr: "",
      });
    });
  });

  it("tells of a base that there is not, and of no repository, without a stack trace", () => {
    inRepository({}, (root) => {
      for (const base of ["no-such-branch", "--all", "HEAD:tenants", ""]) {
        const { status, stdout, stderr } = tenant("changes", `--base=${base}`, "--root", root);
        assert.deepEqual([status, stdout], [1, ""]);
        assert.match(stderr, /which is no commit here, expected a branch, tag or commit/);
      }
    });
    withProject({}, (root) => {
      const { status, stderr } = tenant("changes", "--base", "HEAD", "--root", root);
      assert.equal(status, 1);
      assert.match(stderr, /^git rev-parse: .*not a git repository/);
    });
  });

  it("explains itself on wrong usage, and has no way to change the date", () => {
    for (const args of [
      [],
      ["--base"],
      ["--base", "HEAD", "--json", "--markdown"],
      ["--base", "HEAD", "--today", "2027-01-01"],
    ]) {
      const { status, stdout, stderr } = tenant("changes", ...args);
      assert.deepEqual({ status, stdout }, { status: 2, stdout: "" });
      assert.match(stderr, /^Usage: npx odoo-saas tenant changes/m);
    }
    const { status, stdout } = tenant("changes", "--help");
    assert.equal(status, 0);
    assert.match(stdout, /^Usage: npx odoo-saas tenant changes/);
  });
});

describe("tenant decommission", () => {
  /** Runs the command with a report, in a project whose tenant is as given. */
  function record(report: unknown, tenant = ENDING, use: (root: string) => void = () => undefined) {
    return withProject({ [FILE]: tenant }, (root) => {
      const file = join(root, "report.json");
      writeFileSync(file, typeof report === "string" ? report : JSON.stringify(report));
      const { done, refusal } = writeRecord("acme", file, root);
      use(root);
      return { done, refusal: refusal.replaceAll(file, "report.json") };
    });
  }

  it("writes the record from the report, once", () => {
    const { done } = record({ ...REPORT, more: "of the backup command's own" }, ENDING, (root) => {
      const text = readFileSync(join(root, "archive/acme.yaml"), "utf8");
      assert.deepEqual(parse(text), {
        displayName: "Acme",
        owner: { team: "ops", email: "ops@acme.example" },
        environments: ["staging"],
        decommissioned: "2026-11-22",
        holdUntil: "2026-12-22",
        lastBackup: {
          id: "0123abcd",
          taken: "2026-11-22T02:00:00Z",
          verified: "2026-11-22T03:00:00Z",
          checksum: "ab".repeat(32),
          rows: { res_partner: 3, res_users: 2 },
        },
      });
      assert.deepEqual(writeRecord("acme", join(root, "report.json"), root), {
        done: "archive/acme.yaml already exists, of backup 0123abcd.",
        refusal: "",
      });
      writeFileSync(join(root, "report.json"), JSON.stringify({ ...REPORT, snapshot: "89abcdef" }));
      assert.match(
        writeRecord("acme", join(root, "report.json"), root).refusal,
        /^archive\/acme\.yaml: is of backup 0123abcd, not of 89abcdef, expected one permanent record/,
      );
      assert.equal(readFileSync(join(root, "archive/acme.yaml"), "utf8"), text);
    });
    assert.equal(
      done,
      "Wrote archive/acme.yaml: backup 0123abcd, verified 2026-11-22T03:00:00Z. Commit it; the hold is until 2026-12-22.",
    );
  });

  for (const [what, report, message] of [
    [
      "a drill that failed",
      { ...REPORT, verified: false },
      /verified is not true, expected a backup that was verified/,
    ],
    ["another tenant's", { ...REPORT, tenant: "other" }, /tenant is "other", expected "acme": its own report/],
    [
      "a backup that was not verified",
      { ...REPORT, verifiedAt: null },
      /not a report of a verified backup: verifiedAt is empty, expected a time in UTC/,
    ],
    [
      "a backup that was verified before it was taken",
      { ...REPORT, verifiedAt: "2026-11-22T01:00:00Z" },
      /before takenAt/,
    ],
    ["a backup of the future", { ...REPORT, verifiedAt: "2026-11-23T01:00:00Z" }, /expected a time in the past/],
    ["an old backup", { ...REPORT, takenAt: "2026-11-15T02:00:00Z" }, /a last backup of at most 7 days ago/],
    ["a backup of nothing", { ...REPORT, rows: {} }, /rows has no table, expected at least one/],
    ["a wrong checksum", { ...REPORT, checksum: "abc" }, /checksum is "abc", expected a SHA-256/],
    [
      "a wrong snapshot",
      { ...REPORT, snapshot: "latest" },
      /snapshot is "latest", expected 8 to 64 hexadecimal digits/,
    ],
    ["no JSON", "{", /is not JSON, expected the report of a verified backup/],
    ["no object", [], /not a report of a verified backup/],
  ] as const) {
    it(`refuses ${what}, and writes nothing`, () => {
      const { refusal } = record(report, ENDING, (root) => {
        assert.throws(() => readFileSync(join(root, "archive/acme.yaml")), /ENOENT/);
      });
      assert.match(refusal, message);
      assert.match(refusal, /^report\.json: /);
    });
  }

  it("says which stack the backup is of, and takes none of staging for a tenant that is in prod", () => {
    const table = "(sequences and large objects)";
    const { refusal } = record(
      { ...REPORT, stack: "staging", verified: true, rows: { [table]: 1 } },
      ENDING,
      (root) => {
        const text = readFileSync(join(root, "archive/acme.yaml"), "utf8");
        assert.match(text, /^ {2}stack: staging$/m);
        assert.equal(writeRecord("acme", join(root, "report.json"), root).refusal, "");
      },
    );
    assert.equal(refusal, "");
    const both = ENDING.replace("staging: {}", "staging: {}\n  prod: {}");
    for (const [stack, isRefused] of [
      ["staging", true],
      ["staging-eu", true],
      ["prod", false],
      ["prod-eu", false],
    ] as const) {
      assert.equal(record({ ...REPORT, stack }, both).refusal !== "", isRefused, stack);
    }
  });

  it("refuses a tenant that is not on its way out, or that there is not", () => {
    assert.match(
      record(REPORT, ACTIVE).refusal,
      /^tenants\/acme\.yaml: lifecycle is active, expected decommissioning before its record is written/,
    );
    withProject({}, (root) => {
      const other = tenant("decommission", "other", "--backup-report", "none.json", "--root", root);
      assert.equal(other.status, 1);
      assert.match(other.stderr, /^tenants\/other\.yaml does not exist, expected one of acme/);
      const missing = writeRecord("acme", join(root, "none.json"), root);
      assert.match(missing.refusal, /none\.json: cannot be read, expected the report/);
    });
  });

  it("explains itself on wrong usage", () => {
    for (const args of [
      [],
      ["acme"],
      ["acme", "beta", "--backup-report", "x"],
      ["--backup-report", "x"],
      ["acme", "--report", "x"],
    ]) {
      const { status, stdout, stderr } = tenant("decommission", ...args);
      assert.deepEqual({ status, stdout }, { status: 2, stdout: "" });
      assert.match(stderr, /^Usage: npx odoo-saas tenant decommission/m);
    }
  });
});
