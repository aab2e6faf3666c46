import assert from "node:assert/strict";
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { run } from "../../sandbox/toolchain/process.ts";

describe("sandbox toolchain --paths", () => {
  it("prints the folders of the programs of a group, for the PATH of a workflow's steps", async () => {
    const main = join(import.meta.dirname, "../../commands/main.ts");
    const { stdout } = await run(process.execPath, [main, "sandbox", "toolchain", "--paths", "backup"]);
    const folders = stdout.trim().split("\n");
    assert.equal(folders.length, 1, stdout);
    assert.ok((await stat(join(folders[0] ?? "", "restic"))).isFile());
  });
});
