import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { look, lookText, tenantText } from "../../features/look/index.ts";
import { withCompany } from "../support/company.ts";

const COMMAND = [join(import.meta.dirname, "../../commands/main.ts"), "tenant", "look"];

/** Changes a file of a checkout. */
function change(root: string, file: string, from: string, to: string): void {
  const path = join(root, file);
  const text = readFileSync(path, "utf8");
  assert.ok(text.includes(from), `${file} has no ${from}`);
  writeFileSync(path, text.replaceAll(from, to));
}

describe("tenant look", function () {
  this.timeout(60_000);

  it("shows each stack's tenants and what they come to, and that the policies accept it", () =>
    withCompany(async (root) => {
      const stacks = await look(root);
      assert.deepEqual(
        stacks.map(({ stack, tenants, violations }) => [stack, tenants.map(({ spec }) => spec.id), violations]),
        [
          ["prod", ["tbwa-finance"], []],
          ["staging", ["tbwa-crm", "tbwa-finance", "tbwa-hr", "tbwa-scout"], []],
        ],
      );
      const [prod] = stacks;
      assert.ok(prod !== undefined);
      const text = lookText(prod);
      assert.match(text, /^Stack prod \(prod\): 1 tenant, \d+ resources\n\nTENANT +PLAN +HOST +MODULES +KUBERNETES/);
      assert.match(text, /\n\(shared\) [^]*\n\n\d+ policies: no violations$/);
      const tree = tenantText(prod.tenants[0] ?? assert.fail());
      assert.match(tree, /^tbwa-finance {2}odoo:saas:OdooTenant\n/);
      assert.match(
        tree,
        /\n {2}database {2}odoo:saas:TenantDatabase\n(?: {4}.*\n)* {4}database {2}postgresql:index\/database:Database {2}\(protected\)\n/,
      );
    }));

  it("reports what a policy refuses, with its runbook", () =>
    withCompany(async (root) => {
      change(root, "index.ts", "new OdooTenant(tenant.id,", "new OdooTenant(`x-${tenant.id}`,");
      const [prod] = await look(root, "prod");
      assert.ok(prod !== undefined && prod.violations.length > 0);
      assert.match(lookText(prod), /\d+ violations\n {2}x-tbwa-finance.*See docs\/runbooks\/policy-violation\.md#/);
    }));

  it("ends with status 1 and no stack trace for a stack or tenant that is not there, or wrong files", () =>
    withCompany((root) => {
      const run = (...args: string[]) =>
        spawnSync(process.execPath, [...COMMAND, "--root", root, ...args], { encoding: "utf8" });
      const stack = run("--stack", "nowhere");
      assert.deepEqual([stack.status, stack.stderr], [1, 'There is no stack "nowhere", expected prod, staging\n']);
      const tenant = run("--tenant", "nobody");
      assert.deepEqual(
        [tenant.status, tenant.stderr],
        [1, "No stack has a tenant nobody, expected a file in tenants/\n"],
      );
      change(root, "tenants/tbwa-hr.yaml", "bundles:", "bundels:");
      const wrong = run();
      assert.equal(wrong.status, 1);
      assert.match(wrong.stderr, /tenants\/tbwa-hr\.yaml:\d+:\d+/);
      assert.doesNotMatch(wrong.stderr, /\n +at /);
    }));

  it("shows programs what it shows people, without any property", () =>
    withCompany((root) => {
      const { status, stdout } = spawnSync(process.execPath, [...COMMAND, "--root", root, "--json"], {
        encoding: "utf8",
      });
      assert.equal(status, 0);
      const [prod] = JSON.parse(stdout) as { stack: string; tenants: { id: string; resources: object[] }[] }[];
      assert.equal(prod?.tenants[0]?.id, "tbwa-finance");
      for (const resource of prod.tenants[0].resources) {
        assert.deepEqual(Object.keys(resource), ["type", "name", "protect"]);
      }
    }));
});
