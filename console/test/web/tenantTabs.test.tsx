import { Page, Refusal } from "../support/page.tsx";
import assert from "node:assert/strict";
import { accessSchema, dataSchema, tenantSchema } from "../../api/tenants.ts";
import { ANSWERS, request } from "../support/answers.ts";
import { size } from "../../web/lib/format.ts";

const TENANT = "/api/tenants/tbwa-finance";

describe("tabs of a tenant", () => {
  let page: Page | undefined;
  afterEach(() => {
    page?.close();
    sessionStorage.clear();
  });

  it("says what is late, how large a backup is, and how it is restored", async () => {
    page = new Page("/tenants/tbwa-finance/data", "auditor");
    await page.text("due within 28 h");
    await page.text("None on record");
    await page.text("1.4 GiB");
    await page.text("the database does not answer");
    await page.control("Copy: Step 2 in prod");
    // Where a figure is missing, that is said: it is never zero.
    await page.text("not known");
    assert.ok(!document.body.textContent.includes("0 B"));
  });

  it("says what to do where nothing is on record, and which source is missing", async () => {
    const empty = dataSchema.parse({ ...dataSchema.parse(ANSWERS[`${TENANT}/data`]), backups: [], drills: [] });
    page = new Page("/tenants/tbwa-finance/data", "engineer", { [`${TENANT}/data`]: empty });
    await page.text("npx odoo-saas backup create tbwa-finance");
    await page.text("npx odoo-saas backup drill tbwa-finance");
    await page.text("inventory-prod.json is not JSON");
    assert.deepEqual(await page.violations(), []);
  });

  for (const tab of ["data", "access"]) {
    it(`prints why ${tab} cannot be shown, and is closed for finance`, async () => {
      page = new Page(`/tenants/tbwa-finance/${tab}`, "engineer", {
        [`${TENANT}/${tab}`]: new Refusal(422, { message: "The database is away" }),
      });
      await page.text("The database is away");
      assert.deepEqual(await page.violations(), []);
      page.close();
      page = new Page(`/tenants/tbwa-finance/${tab}`, "finance");
      await page.text("Your roles (finance) do not include tenant:read");
      assert.ok(!page.asked.some(({ path }) => path === `${TENANT}/${tab}`));
    });
  }

  it("offers to rotate to those who may change a tenant that no request is open for", async () => {
    page = new Page("/tenants/tbwa-finance/access", "engineer");
    assert.equal((await page.control("Rotate")).getAttribute("href"), "/tenants/tbwa-finance/rotate");
    await page.text("not on record");
    await page.text("not since it was made");
    page.close();
    page = new Page("/tenants/tbwa-finance/access", "operator");
    await page.text("currency_rate_update");
    assert.ok(!page.controls().some(({ textContent }) => textContent === "Rotate"));
    page.close();
    const busy = { ...tenantSchema.parse(ANSWERS[TENANT]), request: request.id };
    page = new Page("/tenants/tbwa-finance/access", "engineer", { [TENANT]: busy });
    await page.text("currency_rate_update");
    await page.control("See the open request");
    assert.ok(!page.controls().some(({ textContent }) => textContent === "Rotate"));
  });

  it("says that people have accounts in the realm, and that no module has a way out", async () => {
    const rest = accessSchema.omit({ identityProvider: true }).parse(ANSWERS[`${TENANT}/access`]);
    const places = rest.places.map((place) => ({ ...place, egress: [] }));
    page = new Page("/tenants/tbwa-finance/access", "engineer", { [`${TENANT}/access`]: { ...rest, places } });
    await page.text("no identity provider of the company");
    await page.text("none to the internet");
    assert.deepEqual(await page.violations(), []);
  });

  it("raises the counters that are chosen, by one change, and keeps the others", async () => {
    const tenant = tenantSchema.parse(ANSWERS[TENANT]);
    const changeable = { ...tenant.changeable, credentials: { database: 2, realm: 4 } };
    page = new Page("/tenants/tbwa-finance/rotate", "engineer", {
      [TENANT]: { ...tenant, changeable },
      "POST /api/requests": { id: request.id },
    });
    await page.text("Nothing is chosen yet.");
    const box = await page.until("the choices", () =>
      [...document.querySelectorAll("label")].find(({ textContent }) => /database roles/.test(textContent)),
    );
    box.click();
    await page.text("run as the plan says");
    await page.type("Reason", "Somebody has left");
    const approver = await page.until("the approvers", () => document.querySelector<HTMLElement>("[role=combobox]"));
    approver.dispatchEvent(new window.MouseEvent("mousedown", { bubbles: true }));
    (await page.until("an approver", () => document.querySelector<HTMLElement>("[role=option]"))).click();
    (await page.control("Send the request")).click();
    await page.text("Waiting for kim-reyes");
    const sent = page.asked.find(({ path, body }) => path === "/api/requests" && body !== undefined)?.body;
    const { id, ...body } = sent as Record<string, unknown>;
    assert.match(String(id), /^\d{8}-rotate-[0-9a-f]{12}$/);
    assert.deepEqual(body, {
      action: "change",
      tenant: "tbwa-finance",
      changes: { credentials: { database: 3, realm: 4 } },
      approver: "kim-reyes",
      reason: "Somebody has left",
    });
  });

  it("writes sizes as people read them", () => {
    assert.deepEqual([0, 900, 1024, 1_500_000, 250 * 1024 ** 3].map(size), [
      "0 B",
      "900 B",
      "1.0 KiB",
      "1.4 MiB",
      "250 GiB",
    ]);
  });
});
