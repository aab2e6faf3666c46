import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { compareModules, differenceLine } from "../../features/image/compare.ts";
import type { ImageContents, ModuleSource } from "../../features/image/contents.ts";
import { writeContext } from "../../features/image/context.ts";
import { ImageError } from "../../features/image/imageError.ts";
import { LOCK_FILE, lockProblems, parseLock } from "../../features/image/requirements.ts";
import { checkOutSources, GIT_BASE_VARIABLE } from "../../features/image/sources.ts";
import { install, resolve } from "../../features/image/uv.ts";
import { readModules } from "../../features/modules/moduleIndex/facts.ts";
import { loadImage } from "../../config/imageFile.ts";
import type { ImageFile } from "../../config/schemas/image.ts";
import type { ModuleIndex } from "../../config/schemas/moduleIndex.ts";
import { ODOO } from "../../config/schemas/odooLists.ts";
import { ensureTools } from "../../sandbox/toolchain/ensure.ts";

const ROOT = join(import.meta.dirname, "../..");
const real = loadImage(ROOT);

/** Writes wheels into the folder it is given: `name version requirement,…`, and a module's manifest where it is one. */
const WHEELS = `
import sys, zipfile
for name, version, requires, module, manifest in (line.split("|") for line in sys.argv[2:]):
    plain = name.replace("-", "_")
    info = "%s-%s.dist-info/" % (plain, version)
    with zipfile.ZipFile("%s/%s-%s-py3-none-any.whl" % (sys.argv[1], plain, version), "w") as wheel:
        if module:
            wheel.writestr("odoo/addons/%s/__manifest__.py" % module, manifest)
            wheel.writestr("odoo/addons/%s/__init__.py" % module, "")
        lines = ["Metadata-Version: 2.1", "Name: " + name, "Version: " + version]
        lines += ["Requires-Dist: " + each for each in requires.split(",") if each]
        wheel.writestr(info + "METADATA", "\\n".join(lines) + "\\n\\n")
        wheel.writestr(info + "WHEEL", "Wheel-Version: 1.0\\nGenerator: test\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
        wheel.writestr(info + "RECORD", "")
`;

const FIRST = `{"name": "First", "version": "18.0.1.0.0", "depends": ["base", "web", "second"], "external_dependencies": {"python": ["lib-a"]}, "license": "AGPL-3"}`;
const SECOND = `{"name": "Second", "version": "18.0.2.0.0", "depends": ["base"], "license": "LGPL-3"}`;

