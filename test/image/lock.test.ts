import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { imageContents } from "../../features/image/contents.ts";
import { copyOwn, dockerfile } from "../../features/image/context.ts";
import { ImageError } from "../../features/image/imageError.ts";
import { lockDifferences, lockProblems, parseLock, requirementsText } from "../../features/image/requirements.ts";
import { readBundles } from "../../config/projectFiles.ts";
import { loadImage } from "../../config/imageFile.ts";
import { loadProjectFiles } from "../../config/index.ts";
import { readModuleIndex } from "../../config/moduleIndex.ts";
import { imageModules } from "../../config/modules.ts";
import type { ImageFile } from "../../config/schemas/image.ts";
import type { ModuleIndex } from "../../config/schemas/moduleIndex.ts";

const ROOT = join(import.meta.dirname, "../..");
const text = (file: string): string => readFileSync(join(ROOT, file), "utf8");
const read = readModuleIndex(ROOT);
if ("diagnostics" in read) throw new Error("modules/index.json cannot be read");
const { index } = read;
const image = loadImage(ROOT);
const modules = imageModules(readBundles(ROOT).values, new Map(Object.entries(index.modules)));
const contents = imageContents(modules, index, image);
const lock = text("image/requirements.txt");

const HASH = `--hash=sha256:${"0".repeat(64)}`;

