import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { applyFixes } from "../../features/image/fixes.ts";
import { loadFiles } from "../../features/image/files.ts";
import { ImageError } from "../../features/image/imageError.ts";
import { checkOutSources } from "../../features/image/sources.ts";
import { ConfigError } from "../../config/index.ts";
import { FIXES_FOLDER, loadFixes } from "../../config/imageFixes.ts";
import type { ModuleFixes } from "../../config/schemas/fixes.ts";
import { runProgram } from "../../features/image/process.ts";
import { withProject } from "../support/projectFolder.ts";

const ROOT = join(import.meta.dirname, "../..");
const COMMIT = "1".repeat(40);
const sources = { "a/b": { commit: COMMIT, modules: { own: "addons/own" }, requirements: [] } };

async function withFiles(
  files: Readonly<Record<string, string>>,
  use: (folder: string) => void | Promise<void>,
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "odoo-saas-fixes-"));
  try {
    for (const [file, content] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, file)), { recursive: true });
      writeFileSync(join(folder, file), content);
    }
    await use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const edits = (...made: [file: string, expect: string, replace: string][]): ReadonlyMap<string, ModuleFixes> =>
  new Map([
    [
      "own",
      {
        repository: "a/b",
        commit: COMMIT,
        edits: made.map(([file, expect, replace]) => ({ file, why: "It does not load.", expect, replace })),
      },
    ],
  ]);

describe("edits to the image's modules", () => {
  const files = { "own/a.xml": "<one/>\n<two/>\n<one/>\n", "own/b.py": "x = 1\n", "other/a.xml": "<one/>\n" };

  it("replace their text, one after another, and nothing else", async () => {
    const fixes = edits(["a.xml", "<two/>\n", "<$&/>\n"], ["a.xml", "<$&/>\n<one/>", "<three/>"], ["b.py", "1", ""]);
    await withFiles(files, (folder) => {
      applyFixes(folder, fixes, ["own", "other"]);
      const text = (file: string): string => readFileSync(join(folder, file), "utf8");
      assert.deepEqual(Object.keys(files).map(text), ["<one/>\n<three/>\n", "x = \n", "<one/>\n"]);
    });
  });

  it("leave modules alone that were not checked out", async () => {
    await withFiles(files, (folder) => {
      applyFixes(folder, edits(["a.xml", "<gone/>", ""]), ["other"]);
    });
  });

  it("are refused together, and change no file, where a text is missing, ambiguous, or its file is", async () => {
    const fixes = edits(["b.py", "1", "2"], ["a.xml", "<one/>", ""], ["a.xml", "<four/>", ""], ["c.xml", "<one/>", ""]);
    await withFiles(files, (folder) => {
      assert.throws(
        () => {
          applyFixes(folder, fixes, ["own"]);
        },
        (error) => {
          assert.ok(error instanceof ImageError);
          assert.deepEqual(error.message.split("\n"), [
            "Edits do not fit the modules:",
            '  image/fixes/own.yaml: edits[1]: its text is there 2 times in own/a.xml, expected it exactly once: "<one/>"',
            '  image/fixes/own.yaml: edits[2]: its text is there 0 times in own/a.xml, expected it exactly once: "<four/>"',
            '  image/fixes/own.yaml: edits[3]: the file does not exist in own/c.xml, expected it exactly once: "<one/>"',
            "See docs/runbooks/image.md#an-edit-does-not-fit",
          ]);
          return true;
        },
      );
      assert.equal(readFileSync(join(folder, "own/b.py"), "utf8"), "x = 1\n");
    });
  });
});

describe("the files of edits", () => {
  const file = `${FIXES_FOLDER}/own.yaml`;
  const right = `repository: a/b\ncommit: "${COMMIT}"\nedits:\n  - { file: views/a.xml, why: It does not load., expect: <one/>, replace: "" }\n`;
  const problems = (content: string): string[] => {
    try {
      withProject({ [file]: content }, (root) => loadFixes(root, { sources }));
      return [];
    } catch (error) {
      assert.ok(error instanceof ConfigError);
      return error.message.split("\n").slice(1);
    }
  };

  it("are read by module", () => {
    const fixes = withProject({ [file]: right }, (root) => loadFixes(root, { sources }));
    assert.deepEqual([...fixes.keys()], ["own"]);
    assert.equal(withProject({}, (root) => loadFixes(root, { sources })).size, 0);
  });

  it("belong to a module and a commit that the image takes", () => {
    assert.deepEqual(problems(right.replace(COMMIT, "2".repeat(40))), [
      `  ${file}:2:9: commit: is ${"2".repeat(40)}, but image/image.yaml takes ${COMMIT}, expected the edits to be checked against that commit`,
    ]);
    assert.deepEqual(problems(right.replace("a/b", "a/c")), [
      `  ${file}:1:13: repository: is a/c, from which image/image.yaml does not take own, expected the module's repository there`,
    ]);
  });

  it("say why, and stay inside the module", () => {
    assert.match(problems(right.replace("why: It does not load., ", ""))[0] ?? "", /edits\[0\]\.why: is missing/);
    for (const outside of ["../other/a.xml", "/etc/passwd", "views/../../a.xml", ""]) {
      const [problem = ""] = problems(right.replace("views/a.xml", JSON.stringify(outside)));
      assert.match(problem, /edits\[0\]\.file: .* expected a file of the module/, outside);
    }
    assert.match(problems(right.replace("<one/>", '""'))[0] ?? "", /edits\[0\]\.expect: .* expected text of the file/);
  });

  it("of this project are of modules that bundles install or offer", () => {
    const { contents, fixes } = loadFiles(ROOT);
    assert.ok(fixes.size > 0);
    for (const module of fixes.keys()) assert.ok(contents.modules.has(module), module);
  });
});

describe("a module that is taken from a repository", () => {
  it("comes with its edits, and without what Python has compiled: nobody reads that", async () => {
    const repository = {
      "a/b/addons/own/__manifest__.py": "{}\n",
      "a/b/addons/own/models.py": "x = 1\n",
      "a/b/addons/own/__pycache__/models.cpython-312.pyc": "other code",
      "a/b/addons/own/loose.pyc": "other code",
    };
    await withFiles(repository, async (folder) => {
      const cwd = join(folder, "a/b");
      const git = (...args: string[]) => runProgram("git", args, { cwd, env: process.env, section: "" });
      await git("init", "--quiet");
      await git("add", "--all", "--force");
      await git("-c", "user.name=a", "-c", "user.email=a@b.example", "commit", "--quiet", "--message", "one");
      await git("config", "uploadpack.allowAnySHA1InWant", "true");
      const commit = (await git("rev-parse", "HEAD")).trim();
      const into = join(folder, "addons");
      const source = { repository: "a/b", commit, modules: { own: "addons/own" }, requirements: [] };
      const env = { ...process.env, ODOO_SAAS_GIT_BASE: folder };
      await checkOutSources(join(folder, "work"), into, [source], edits(["models.py", "1", "2"]), env);
      assert.deepEqual(readdirSync(join(into, "own")).sort(), ["__manifest__.py", "models.py"]);
      assert.equal(readFileSync(join(into, "own/models.py"), "utf8"), "x = 2\n");
    });
  });
});
