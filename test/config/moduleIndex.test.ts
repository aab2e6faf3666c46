import assert from "node:assert/strict";
import { formatDiagnostic, formatDiagnostics } from "../../config/index.ts";
import { INDEX_FILE, OBJECTS_FILE, readModuleIndex, readModuleTables } from "../../config/moduleIndex.ts";
import type { ModuleTables } from "../../config/moduleIndex.ts";
import { indexed, indexFiles } from "../support/moduleIndex.ts";
import { withProject } from "../support/projectFolder.ts";

type Files = Readonly<Record<string, string | undefined>>;

const RENEW = "(npx odoo-saas module refresh writes it: docs/runbooks/modules.md)";
const INDEX = indexFiles({ one: { objects: { menus: ["menu_one"] } }, two: {} }, { old: "17.0.1.0.0" });
const OF_17 = '"series": "17.0", "date": "2026-11-22"';
const OF_18 = OF_17.replace("17", "18");
/** A module as the index writes it. */
const ENTRY = JSON.stringify(indexed());

/** An index with these entries, as they are written. */
function indexOf(entries: string, head = OF_18): Files {
  return { [INDEX_FILE]: `{${head}, "sources": {}, "elsewhere": {}, "modules": {${entries}}}` };
}

/** Objects with these entries. */
function objectsOf(entries: string, head = OF_18): Files {
  return { [OBJECTS_FILE]: `{${head}, "modules": {${entries}}}` };
}

/** What both ways to read the files refuse. */
const unreadable: readonly (readonly [what: string, files: Files, ...expected: string[]])[] = [
  [
    "an index that is not there",
    { [INDEX_FILE]: undefined },
    `modules/index.json:1:1: cannot be read, expected the generated file ${RENEW}`,
  ],
  [
    "objects that are not there",
    { [OBJECTS_FILE]: undefined },
    `modules/objects.json:1:1: cannot be read, expected the generated file ${RENEW}`,
  ],
  [
    "neither of them there",
    { [INDEX_FILE]: undefined, [OBJECTS_FILE]: undefined },
    `modules/index.json:1:1: cannot be read, expected the generated file ${RENEW}`,
    `modules/objects.json:1:1: cannot be read, expected the generated file ${RENEW}`,
  ],
  [
    "an index that is cut off",
    { [INDEX_FILE]: (INDEX[INDEX_FILE] ?? "").slice(0, -3) },
    `modules/index.json:1:1: is not JSON, expected the generated file ${RENEW}`,
  ],
  [
    "objects that are cut off",
    { [OBJECTS_FILE]: (INDEX[OBJECTS_FILE] ?? "").slice(0, -3) },
    `modules/objects.json:1:1: is not JSON, expected the generated file ${RENEW}`,
  ],
  [
    "both of another series",
    { ...indexOf("", OF_17), ...objectsOf("", OF_17) },
    `modules/index.json:1:1: series: is "17.0", expected "18.0" ${RENEW}`,
    `modules/objects.json:1:1: series: is "17.0", expected "18.0" ${RENEW}`,
  ],
  [
    "a key that it does not know",
    indexOf("", `${OF_18}, "colour": 1, "size": 2`),
    `modules/index.json:1:1: colour: is not a known key, expected only series, date, sources, modules, elsewhere ${RENEW}`,
  ],
  [
    "modules that are a list",
    { [OBJECTS_FILE]: `{${OF_18}, "modules": []}` },
    `modules/objects.json:1:1: modules: Invalid input: expected record, received array ${RENEW}`,
  ],
];

