import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { withProject } from "../support/projectFolder.ts";
import { GITHUB, stackFile, validStack } from "../support/stackValues.ts";

const CLI = join(import.meta.dirname, "../../commands/main.ts");

describe("generate codeowners", () => {
  const run = (root: string, ...args: string[]) =>
    spawnSync(process.execPath, [CLI, "generate", "codeowners", "--root", root, ...args], { encoding: "utf8" });
  const stack = (github?: object) => stackFile({ ...validStack(), ...(github && { github }) });

  const OWN = "/tenants/acme.yaml @acme/ops @acme/platform\n";

  it("writes the file, and refuses one that gives somebody what is not theirs", () =>
    withProject({ "Pulumi.prod.yaml": stack(GITHUB) }, (root) => {
      assert.equal(run(root, "--check").status, 1, "without a file, nothing is anybody's");
      assert.equal(run(root).status, 0);
      const file = join(root, ".github/CODEOWNERS");
      const right = readFileSync(file, "utf8");
      assert.match(right, /^\* @acme\/platform$/m);
      assert.ok(right.endsWith(`\n${OWN}`), right);
      assert.deepEqual(run(root, "--check").stdout, "");
      writeFileSync(file, right.replace("@acme/ops", "@acme/other"));
      const { status, stderr } = run(root, "--check");
      assert.equal(status, 1);
      assert.match(
        stderr,
        /^\.github\/CODEOWNERS:\d+: expected "[^"]+", as after: npx odoo-saas generate codeowners\n.*docs\/github\.md#code-owners$/m,
      );
    }));

  it("lets the file lag behind a tenant that came: the platform's team owns it", () =>
    withProject({ "Pulumi.prod.yaml": stack(GITHUB) }, (root) => {
      assert.equal(run(root).status, 0);
      const file = join(root, ".github/CODEOWNERS");
      const right = readFileSync(file, "utf8");
      writeFileSync(file, right.replace(OWN, ""));
      const { status, stdout } = run(root, "--check");
      assert.equal(status, 0);
      assert.match(stdout, /\.github\/CODEOWNERS has not yet what tenants\/ says: Deploy adds it after the merge/);
      assert.equal(run(root).status, 0);
      assert.equal(readFileSync(file, "utf8"), right);
    }));

  it("has nothing to do where no stack keeps a repository", () =>
    withProject({ "Pulumi.prod.yaml": stack() }, (root) => {
      const { status, stdout } = run(root, "--check");
      assert.equal(status, 0);
      assert.match(stdout, /no Pulumi\.<stack>\.yaml has the key odoo-saas:github/);
    }));

  it("refuses a wrong call", () => assert.equal(run(".", "--chekc").status, 2));
});