describe("the image's lock", () => {
  it("is what the bundles and the index make", () => {
    assert.equal(text("image/requirements.in"), requirementsText(contents));
    assert.deepEqual(lockProblems(lock, contents, image), []);
  });

  it("has every module of the bundles, and no registry's name", () => {
    const names = new Set(parseLock(lock).packages.map(({ name }) => name));
    for (const name of contents.packages.keys()) assert.ok(names.has(name), name);
    assert.ok(contents.packages.size > 200);
    for (const file of ["image/requirements.in", "image/requirements.txt", "image/image.yaml"]) {
      assert.doesNotMatch(text(file), /:\/\/|--(?:extra-)?index-url|--find-links/, file);
    }
  });

  it("is of the official image that a release has", () => {
    const result = loadProjectFiles(ROOT);
    assert.ok(result.ok);
    const official = [...result.projectFiles.releases.values()].filter(
      (release) => release.image.repository === image.base.repository && release.image.digest === image.base.digest,
    );
    assert.notDeepEqual(official, []);
  });

  const WRONG: readonly (readonly [string, (lock: string) => string, RegExp])[] = [
    ["a package without a hash", (all) => `${all}extra==1.0\n`, /^image\/requirements\.txt:\d+: extra has no hash/],
    [
      "a hash of another kind",
      (all) => `${all}extra==1.0 --hash=md5:abc\n`,
      /extra has the hash md5:abc, expected sha256/,
    ],
    [
      "a version that is not exact",
      (all) => `${all}extra>=1.0 ${HASH}\n`,
      /is "extra>=1\.0 .*, expected a package with its version/,
    ],
    [
      "an address",
      (all) => `${all}extra @ git+https://x.example/y\n`,
      /expected a package with its version and hashes/,
    ],
    ["an index", (all) => `--index-url https://x.example/\n${all}`, /^image\/requirements\.txt:1: is "--index-url/],
    ["a package twice", (all) => `${all}redis==1.0 ${HASH}\n`, /redis is there a second time/],
    [
      "another version of a module",
      (all) => all.replace(/^(odoo-addon-auth-oidc==)\S+/m, "$118.0.9.9.9"),
      /auth-oidc is 18\.0\.9\.9\.9, expected 18\.0\./,
    ],
    [
      "another version of a pin",
      (all) => all.replace(/^(cryptography==)\S+/m, "$11.0"),
      /cryptography is 1\.0, expected 42\.0\.8/,
    ],
    ["what the base has", (all) => `${all}lxml==6.1.3 ${HASH}\n`, /lxml is installed, expected the base's own 5\.2\.1/],
    [
      "what is not needed",
      (all) => `${all}dataclasses==0.8 ${HASH}\n`,
      /dataclasses is installed, expected it left out: part of Python/,
    ],
    [
      "a module that nobody needs",
      (all) => `${all}odoo-addon-other==18.0.1.0.0 ${HASH}\n`,
      /odoo-addon-other is a module that no bundle needs/,
    ],
    [
      "a module too few",
      (all) => all.replace(/^odoo-addon-auth-oidc==/m, "other=="),
      /odoo-addon-auth-oidc is missing/,
    ],
    ["a package of a repository's modules too few", (all) => all.replace(/^redis==/m, "other=="), /redis is missing/],
    ["nothing", () => "", /pysftp, expected a package of the lock/],
  ];
  for (const [what, change, message] of WRONG) {
    it(`is refused with ${what}`, () => {
      const changed = change(lock);
      assert.notEqual(changed, lock);
      const problems = lockProblems(changed, contents, image);
      assert.ok(
        problems.some((problem) => message.test(problem)),
        problems.slice(0, 5).join("\n"),
      );
    });
  }

  it("differs from a resolution in versions, packages and files that are gone, not in files that are new", () => {
    const [a, b] = ["a".repeat(64), "b".repeat(64)];
    const mine = `x==1 --hash=sha256:${a}\ny==1 --hash=sha256:${a}\n`;
    assert.deepEqual(
      lockDifferences(mine, `x==1 --hash=sha256:${a} --hash=sha256:${b}\ny==1 --hash=sha256:${a}\n`),
      [],
    );
    assert.deepEqual(lockDifferences(mine, `x==2 --hash=sha256:${a}\nz==1 --hash=sha256:${a}\n`), [
      "image/requirements.txt:1: x is 1, expected 2",
      "image/requirements.txt:2: y is not needed, expected it left out",
      "image/requirements.txt: z 1 is missing, expected it",
    ]);
    assert.match(
      lockDifferences(mine, `x==1 --hash=sha256:${b}\ny==1 --hash=sha256:${a}\n`).join(),
      /no file with SHA-256 a{64}/,
    );
  });
});

describe("the image's contents", () => {
  const small = (modules: ModuleIndex["modules"]): ModuleIndex => ({ ...index, modules });
  const known: ModuleIndex["modules"][string] = {
    origin: "oca",
    version: "18.0.1.0.0",
    evidence: "package",
    depends: [],
  };
  const files: ImageFile = {
    ...image,
    sources: { "a/b": { commit: "1".repeat(40), modules: { own: "addons/own" }, requirements: [] } },
  };
  const refused = (modules: ModuleIndex["modules"], message: RegExp): void => {
    assert.throws(
      () => imageContents(Object.keys(modules), small(modules), files),
      (error) =>
        error instanceof ImageError &&
        message.test(error.message) &&
        /docs\/runbooks\/image\.md#a-module-has-no-place/.test(error.message),
    );
  };

  it("leave out what the base has, and know the commit of what no package has", () => {
    const own = { ...known, origin: "ipai" as const, repository: "a/b", commit: "1".repeat(40) };
    const made = imageContents(["web", "own"], small({ web: { ...known, origin: "ce" }, own }), files);
    assert.deepEqual([...made.modules], [["own", "18.0.1.0.0"]]);
    assert.deepEqual(made.sources, [
      { repository: "a/b", commit: "1".repeat(40), modules: { own: "addons/own" }, requirements: [] },
    ]);
  });

  it("have this repository's modules, as addons/ has them", () => {
    const own = { ...known, origin: "platform" as const };
    assert.deepEqual(imageContents(["own"], small({ own }), { ...image, sources: {} }).own, ["own"]);
    const folder = mkdtempSync(join(tmpdir(), "odoo-saas-addons-"));
    try {
      for (const part of ["addons/own/models", "addons/own/__pycache__"])
        mkdirSync(join(folder, part), { recursive: true });
      for (const file of ["__manifest__.py", "models/thing.py", "__pycache__/thing.pyc"]) {
        writeFileSync(join(folder, "addons/own", file), "");
      }
      copyOwn(folder, join(folder, "context"), ["own"]);
      assert.deepEqual(readdirSync(join(folder, "context/own")).sort(), ["__manifest__.py", "models"]);
      assert.deepEqual(readdirSync(join(folder, "context/own/models")), ["thing.py"]);
      assert.throws(() => {
        copyOwn(folder, join(folder, "context"), ["own", "lost"]);
      }, /addons\/lost\/__manifest__\.py: is not there/);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it("refuse a module without a package or a commit", () => {
    refused({ lost: known }, /lost: has neither a package .* nor a folder below sources/);
    assert.throws(() => imageContents(["unheard"], small({}), files), /unheard: is not in modules\/index\.json/);
  });

  it("refuse a commit that the index did not read", () => {
    const own = { ...known, repository: "a/b", commit: "2".repeat(40) };
    refused({ own }, /sources\.a\/b\.commit is 1{40}, expected that of modules\/index\.json for own: 2{40} of a\/b/);
    refused(
      { own: { ...own, package: { name: "odoo-addon-own", version: "18.0.1.0.0" } } },
      /sources has own, expected it left out/,
    );
  });
});

describe("the image's Dockerfile", () => {
  const lines = dockerfile(image).split("\n");

  it("starts from the official image by digest, and ends as a user that is not root", () => {
    const from = lines.filter((line) => line.startsWith("FROM "));
    assert.equal(from.length, 2);
    for (const line of from) assert.match(line, /^FROM docker\.io\/library\/odoo@sha256:[0-9a-f]{64}(?: AS build)?$/);
    assert.equal(lines.filter((line) => line.startsWith("USER ")).at(-1), "USER 100:101");
  });

  it("installs with hashes and from wheels only, but for what has none", () => {
    const pip = lines.filter((line) => /pip/.test(line));
    assert.equal(pip.length, 1);
    for (const option of [
      "--require-hashes",
      "--no-deps",
      "--only-binary=:all:",
      "--no-binary=pyquerystring,pysftp",
      "--no-build-isolation",
    ]) {
      assert.ok(pip[0]?.includes(` ${option}`), option);
    }
  });
});
