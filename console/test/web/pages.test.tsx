import { Page, Refusal } from "../support/page.tsx";
import assert from "node:assert/strict";
import type { Role } from "../../api/access.ts";
import { request } from "../support/answers.ts";

const PAGES: readonly { path: string; heading: string; has: string; role?: Role }[] = [
  { path: "/", heading: "Dashboard", has: "Approve the change of TBWA Finance" },
  { path: "/tenants", heading: "Tenants", has: "TBWA Finance" },
  { path: "/tenants/tbwa-finance/overview", heading: "TBWA Finance", has: "tbwa-finance.odoo.example" },
  { path: "/", heading: "Dashboard", has: "99.87 %" },
  { path: "/tenants/tbwa-finance/overview", heading: "TBWA Finance", has: "CrashLoopBackOff" },
  { path: "/tenants/tbwa-finance/overview", heading: "TBWA Finance", has: "server away (08001)" },
  { path: "/tenants/tbwa-finance/overview", heading: "TBWA Finance", has: "tbwa-finance does not answer" },
  { path: "/tenants?alert=critical", heading: "Tenants", has: "Unwatched" },
  { path: "/tenants/tbwa-finance/changes", heading: "TBWA Finance", has: "Use the plan large" },
  { path: "/tenants/tbwa-finance/modules", heading: "TBWA Finance", has: "mis_builder needs it" },
  { path: "/tenants/tbwa-finance/modules?show=features", heading: "TBWA Finance", has: "Bank feeds" },
  { path: "/tenants/tbwa-finance/infra", heading: "TBWA Finance", has: "postgresql:Database" },
  { path: "/tenants/tbwa-finance/data", heading: "TBWA Finance", has: "Restored and equal" },
  { path: "/tenants/tbwa-finance/access", heading: "TBWA Finance", has: "currency_rate_update" },
  {
    path: "/tenants/tbwa-finance/rotate",
    heading: "Rotate passwords of TBWA Finance",
    has: "Passwords of the database roles",
  },
  { path: "/tenants/tbwa-finance/change", heading: "Change TBWA Finance", has: "Rotate passwords" },
  { path: "/tenants/tbwa-finance/ask/decommission", heading: "Decommission TBWA Finance", has: "run as the plan says" },
  { path: "/tenants/new", heading: "New tenant", has: "step 1 of 6" },
  { path: "/requests", heading: "Requests", has: "The quarter closes" },
  { path: `/requests/${request.id}`, heading: "Change tbwa-finance", has: "Waiting for kim-reyes" },
  { path: "/audit", heading: "Audit log", has: "Denied" },
  { path: "/billing", heading: "Billing", has: "24,800.00 PHP", role: "finance" },
  { path: "/billing/documents/7", heading: "Statement STM-2026-0001", has: "15,066.67 PHP", role: "finance" },
  { path: "/tenants/tbwa-finance/money", heading: "TBWA Finance", has: "22,600.00 PHP", role: "finance" },
  { path: "/nowhere", heading: "This page does not exist", has: "The address is wrong" },
];

describe("pages of the console", () => {
  let page: Page | undefined;
  afterEach(() => {
    page?.close();
    sessionStorage.clear();
    localStorage.clear();
  });

  for (const { path, heading, has, role } of PAGES) {
    it(`shows ${path} with "${has}", and everybody can use it`, async () => {
      page = new Page(path, role ?? "engineer");
      await page.text(has);
      assert.equal(document.querySelector("h1")?.textContent, heading);
      assert.equal(document.title, `${heading} · Acme platform`);
      assert.deepEqual(await page.violations(), []);
    });
  }

  it("says what is not known, and which source is missing", async () => {
    page = new Page("/", "engineer");
    await page.text("inventory-prod.json is not JSON");
    const figure = [...document.querySelectorAll("main *")].find(
      ({ textContent }) => textContent === "Backup within a day",
    );
    assert.match(figure?.parentElement?.textContent ?? "", /Not known/);
  });

  it("prints an error with what to do, and tries again", async () => {
    page = new Page("/tenants", "engineer", {
      "/api/tenants": new Refusal(422, { message: "The database is away", hint: "See docs/runbooks/console.md" }),
    });
    await page.text("The database is away");
    await page.text("See docs/runbooks/console.md");
    assert.deepEqual(await page.violations(), []);
    page.answers = {};
    (await page.control("Try again")).click();
    await page.text("TBWA Finance");
  });

  it("asks a person who is not logged in to log in, and comes back", async () => {
    page = new Page("/tenants", "engineer", { "/api/session": new Refusal(401, { message: "Not logged in" }) });
    const link = await page.control("Log in with your staff account");
    assert.match(link.getAttribute("href") ?? "", /^\/auth\/login\?returnTo=%2F/);
    assert.deepEqual(await page.violations(), []);
  });
});
