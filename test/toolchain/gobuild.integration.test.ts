import assert from "node:assert/strict";
import { mkdir, mkdtemp, readdir, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { manyInOne } from "../../sandbox/toolchain/gobuild.ts";

describe("a program that is several programs", () => {
  let temp = "";
  beforeEach(async () => (temp = await mkdtemp(join(tmpdir(), "odoo-saas-gobuild-"))));
  afterEach(async () => rm(temp, { recursive: true, force: true }));

  it("is built once, and each part has it under its own names", async () => {
    const module = join(temp, "module");
    await mkdir(module);
    await writeFile(join(module, "go.mod"), "module example\n\ngo 1.21\n");
    await writeFile(join(module, "main.go"), "package main\n\nfunc main() {}\n");
    await writeFile(join(module, "schema.json"), "{}");
    const program = manyInOne("many", { module, files: [{ path: "schema.json" }] }, ".");
    const making = { bin: {}, sources: {}, log: () => undefined, cancel: new AbortController().signal };
    const files = new Set<number>();
    for (const names of [["one"], ["two", "three"]]) {
      const dir = join(temp, "parts", names.join("-"));
      await mkdir(dir, { recursive: true });
      await program(names).make({ ...making, dir });
      assert.deepEqual((await readdir(dir)).sort(), [...names, "schema.json"].sort());
      for (const name of names) files.add((await stat(join(dir, name))).ino);
    }
    assert.equal(files.size, 1);
  });
});
