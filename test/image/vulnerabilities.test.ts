import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { readAdvisory } from "../../features/image/vulnerabilities/osv.ts";
import { vulnerabilitiesSchema } from "../../config/schemas/vulnerabilities.ts";

const ROOT = join(import.meta.dirname, "../..");

const advisory = (events: string, more = "", name = "lib-a"): string => `id: TEST-1
details: |
  The first sentence of it. The second
aliases: [CVE-0-2, CVE-0-1]
affected:
  - package: { ecosystem: PyPI, name: ${name} }
    ranges:
      - { type: GIT, repo: https://x.example, events: [{ introduced: "0" }, { fixed: abc }] }
      - type: ECOSYSTEM
        events: [${events}]
    versions: ["0.1"]
${more}`;

describe("an advisory", () => {
  const affected = (events: string): string | undefined => readAdvisory(advisory(events), "lib-a")?.affected;

  it("is read with its ranges, its repair and its first sentence", () => {
    assert.deepEqual(
      readAdvisory(advisory('{ introduced: "0" }, { fixed: 1.2 }, { introduced: 2.0.0 }, { fixed: 2.10 }'), "lib-a"),
      {
        id: "TEST-1",
        aliases: ["CVE-0-1", "CVE-0-2"],
        package: "lib-a",
        affected: "<1.2 || >=2.0.0,<2.10",
        fixed: "2.10",
        summary: "The first sentence of it.",
        url: "https://osv.dev/vulnerability/TEST-1",
      },
    );
  });

  it("has every form of range", () => {
    assert.equal(affected("{ introduced: 1.0 }"), ">=1.0");
    assert.equal(affected("{ introduced: 1.0 }, { last_affected: 1.5 }"), ">=1.0,<=1.5");
    assert.equal(affected('{ introduced: "0" }, { last_affected: 1.5 }'), "<=1.5");
    assert.equal(affected(""), "==0.1");
    assert.equal(readAdvisory(advisory("{ introduced: 1.0 }, { last_affected: 1.5 }"), "lib-a")?.fixed, undefined);
  });

  it("is left out when it was withdrawn or is of another package", () => {
    assert.equal(readAdvisory(advisory("{ introduced: 1 }", 'withdrawn: "2024-01-01T00:00:00Z"'), "lib-a"), undefined);
    assert.equal(readAdvisory(advisory("{ introduced: 1 }"), "lib-b"), undefined);
    assert.equal(readAdvisory(advisory("{ introduced: 1 }", "", "Lib_A"), "lib-a")?.package, "lib-a");
  });

  it("is refused in another format", () => {
    assert.throws(() => readAdvisory("id: X\n", "lib-a"), /affected/);
  });
});

describe("the database of vulnerabilities", function () {
  this.timeout(60_000);
  let temp = "";
  const repository = (): string => join(temp, "git/pypa/advisory-database");
  const file = (): string => join(temp, "modules/vulnerabilities.json");
  const put = (path: string, text: string): void => {
    mkdirSync(dirname(join(temp, path)), { recursive: true });
    writeFileSync(join(temp, path), text);
  };
  const commit = (day: string): void => {
    const author = ["-c", "user.name=t", "-c", "user.email=t@t.example", "-c", "commit.gpgsign=false"];
    const env = { ...process.env, GIT_COMMITTER_DATE: `${day}T12:00:00Z`, GIT_AUTHOR_DATE: `${day}T12:00:00Z` };
    for (const args of [
      ["init", "--quiet"],
      ["add", "."],
      [...author, "commit", "--quiet", "--allow-empty", "--message=Some"],
    ]) {
      const { status, stderr } = spawnSync("git", args, { cwd: repository(), env, encoding: "utf8" });
      assert.equal(status, 0, stderr);
    }
  };
  const refresh = (...args: string[]) =>
    spawnSync(process.execPath, [join(ROOT, "commands/main.ts"), "image", "vulnerabilities", ...args, "--root", temp], {
      encoding: "utf8",
      env: { ...process.env, TZ: "UTC", ODOO_SAAS_GIT_BASE: `file://${join(temp, "git")}` },
    });

  beforeEach(() => {
    temp = mkdtempSync(join(tmpdir(), "odoo-saas-vulnerabilities-"));
    const hash = `--hash=sha256:${"0".repeat(64)}`;
    put("image/requirements.txt", `lib-a==1.0 ${hash}\nlib-b==1.0 ${hash}\n`);
    mkdirSync(join(temp, "modules"));
    put("git/pypa/advisory-database/vulns/lib-a/TEST-1.yaml", advisory('{ introduced: "0" }, { fixed: 1.2 }'));
    put("git/pypa/advisory-database/vulns/other/TEST-2.yaml", "not read: [");
    commit("2026-10-01");
  });
  afterEach(() => rmSync(temp, { recursive: true }));

  it("has the advisories of the locked packages and the day that it is of", () => {
    const { status, stdout, stderr } = refresh();
    assert.equal(status, 0, stderr);
    assert.match(stdout, /1 advisories of 1 packages, as known on 2026-10-01; of the other 1 locked packages/);
    const { date, source, vulnerabilities } = vulnerabilitiesSchema.parse(JSON.parse(readFileSync(file(), "utf8")));
    assert.equal(date, "2026-10-01");
    assert.match(source, /pypa\/advisory-database at [0-9a-f]{40}, CC-BY-4\.0$/);
    assert.deepEqual(
      vulnerabilities.map(({ id, package: name }) => `${name} ${id}`),
      ["lib-a TEST-1"],
    );
  });

  it("is not replaced by an older one, and is by one of the same day", () => {
    put("modules/vulnerabilities.json", JSON.stringify({ date: "2026-10-02", source: "newer", vulnerabilities: [] }));
    assert.match(refresh().stdout, /is of 2026-10-02 and stays: the database that was read is of 2026-10-01/);
    assert.match(readFileSync(file(), "utf8"), /newer/);
    commit("2026-10-02");
    assert.equal(refresh().status, 0);
    assert.doesNotMatch(readFileSync(file(), "utf8"), /newer/);
  });

  it("stays as it is when the source cannot be had or read", () => {
    rmSync(join(temp, "git"), { recursive: true });
    const gone = refresh();
    assert.equal(gone.status, 1);
    assert.match(gone.stderr, /git fetch --quiet failed[^]*docs\/runbooks\/image\.md#a-vulnerability-is-found/);
    put("git/pypa/advisory-database/vulns/lib-b/TEST-3.yaml", "id: TEST-3\n");
    commit("2026-10-03");
    const wrong = refresh();
    assert.equal(wrong.status, 1);
    assert.match(wrong.stderr, /vulns\/lib-b\/TEST-3\.yaml: .*expected OSV's format/);
    assert.ok(!existsSync(file()));
    assert.equal(refresh("--what").status, 2);
  });

  it("is here as its schema says", () => {
    const read = vulnerabilitiesSchema.safeParse(
      JSON.parse(readFileSync(join(ROOT, "modules/vulnerabilities.json"), "utf8")),
    );
    assert.ok(read.success, read.error?.message);
  });
});