describe("the image's packages", function () {
  this.timeout(120_000);
  const image: ImageFile = {
    ...real,
    provided: { "lib-b": "1.0" },
    constraints: {},
    sdists: [],
    programs: {},
    sources: {},
  };
  let temp = "";
  let env: NodeJS.ProcessEnv = {};
  const folder = (): string => mkdtempSync(join(temp, "work-"));
  const wheels = (...lines: string[]): void => {
    const { status, stderr } = spawnSync("python3", ["-c", WHEELS, join(temp, "wheels"), ...lines], {
      encoding: "utf8",
    });
    assert.equal(status, 0, stderr);
  };

  before(async () => {
    const { uv = "" } = await ensureTools(["image"]);
    temp = mkdtempSync(join(tmpdir(), "odoo-saas-uv-"));
    mkdirSync(join(temp, "wheels"));
    env = {
      ...process.env,
      PATH: [dirname(uv), process.env["PATH"] ?? ""].join(delimiter),
      UV_OFFLINE: "1",
      UV_DEFAULT_INDEX: "http://127.0.0.1:9", // nothing may ask it
      UV_FIND_LINKS: join(temp, "wheels"),
      UV_CACHE_DIR: join(temp, "cache"),
    };
  });
  after(() => rmSync(temp, { recursive: true, force: true }));

  beforeEach(() => {
    rmSync(join(temp, "wheels"), { recursive: true });
    mkdirSync(join(temp, "wheels"));
    wheels(
      `odoo-addon-first|18.0.1.0.0.3|odoo==18.0.*,odoo-addon-second==18.0.*,lib-a|first|${FIRST}`,
      `odoo-addon-second|18.0.2.0.0||second|${SECOND}`,
      "lib-a|1.0|lib-b,dataclasses||",
      "lib-b|1.0|||",
      "lib-b|2.0|||",
    );
  });
  const WANTED = "odoo-addon-first==18.0.1.0.0.3\nodoo-addon-second==18.0.2.0.0\n";
  const contents: ImageContents = {
    packages: new Map([
      ["odoo-addon-first", "18.0.1.0.0.3"],
      ["odoo-addon-second", "18.0.2.0.0"],
    ]),
    sources: [],
    own: [],
    modules: new Map([
      ["first", "18.0.1.0.0"],
      ["second", "18.0.2.0.0"],
    ]),
  };

  it("resolve without what the base has and what is not needed, and install with their hashes compared", async () => {
    const lock = await resolve(folder(), WANTED, "", image, { env });
    const found = parseLock(lock).packages.map(({ name, version }) => `${name} ${version}`);
    assert.deepEqual(found, ["lib-a 1.0", "odoo-addon-first 18.0.1.0.0.3", "odoo-addon-second 18.0.2.0.0"]);
    assert.deepEqual(lockProblems(lock, contents, image), []);
    assert.equal(await resolve(folder(), WANTED, lock, image, { env }), lock);
    const python = await install(folder(), lock, image, { env });
    assert.deepEqual(readdirSync(join(python, "odoo/addons")).sort(), ["first", "second"]);
  });

  it("keep what is locked when something newer is there", async () => {
    const lock = await resolve(folder(), WANTED, "", image, { env });
    wheels("lib-a|1.1|||");
    assert.equal(await resolve(folder(), WANTED, lock, image, { env }), lock);
    assert.match(await resolve(folder(), WANTED, lock, image, { env, upgrade: ["lib-a"] }), /^lib-a==1\.1/m);
  });

  it("are refused when a file is not the one that was locked", async () => {
    const lock = await resolve(folder(), WANTED, "", image, { env });
    wheels("lib-a|1.0|lib-b|evil|{}");
    rmSync(join(temp, "cache"), { recursive: true });
    await assert.rejects(
      install(folder(), lock, image, { env }),
      (error) =>
        error instanceof ImageError &&
        /hash/i.test(error.message) &&
        /image\.md#the-lock-does-not-install/.test(error.message),
    );
  });

  it("tell why there is no resolution", async () => {
    await assert.rejects(
      resolve(folder(), `${WANTED}lib-b==2.0\n`, "", image, { env }),
      (error) =>
        error instanceof ImageError &&
        /lib-b==1\.0/.test(error.message) &&
        /image\.md#no-resolution/.test(error.message),
    );
  });

  describe("compared with the index", () => {
    const known = { origin: "oca", evidence: "package", licence: "AGPL-3" } as const;
    const modules: ModuleIndex["modules"] = {
      first: { ...known, version: "18.0.1.0.0", depends: ["second", "web"], python: ["lib-a"] },
      second: { ...known, version: "18.0.2.0.0", depends: [], licence: "LGPL-3" },
      web: { ...known, origin: "ce", version: "18.0.1.0.0" },
    };
    const index = (changes: ModuleIndex["modules"] = {}): ModuleIndex => ({
      series: "18.0",
      date: "2026-11-22",
      sources: {},
      modules: { ...modules, ...changes },
      elsewhere: {},
    });
    const facts = async (): ReturnType<typeof readModules> => {
      const lock = await resolve(folder(), WANTED, "", image, { env });
      return await readModules([join(await install(folder(), lock, image, { env }), "odoo/addons")]);
    };
    const installed = new Set(["lib-a", "odoo-addon-first", "odoo-addon-second"]);
    const {
      first = { ...known, version: "" },
      second = { ...known, version: "" },
      web = { ...known, version: "" },
    } = modules;

    it("are as it says, and every difference is told with both", async () => {
      const read = await facts();
      const compared = (changes: ModuleIndex["modules"], python = installed, wanted = contents): string =>
        compareModules(read, python, wanted, index(changes), image).map(differenceLine).join("\n");
      assert.equal(compared({}), "");
      assert.equal(
        compared({ first: { ...first, version: "18.0.1.0.1" } }),
        "first: version: modules/index.json says 18.0.1.0.1, the module says 18.0.1.0.0",
      );
      assert.match(
        compared({ first: { ...first, depends: ["web"] } }),
        /^first: depends: .* says web, the module says second, web$/,
      );
      assert.match(
        compared({ first: { ...first, python: [] } }),
        /^first: python: .* says none, the module says lib-a$/,
      );
      assert.match(
        compared({ second: { ...second, bin: ["xmlsec1"] } }),
        /^second: bin: .* says xmlsec1, the module says none$/,
      );
      assert.match(compared({ second: { ...second, licence: "OPL-1" } }), /^second: licence: .* OPL-1, .* LGPL-3$/);
      assert.match(compared({ second: { ...second, installable: false } }), /^second: installable: .* false, .* true$/);
      assert.match(
        compared({ web: { ...web, origin: "oca" } }),
        /^first: depends: .* the module says web, which is not there$/,
      );
      assert.match(
        compared({}, new Set()),
        /^first: python: .* lib-a is installed, the module says lib-a, which is not there$/,
      );
      const more = { ...contents, modules: new Map([...contents.modules, ["third", "18.0.1.0.0"]]) };
      assert.match(compared({}, installed, more), /^third: installed: .* 18\.0\.1\.0\.0, .* nothing: it is not there$/);
      const less = { ...contents, modules: new Map([["first", "18.0.1.0.0"]]) };
      assert.match(compared({}, installed, less), /^second: installed: .* no bundle needs it, .* 18\.0\.2\.0\.0$/);
    });
  });

  describe("and the modules of repositories", () => {
    let commit = "";
    const git = (...args: string[]): string => {
      const author = ["-c", "user.name=t", "-c", "user.email=t@t.example", "-c", "commit.gpgsign=false"];
      const { status, stdout, stderr } = spawnSync("git", [...author, ...args], {
        cwd: join(temp, "git/own/modules"),
        encoding: "utf8",
      });
      assert.equal(status, 0, stderr);
      return stdout.trim();
    };
    const source = (changes: Partial<ModuleSource> = {}): ModuleSource => ({
      repository: "own/modules",
      commit,
      modules: { mine: "addons/mine" },
      requirements: [],
      ...changes,
    });
    const gitEnv = (): NodeJS.ProcessEnv => ({ ...env, [GIT_BASE_VARIABLE]: `file://${join(temp, "git")}` });

    before(() => {
      mkdirSync(join(temp, "git/own/modules/addons/mine"), { recursive: true });
      git("init", "--quiet", "--initial-branch=main");
      writeFileSync(join(temp, "git/own/modules/addons/mine/__manifest__.py"), SECOND);
      writeFileSync(join(temp, "git/own/modules/secret.txt"), "not a module's");
      git("add", ".");
      git("commit", "--quiet", "--message=First");
      commit = git("rev-parse", "HEAD");
      writeFileSync(join(temp, "git/own/modules/addons/mine/__manifest__.py"), "{}");
      git("commit", "--quiet", "--all", "--message=Second");
    });

    it("are those of the commit, and nothing else of it", async () => {
      const into = join(folder(), "addons");
      await checkOutSources(folder(), into, [source()], new Map(), gitEnv());
      assert.deepEqual(readdirSync(into), ["mine"]);
      assert.equal(readFileSync(join(into, "mine/__manifest__.py"), "utf8"), SECOND);
    });

    it("are refused at a commit or a folder that is not there", async () => {
      for (const wrong of [{ commit: "1".repeat(40) }, { modules: { mine: "addons/other" } }]) {
        await assert.rejects(
          checkOutSources(folder(), join(folder(), "addons"), [source(wrong)], new Map(), gitEnv()),
          (error) =>
            error instanceof ImageError &&
            /^git .* failed/.test(error.message) &&
            /#a-source-cannot-be-had/.test(error.message),
        );
      }
    });

    it("come into a context that is there whole or not at all", async () => {
      const root = folder();
      mkdirSync(join(root, "image"));
      cpSync(join(ROOT, "image/check.py"), join(root, "image/check.py"));
      const out = join(root, "reports/image");
      const lock = readFileSync(join(ROOT, LOCK_FILE), "utf8");
      const write = (changes: Partial<ModuleSource>): Promise<void> =>
        writeContext(
          out,
          root,
          { lock, image, fixes: new Map(), contents: { ...contents, sources: [source(changes)] } },
          gitEnv(),
        );
      await assert.rejects(write({ commit: "1".repeat(40) }), ImageError);
      assert.ok(!existsSync(out));
      await write({});
      const files = ["Dockerfile", "addons", "check.py", "expected.json", "requirements.txt"];
      assert.deepEqual(readdirSync(out).sort(), files);
      assert.deepEqual(JSON.parse(readFileSync(join(out, "expected.json"), "utf8")), {
        provided: { "lib-b": "1.0" },
        modules: { first: "18.0.1.0.0", second: "18.0.2.0.0" },
        timeZones: ODOO.timeZones.names,
      });
      await assert.rejects(write({ commit: "1".repeat(40) }), ImageError);
      // What is no context is not replaced.
      writeFileSync(join(root, "precious"), "");
      for (const other of [root, join(root, "precious")]) {
        const nothing = { ...contents, sources: [], own: [] };
        await assert.rejects(
          writeContext(other, root, { lock, image, fixes: new Map(), contents: nothing }, gitEnv()),
          /precious.*: is a file, expected|: has other files, expected a new folder/,
        );
      }
      assert.ok(existsSync(join(root, "precious")));
      await write({}); // once more over the one that is there
      assert.deepEqual(readdirSync(out).sort(), files);
      assert.deepEqual(readdirSync(join(root, "reports")), ["image"]);
    });
  });
});
