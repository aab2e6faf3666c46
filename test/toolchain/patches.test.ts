import assert from "node:assert/strict";
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { patchModule } from "../../sandbox/toolchain/patches.ts";

describe("a patched module", () => {
  let temp = "";
  let from = "";
  let to = "";
  beforeEach(async () => {
    temp = await mkdtemp(join(tmpdir(), "odoo-saas-patches-"));
    [from, to] = [join(temp, "from"), join(temp, "to")];
    await mkdir(join(from, "clouds", "testdata"), { recursive: true });
    for (const [file, text] of Object.entries({
      "main.go": 'import (\n\t"clouds"\n\t"files"\n)\n',
      "main_test.go": "",
      "clouds/clouds.go": "",
      "clouds/testdata/answer": "",
    })) {
      await writeFile(join(from, file), text);
      await chmod(join(from, file), 0o444); // as in Go's module cache
    }
    await writeFile(join(temp, "own.go"), "package clouds\n");
  });
  afterEach(async () => rm(temp, { recursive: true, force: true }));

  it("is a copy without tests, with files left out, put in and edited, and the module itself stays as it is", async () => {
    await patchModule(
      {
        module: "example",
        remove: ["clouds/clouds.go"],
        add: { "clouds/own.go": "own.go" },
        edit: { "main.go": [[/\t"clouds"\n/, ""]] },
      },
      from,
      to,
      temp,
    );
    assert.deepEqual((await readdir(to, { recursive: true })).sort(), ["clouds", "clouds/own.go", "main.go"]);
    assert.equal(await readFile(join(to, "main.go"), "utf8"), 'import (\n\t"files"\n)\n');
    assert.match(await readFile(join(from, "main.go"), "utf8"), /clouds/);
  });

  it("is refused where the sources are not as expected", async () => {
    for (const [patch, message] of [
      [{ remove: ["absent.go"] }, /^ToolchainError: example: absent\.go does not exist: change its patch/],
      [{ add: { "main.go": "own.go" } }, /EEXIST/],
      [{ edit: { "main.go": [[/azure/, ""]] as const } }, /main\.go has \/azure\/ 0 times, not once/],
      [{ edit: { "main.go": [[/\t"/, ""]] as const } }, /main\.go has \/\\t"\/ 2 times, not once/],
    ] as const) {
      await assert.rejects(patchModule({ module: "example", ...patch }, from, to, temp), message);
      await rm(to, { recursive: true });
    }
  });
});
