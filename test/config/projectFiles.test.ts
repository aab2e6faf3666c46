import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { join, relative } from "node:path";
import { loadProjectFiles, readBundles } from "../../config/projectFiles.ts";
import { formatDiagnostic } from "../../config/diagnostics.ts";
import type { Rule } from "../../config/rules/rule.ts";
import { projectFilesWith, problemsIn, VALID_PROJECT, withProject } from "../support/projectFolder.ts";

const TENANT = VALID_PROJECT["tenants/acme.yaml"] ?? "";
const BUNDLE = VALID_PROJECT["bundles/sales.yaml"] ?? "";
const PLAN = VALID_PROJECT["plans.yaml"] ?? "";
const RELEASE = VALID_PROJECT["releases/18.0-2026.11.yaml"] ?? "";
const INDEX = VALID_PROJECT["modules/index.json"] ?? "";

/** A record of a tenant that is gone. */
const RECORD = `displayName: Gone
owner: { team: ops, email: ops@acme.example }
environments: [staging]
decommissioned: 2026-10-01
holdUntil: 2026-11-01
lastBackup: { id: 0123abcd, taken: 2026-10-01T02:00:00Z, verified: 2026-10-01T03:00:00Z, checksum: ${"ab".repeat(32)}, rows: { a: 1 } }
`;

