import assert from "node:assert/strict";
import { mkdir, mkdtemp, readdir, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { goBuild, goModuleFiles, sharedBuild } from "../../sandbox/toolchain/gobuild.ts";
import { run } from "../../sandbox/toolchain/process.ts";

const MAKING = { bin: {}, sources: {}, log: () => undefined, cancel: new AbortController().signal };

describe("a build with Go", () => {
  let temp = "";
  let module = "";
  beforeEach(async () => {
    temp = await mkdtemp(join(tmpdir(), "odoo-saas-gobuild-"));
    module = join(temp, "module");
    for (const name of ["first", "second"]) {
      await mkdir(join(module, name), { recursive: true });
      await writeFile(join(module, name, "main.go"), `package main\n\nfunc main() { println("${name}") }\n`);
    }
    await writeFile(join(module, "go.mod"), "module example\n\ngo 1.21\n");
    await writeFile(join(module, "schema.json"), "{}");
  });
  afterEach(async () => rm(temp, { recursive: true, force: true }));

  const folder = async (name: string): Promise<string> => {
    const dir = join(temp, "parts", name);
    await mkdir(dir, { recursive: true });
    return dir;
  };

  it("names its programs, one or several of them", async () => {
    for (const programs of [{ alone: "./second" }, { one: "./first", second: "./second" }]) {
      const dir = await folder(Object.keys(programs).join("-"));
      await goBuild({ module, programs }).make({ ...MAKING, dir });
      assert.deepEqual((await readdir(dir)).sort(), Object.keys(programs).sort());
      for (const [name, from] of Object.entries(programs)) {
        assert.equal((await run(join(dir, name), [])).stderr.trim(), from.replace("./", ""));
      }
    }
  });

  it("is alone, whatever workspace and other machine the caller's settings name", async () => {
    const before = { GOWORK: process.env["GOWORK"], GOOS: process.env["GOOS"] };
    const dir = await folder("alone");
    try {
      Object.assign(process.env, { GOWORK: join(temp, "none/go.work"), GOOS: "plan9" });
      await goBuild({ module, programs: { alone: "./first" } }).make({ ...MAKING, dir });
    } finally {
      for (const [name, value] of Object.entries(before)) {
        if (value === undefined) Reflect.deleteProperty(process.env, name);
        else process.env[name] = value;
      }
    }
    assert.equal((await run(join(dir, "alone"), [])).stderr.trim(), "first");
  });

  it("says why a module cannot be had, which Go prints as a result", async () => {
    const dir = await folder("none");
    const missing = goModuleFiles([{ module: "example.invalid/none@v1.0.0", sum: "h1:x", files: [] }]);
    await assert.rejects(missing.make({ ...MAKING, dir }), /example\.invalid\/none@v1\.0\.0: .*\n/);
  });

  it("that several parts share is made once, and each part has its files under its own names", async () => {
    const build = { module, programs: { many: "./first", other: "./second" }, files: [{ path: "schema.json" }] };
    const shared = sharedBuild("the programs", build);
    const files = new Set<number>();
    for (const names of [["one"], ["two", "three"]]) {
      const dir = await folder(names.join("-"));
      const own = Object.fromEntries(names.map((name) => [name, "many"]));
      await shared({ ...own, "schema.json": "schema.json" }).make({ ...MAKING, dir });
      assert.deepEqual((await readdir(dir)).sort(), [...names, "schema.json"].sort());
      for (const name of names) files.add((await stat(join(dir, name))).ino);
    }
    assert.equal(files.size, 1);
  });
});
