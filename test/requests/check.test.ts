import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { validateProject } from "../../features/validation/index.ts";
import { checkRequest } from "../../features/requests/index.ts";
import type { Request } from "../../features/requests/index.ts";
import { withCompany } from "../support/company.ts";

const NOW = new Date("2026-11-30T10:00:00Z");
const WHEN = { now: NOW, deadline: new Date("2026-12-01T10:00:00Z") };

function request(more: Partial<Request> & Pick<Request, "action" | "tenant">): Request {
  return { id: "20261130-check", requester: "maria-cruz", approver: "jo-santos", reason: "A test", ...more };
}

const globex = {
  displayName: "Globex",
  owner: { team: "globex-it", email: "it@globex.example" },
  company: { country: "PH" },
  bundles: ["crm-sales"],
  environments: { staging: {} },
};

describe("the check of a request before it is sent", () => {
  it("says what a new tenant will be, and leaves the project alone", () =>
    withCompany((root) => {
      const before = [...readdirSync(root), ...readdirSync(join(root, "tenants"))];
      const check = checkRequest(root, request({ action: "create", tenant: "globex", file: globex }), WHEN);
      assert.deepEqual(check.diagnostics, []);
      assert.equal(check.before, undefined);
      assert.match(check.after ?? "", /^displayName: Globex$/m);
      assert.equal(check.files?.tenants.get("globex")?.displayName, "Globex");
      assert.deepEqual(
        check.changes.map(({ tenant, from, to }) => [tenant, from, to]),
        [["globex", "absent", "active"]],
      );
      assert.deepEqual([...readdirSync(root), ...readdirSync(join(root, "tenants"))], before);
    }));

  it("finds everything that validation of the same files would find, and nothing else", () =>
    withCompany((root) => {
      // A check that forgot to look at a file would see another project than validation does.
      assert.deepEqual(validateProject(root).diagnostics, []);
      const [tenant = ""] = readdirSync(join(root, "tenants"))
        .filter((name) => name.endsWith(".yaml"))
        .map((name) => name.slice(0, -".yaml".length));
      const check = checkRequest(root, request({ action: "pause", tenant }), WHEN);
      assert.deepEqual(check.diagnostics, []);
      assert.equal(check.before, readFileSync(join(root, "tenants", `${tenant}.yaml`), "utf8"));
      assert.match(check.after ?? "", /^lifecycle: paused$/m);
    }));

  it("reports what is wrong with its place", () =>
    withCompany((root) => {
      const file = { ...globex, plan: "smal", environments: { prod: { domains: ["erp.nobody.example"] } } };
      const { diagnostics, files } = checkRequest(root, request({ action: "create", tenant: "globex", file }), WHEN);
      assert.equal(files, undefined);
      assert.ok(diagnostics.some(({ path, message }) => path === "plan" && message.startsWith('is "smal"')));
    }));

  it("refuses a change that cannot be made", () =>
    withCompany((root) => {
      const { after, diagnostics } = checkRequest(root, request({ action: "resume", tenant: "nobody" }), WHEN);
      assert.equal(after, undefined);
      assert.match(diagnostics[0]?.message ?? "", /does not exist, expected the id of an existing tenant/);
    }));

  it("leaves nothing behind", () =>
    withCompany((root) => {
      const folders = () => readdirSync(tmpdir()).filter((name) => name.startsWith("odoo-saas-check-"));
      const before = folders();
      checkRequest(root, request({ action: "create", tenant: "globex", file: { ...globex, plan: "smal" } }), WHEN);
      assert.deepEqual(
        folders().filter((name) => !before.includes(name)),
        [],
      );
    }));
});
