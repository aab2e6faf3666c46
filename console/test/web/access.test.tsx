import { Page, Refusal } from "../support/page.tsx";
import assert from "node:assert/strict";
import { tenantSchema } from "../../api/tenants.ts";
import { ANSWERS } from "../support/answers.ts";

describe("what a role sees in the console", () => {
  let page: Page | undefined;
  afterEach(() => page?.close());

  const names = () => page?.controls().map(({ textContent }) => textContent.trim()) ?? [];

  it("offers an engineer every action", async () => {
    page = new Page("/tenants/tbwa-finance/overview", "engineer");
    await page.control("Change");
    for (const name of ["Pause", "Decommission", "Infrastructure"]) assert.ok(names().includes(name), name);
  });

  it("offers an operator to pause, and nothing more", async () => {
    page = new Page("/tenants/tbwa-finance/overview", "operator");
    await page.control("Pause");
    for (const name of ["Change", "Decommission", "Resume"]) assert.ok(!names().includes(name), name);
  });

  it("shows finance a tenant's overview without actions, insides or requests", async () => {
    page = new Page("/tenants/tbwa-finance/overview", "finance");
    await page.text("finance-ops@tbwa.example");
    for (const name of ["Pause", "Change", "Decommission", "Infrastructure", "Requests"]) {
      assert.ok(!names().includes(name), name);
    }
  });

  it("leads from a tenant that has no file yet to its request", async () => {
    const path = "/api/tenants/tbwa-finance";
    const tenant = tenantSchema.omit({ yaml: true, lifecycle: true, changeable: true }).parse(ANSWERS[path]);
    page = new Page("/tenants/tbwa-finance/overview", "engineer", {
      [path]: { ...tenant, status: "declared", request: "20261130-create-1" },
    });
    assert.equal((await page.control("See the open request")).getAttribute("href"), "/requests/20261130-create-1");
    await page.text("The file is not on the main branch yet");
    for (const name of ["Pause", "Change", "Decommission"]) assert.ok(!names().includes(name), name);
  });

  it("offers no new tenant to those who may not ask for one", async () => {
    page = new Page("/tenants", "auditor");
    await page.text("TBWA Finance");
    assert.ok(!names().includes("New tenant"));
  });

  it("says which roles may see a page that this one may not", async () => {
    page = new Page("/tenants/new", "operator");
    await page.text("Your roles (operator) do not include request:create, which engineer has.");
    assert.deepEqual(await page.violations(), []);
    assert.ok(!page.asked.some(({ path }) => path === "/api/options"));
  });

  it("shows the administrator of one tenant its overview first, with what they may ask for", async () => {
    page = new Page("/", "tenant-admin");
    await page.control("Pause");
    assert.equal(page.router.state.location.pathname, "/tenants/tbwa-finance/overview");
    for (const name of ["Change", "Modules", "Tenants", "Requests"]) assert.ok(names().includes(name), name);
    for (const name of ["Decommission", "Infrastructure", "Changes", "Dashboard", "New tenant"]) {
      assert.ok(!names().includes(name), name);
    }
    assert.ok(!page.asked.some(({ path }) => path === "/api/dashboard"));
    assert.deepEqual(await page.violations(), []);
  });

  it("leads the people of a tenant to their own log-in", async () => {
    page = new Page("/", "finance", { "/api/session": new Refusal(401, { message: "Log in" }) });
    await page.type("Your tenant’s id", "acme");
    const button = await page.control("Log in to your tenant");
    assert.equal(button.hasAttribute("disabled"), false);
    assert.deepEqual(await page.violations(), []);
  });
});