describe("loadCatalogue", () => {
  it("has everything by name, in the order of the names", () => {
    const { tenants, archive, bundles, plans, releases, tables } = projectFilesWith({
      "tenants/beta.yaml": TENANT,
      "tenants/beta-two.yaml": TENANT,
      "archive/gone.yaml": RECORD,
      "archive/ended.yaml": RECORD,
      "plans.yaml": `${PLAN}${PLAN.replace("standard:", "large:")}`,
      "releases/18.0-2026.12.yaml": RELEASE,
      "releases/18.0-2026.10.yaml": RELEASE,
    });
    assert.deepEqual([...tenants.keys()], ["acme", "beta", "beta-two"]);
    assert.deepEqual([...archive.keys()], ["ended", "gone"]);
    assert.deepEqual([...bundles.keys()], ["platform", "sales"]);
    assert.deepEqual([...plans.keys()], ["large", "standard"]);
    assert.deepEqual([...releases.keys()], ["18.0-2026.10", "18.0-2026.11", "18.0-2026.12"]);
    assert.equal(tables.date, "2026-11-22");
    for (const [key, { id }] of [...tenants, ...archive]) assert.equal(id, key);
    for (const [key, { name }] of [...bundles, ...plans, ...releases]) assert.equal(name, key);
    assert.equal(tenants.get("acme")?.displayName, "Acme");
  });

  it("is found from wherever the program runs", () => {
    withProject({}, (root) => assert.deepEqual(problemsIn(relative(process.cwd(), root)), []));
  });

  it("needs no archive, and refuses what is wrong in one", () => {
    assert.equal(projectFilesWith().archive.size, 0);
    assert.deepEqual(withProject({ "archive/gone.yaml": "", "archive/Gone2.yaml": RECORD }, problemsIn), [
      'archive/Gone2.yaml:1:1: is named "Gone2", expected a tenant id: lower-case words joined by hyphens, 2 to 30 characters, such as "acme-finance"',
      "archive/gone.yaml:1:1: is empty, expected a mapping",
    ]);
  });

  it("tells of fifty problems of a file, and only then that there are more", () => {
    const keys = (count: number) => Array.from({ length: count }, (_, index) => `k${10 + index}: 1\n`).join("");
    const told = (count: number) =>
      withProject({ "tenants/beta.yaml": TENANT + keys(count) }, problemsIn).filter((line) =>
        line.includes(" more problems"),
      );
    assert.deepEqual(told(50), []);
    assert.deepEqual(told(51), ["tenants/beta.yaml:1:1: has 1 more problems, expected the first 50 to be fixed first"]);
  });

  it("tells what is wrong in all files, by file and place", () => {
    const changes = {
      "tenants/beta.yaml": TENANT.replace("sales", "saels").replace("team: ops", "team: Ops"),
      "tenants/acme.yaml": TENANT.replace("sales", "saels"),
      "plans.yaml": "",
      "bundles/sales.yaml": BUNDLE.replace("summary: Selling.\n", ""),
    };
    assert.deepEqual(
      withProject(changes, problemsIn).map((line) => line.replace(/ .*/, "")),
      ["bundles/sales.yaml:1:1:", "plans.yaml:1:1:", "tenants/acme.yaml:3:11:", "tenants/beta.yaml:2:16:"],
    );
  });

  it("holds bundles and tenants against the index", () => {
    const changes = { "tenants/acme.yaml": `${TENANT}modules: { add: [stock_cycle_count] }\n` };
    const [line = "", ...others] = withProject(changes, problemsIn);
    assert.match(line, /^tenants\/acme\.yaml:6:18: modules\.add\[0\]: is "stock_cycle_count", which is not known/);
    assert.deepEqual(others, []);
  });

  it("knows the reporting models by their folders, and nothing else that is there", () => {
    const files = {
      "sql/tenant/README.md": "",
      "sql/tenant/core/notes.txt": "",
      "sql/tenant/zeta/v1/001.sql": "",
      "sql/tenant/zeta/v2/001.sql": "",
      "sql/tenant/alpha/v1/001.sql": "",
      "tenants/acme.yaml": `${TENANT}analytics: { models: [xyzzy_xyzzy/v1] }\n`,
    };
    assert.deepEqual(withProject(files, problemsIn), [
      'tenants/acme.yaml:6:23: analytics.models[0]: is "xyzzy_xyzzy/v1", which is not in sql/tenant/, expected one of alpha/v1, core/v1, zeta/v1, zeta/v2',
    ]);
    assert.deepEqual(withProject({ "sql/tenant/core/v1/001.sql": undefined }, problemsIn), [
      'bundles/platform.yaml:3:13: reporting[0]: is "core/v1", which is not in sql/tenant/, expected none: there are none yet',
    ]);
    withProject({ "sql/tenant/core/v1/001.sql": undefined }, (root) => {
      mkdirSync(join(root, "sql/tenant/core"), { recursive: true });
      assert.equal(problemsIn(root).length, 1);
    });
  });

  it("tells of a wrong entry of the index, and does not hold it against the files that name the module", () => {
    const wrong = INDEX.replace(/("crm": \{"origin":"ce","version":)"[^"]*"/, '$1"eighteen"');
    assert.notEqual(wrong, INDEX);
    const changes = {
      "modules/index.json": wrong,
      "tenants/beta.yaml": TENANT.replace("staging: {}", "staging: { plan: huge }"),
    };
    const problems = withProject(changes, problemsIn);
    assert.deepEqual(problems.length, 2);
    assert.match(problems[0] ?? "", /^modules\/index\.json:1:1: modules\.crm\.version: is "eighteen", expected /);
    assert.match(problems[1] ?? "", /^tenants\/beta\.yaml:5:20: environments\.staging\.plan: is "huge"/);
  });

  it("takes further rules, whose problems have a place where the file is read", () => {
    const rule: Rule = ({ tenants }) => [
      { file: "tenants/acme.yaml", path: ["owner", "email"], message: `is one of ${tenants.size}` },
      { file: "tenants/acme.yaml", path: ["owner", "email"], message: "is a key", atKey: true },
      { file: "tenants/gone.yaml", path: ["owner", "team"], message: "is gone" },
    ];
    const result = withProject({}, (root) => loadProjectFiles(root, [rule]));
    assert.deepEqual(result.ok ? [] : result.diagnostics.map(formatDiagnostic), [
      "tenants/acme.yaml:2:21: owner.email: is a key",
      "tenants/acme.yaml:2:28: owner.email: is one of 1",
      "tenants/gone.yaml:1:1: owner.team: is gone",
    ]);
  });
});

describe("what loadProjectFiles remembers", () => {
  const remembered = projectFilesWith().tenants.get("acme");
  const load = (root: string) => {
    const asked: string[] = [];
    const result = loadProjectFiles(root, [], (id, text) => {
      asked.push(id);
      return text === TENANT && remembered !== undefined ? { ...remembered, displayName: "Remembered" } : undefined;
    });
    return { asked, result };
  };

  it("parses no file that it has the value of, and all others", () => {
    const { asked, result } = withProject({ "tenants/beta.yaml": `# Another text\n${TENANT}` }, load);
    assert.deepEqual(asked, ["acme", "beta"]);
    assert.deepEqual(
      result.ok && [...result.projectFiles.tenants.values()].map(({ id, displayName }) => [id, displayName]),
      [
        ["acme", "Remembered"],
        ["beta", "Acme"],
      ],
    );
  });

  it("holds the rules against all files, and says where in a remembered one something is wrong", () => {
    const { result } = withProject({ "plans.yaml": PLAN.replace("standard:", "large:") }, load);
    assert.deepEqual(
      result.ok ? [] : result.diagnostics.map(formatDiagnostic),
      withProject({ "plans.yaml": PLAN.replace("standard:", "large:") }, problemsIn),
    );
  });
});

describe("readBundles", () => {
  it("reads the bundles alone, and holds them against no rule", () => {
    const changes = {
      "tenants/acme.yaml": "",
      "plans.yaml": "",
      "bundles/sales.yaml": BUNDLE.replaceAll("crm", "cmr"),
    };
    const { values, diagnostics } = withProject(changes, readBundles);
    assert.deepEqual([...values.keys()], ["platform", "sales"]);
    assert.equal(values.get("sales")?.title, "Sales");
    assert.deepEqual(diagnostics, []);
  });

  it("tells what is wrong with them, by file and place", () => {
    const changes = { "bundles/x2.yaml": "b: 1\na: 2\n", "bundles/a.yaml": "", "bundles/B.yaml": "" };
    const { values, diagnostics } = withProject(changes, readBundles);
    assert.deepEqual([...values.keys()], ["platform", "sales"]);
    assert.deepEqual(
      diagnostics.map(({ file, line, path }) => `${file}:${line} ${path}`),
      [
        "bundles/B.yaml:1 ",
        "bundles/a.yaml:1 ",
        ...["features", "modules", "summary", "title", "b"].map((path) => `bundles/x2.yaml:1 ${path}`),
        "bundles/x2.yaml:2 a",
      ].sort(),
    );
  });
});
