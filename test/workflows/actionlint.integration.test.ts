import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import type { SpawnSyncReturns } from "node:child_process";
import { globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ensureProgram } from "../../sandbox/toolchain/ensure.ts";

const ROOT = join(import.meta.dirname, "../..");
const workflows = globSync(".github/workflows/*.{yml,yaml}", { cwd: ROOT }).sort();

describe("the workflows", () => {
  it("pass actionlint", async () => {
    assert.notDeepEqual(workflows, []);
    const { status, stdout, stderr } = await actionlint(workflows.map((file) => join(ROOT, file)));
    assert.equal(`${stdout}${stderr}`, "");
    assert.equal(status, 0);
  });

  it("are really read by actionlint", async () => {
    const folder = mkdtempSync(join(tmpdir(), "odoo-saas-workflows-"));
    try {
      mkdirSync(join(folder, ".github/workflows"), { recursive: true });
      const file = join(folder, ".github/workflows/wrong.yml");
      const right = readFileSync(join(ROOT, ".github/workflows/test.yml"), "utf8");
      writeFileSync(file, right.replace("github.event.before", "github.evnt"));
      const { status, stdout } = await actionlint([file]);
      assert.equal(status, 1);
      assert.match(stdout, /wrong\.yml:\d+:\d+: property "evnt" is not defined/);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

async function actionlint(files: readonly string[]): Promise<SpawnSyncReturns<string>> {
  const program = await ensureProgram("actionlint");
  // Whether shellcheck and pyflakes are installed must not decide.
  return spawnSync(program, ["-no-color", "-shellcheck=", "-pyflakes=", ...files], { encoding: "utf8", cwd: ROOT });
}
