import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { withProject } from "../support/projectFolder.ts";

const PROJECT = join(import.meta.dirname, "../..");

function run(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, ["commands/main.ts", ...args], {
    cwd: PROJECT,
    encoding: "utf8",
  });
  return { status, stdout, stderr };
}

describe("tenant validate", () => {
  it("counts what is fine in one line", () => {
    withProject({}, (root) => {
      assert.deepEqual(run("tenant", "validate", "--root", root), {
        status: 0,
        stdout: "1 tenant (staging 1), 2 bundles, 1 plan, 1 release: valid\n",
        stderr: "",
      });
    });
  });

  it("is fine with this project's own files", () => {
    const { status, stderr } = run("tenant", "validate");
    assert.deepEqual({ status, stderr }, { status: 0, stderr: "" });
  });

  it("tells what is wrong on standard error, without a stack trace", () => {
    withProject({ "tenants/acme.yaml": "plan: [\n", "tenants/beta.yml": "" }, (root) => {
      assert.deepEqual(run("tenant", "validate", "--root", root), {
        status: 1,
        stdout: "",
        stderr: `tenants/acme.yaml:2:1: is not indented like its neighbours or not closed, expected as many spaces as they have, or a bracket
tenants/beta.yml:1:1: has the wrong ending, expected beta.yaml
2 problems in 2 files
`,
      });
    });
  });

  it("tells the same as JSON on standard output", () => {
    withProject({ "tenants/beta.yml": "" }, (root) => {
      const { status, stdout, stderr } = run("tenant", "validate", "--json", "--root", root);
      assert.deepEqual({ status, stderr }, { status: 1, stderr: "" });
      assert.deepEqual(JSON.parse(stdout), {
        ok: false,
        diagnostics: [
          {
            file: "tenants/beta.yml",
            line: 1,
            column: 1,
            path: "",
            message: "has the wrong ending, expected beta.yaml",
          },
        ],
      });
      assert.deepEqual(JSON.parse(run("tenant", "validate", "--json").stdout), { ok: true, diagnostics: [] });
    });
  });

  it("checks stack files too", () => {
    withProject({ "Pulumi.prod.yaml": "config: { odoo-saas:cell: main, odoo-saas:kubeconfig: plain }\n" }, (root) => {
      const { status, stderr } = run("tenant", "validate", "--root", root);
      assert.equal(status, 1);
      assert.match(
        stderr,
        /^Pulumi\.prod\.yaml:1:33: config\.odoo-saas:kubeconfig: is in plain text, expected a secret/m,
      );
    });
  });

  it("explains itself on wrong usage", () => {
    for (const args of [["--rot", "x"], ["tenants"], ["--root"]]) {
      const { status, stdout, stderr } = run("tenant", "validate", ...args);
      assert.deepEqual({ status, stdout }, { status: 2, stdout: "" });
      assert.match(stderr, /^Usage: npx odoo-saas tenant validate/m);
      assert.doesNotMatch(stderr, /^\s+at /m);
    }
    assert.equal(run("tenant", "validate", "--help").status, 0);
  });
});

describe("generate schemas", () => {
  it("finds no drift in this project's own schemas", () => {
    assert.deepEqual(run("generate", "schemas", "--check"), { status: 0, stdout: "", stderr: "" });
  });

  it("explains itself on wrong usage", () => {
    const { status, stderr } = run("generate", "schemas", "--chek");
    assert.equal(status, 2);
    assert.match(stderr, /^Usage: npx odoo-saas generate schemas/m);
  });
});