/** What is refused of an entry: when it is asked for, and when the files are read as a whole. */
const entries: readonly (readonly [what: string, files: Files, expected: string])[] = [
  [
    "a value",
    indexOf(`"one": ${ENTRY}, "two": ${ENTRY.replace("18.0.1.0.0", "17.0.1.0.0")}`),
    `modules/index.json:1:1: modules.two.version: is "17.0.1.0.0", expected a version of series 18.0 such as "18.0.1.1.0" ${RENEW}`,
  ],
  [
    "a key",
    indexOf(`"one": ${ENTRY}, "two": ${ENTRY.replace("{", '{"colour": 1,')}`),
    `modules/index.json:1:1: modules.two.colour: is not a known key, expected one of title, summary, repository, commit, package, latest, dependsElsewhere, autoInstall, countries, python, requirements, bin, installable ${RENEW}`,
  ],
  [
    "an element",
    objectsOf('"two": {"menus": ["fine", "not fine"], "models": [], "reports": []}'),
    `modules/objects.json:1:1: modules.two.menus[1]: is "not fine", expected an external id without its module such as "menu_finance" ${RENEW}`,
  ],
];

describe("the index of modules", () => {
  for (const [what, files, ...expected] of unreadable) {
    it(`refuses ${what}`, () => {
      withProject({ ...INDEX, ...files }, (root) => {
        const { tables, diagnostics } = readModuleTables(root);
        assert.equal(tables, undefined);
        assert.deepEqual(formatDiagnostics(diagnostics).split("\n"), expected);
        assert.deepEqual(refusedWhole(root), expected);
      });
    });
  }

  for (const [what, files, expected] of entries) {
    it(`refuses a wrong entry when it is asked for, once: ${what}`, () => {
      withProject({ ...INDEX, ...files }, (root) => {
        const { modules, objects, problems } = tablesOf(root);
        assert.deepEqual([modules.get("one") !== undefined, problems], [true, []]);
        for (let asked = 0; asked < 2; asked += 1) {
          assert.ok([modules.get("two"), objects.get("two")].includes(undefined));
          assert.deepEqual(problems.map(formatDiagnostic), [expected]);
        }
        assert.deepEqual(refusedWhole(root), [expected]);
      });
    });
  }

  it("has what the files say, and nothing of another name", () => {
    withProject(INDEX, (root) => {
      const { date, elsewhere, modules, objects, problems } = tablesOf(root);
      assert.deepEqual([date, elsewhere], ["2026-11-22", { old: "17.0.1.0.0" }]);
      assert.deepEqual(
        [modules.names, objects.names],
        [
          ["one", "two"],
          ["one", "two"],
        ],
      );
      assert.deepEqual(modules.get("two"), indexed());
      assert.deepEqual(objects.get("one"), { menus: ["menu_one"], models: [], reports: [] });
      for (const name of ["three", "constructor", "old"]) {
        assert.deepEqual([modules.get(name), objects.get(name)], [undefined, undefined]);
      }
      assert.deepEqual(problems, []);
      const whole = readModuleIndex(root);
      assert.ok("index" in whole);
      assert.deepEqual([whole.index.modules["two"], whole.objects.modules["one"]], [indexed(), objects.get("one")]);
    });
  });

  it("is read again where one of its files has changed", () => {
    const read = (files: Files) => withProject({ ...INDEX, ...files }, tablesOf);
    const names = (files: Files) => [read(files).modules.names, read(files).objects.names];
    const both = ["one", "two"];
    assert.deepEqual(names({}), [both, both]);
    assert.deepEqual(names(indexOf(`"three": ${ENTRY}`)), [["three"], both]);
    assert.deepEqual(names({}), [both, both]);
    assert.deepEqual(names(objectsOf("")), [both, []]);
  });

  it("is not held against a project that does not use its wrong entry, because another did", () => {
    const files = { ...INDEX, ...indexOf(`"one": ${ENTRY}, "two": {}`) };
    const use = (name: string) =>
      withProject(files, (root) => {
        const { modules, problems } = tablesOf(root);
        modules.get(name);
        return problems.length;
      });
    assert.deepEqual([use("one"), use("two"), use("one")], [0, 1, 0]);
  });
});

function tablesOf(root: string): ModuleTables {
  const { tables, diagnostics } = readModuleTables(root);
  assert.deepEqual(diagnostics, []);
  return tables ?? assert.fail();
}

/** What is told of the files read as a whole. */
function refusedWhole(root: string): string[] {
  const whole = readModuleIndex(root);
  return "diagnostics" in whole ? whole.diagnostics.map(formatDiagnostic) : [];
}
