import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { codeOwners } from "../../config/githubRepository.ts";
import { VALID_PROJECT, withProject } from "../support/projectFolder.ts";
import { GITHUB, stackFile, validStack } from "../support/stackValues.ts";

const COMMAND = [join(import.meta.dirname, "../../commands/main.ts"), "ci", "validate"];
const TENANT = VALID_PROJECT["tenants/acme.yaml"] ?? "";

describe("ci validate", () => {
  /** What the check says of a project whose code owners' file is right for a tenant of team ops. */
  const validate = (files: Readonly<Record<string, string>>) =>
    withProject({ "Pulumi.prod.yaml": stackFile({ ...validStack(), github: GITHUB }), ...files }, (root) => {
      mkdirSync(join(root, ".github"));
      writeFileSync(join(root, ".github/CODEOWNERS"), codeOwners(GITHUB, [{ id: "acme", owner: { team: "ops" } }]));
      return spawnSync(process.execPath, [...COMMAND, "--root", root], { encoding: "utf8" });
    });

  it("takes files that are right, and a new tenant without a line", () => {
    const { status, stdout, stderr } = validate({ "tenants/beta.yaml": TENANT.replace("team: ops", "team: beta-it") });
    assert.equal(status, 0, stderr);
    assert.match(stdout, /All files are valid\./);
  });

  it("refuses a tenant that names another team, for its zones, until its line of the code owners is another", () => {
    const { status, stdout, stderr } = validate({
      "zones.yaml": "zones: { bank.example: [bank] }\n",
      "tenants/acme.yaml": `${TENANT.replace("team: ops", "team: bank")}  prod: { domains: [login.bank.example] }\n`,
    });
    assert.equal(status, 1);
    assert.match(
      stderr,
      /^\.github\/CODEOWNERS:\d+: expected "\/tenants\/acme\.yaml @acme\/bank @acme\/platform", as after: npx odoo-saas generate codeowners$/m,
    );
    assert.doesNotMatch(stdout, /All files are valid/);
  });

  it("refuses lists of people that `tenant validate` refuses, at their lines", () => {
    const { status, stdout } = validate({ "approvers.yaml": "approvers: []\n", "requesters.yaml": "requesters: 7\n" });
    assert.equal(status, 1);
    assert.match(stdout, /^::error file=approvers\.yaml,line=1,/m);
    assert.match(stdout, /^::error file=requesters\.yaml,line=1,/m);
  });

  it("refuses a host of another team's zone at its line", () => {
    const { status, stdout } = validate({
      "zones.yaml": "zones: { bank.example: [bank] }\n",
      "tenants/acme.yaml": `${TENANT}  prod: { domains: [login.bank.example] }\n`,
    });
    assert.equal(status, 1);
    assert.match(stdout, /^::error file=tenants\/acme\.yaml,line=6,.*in zone bank\.example/m);
  });
});
