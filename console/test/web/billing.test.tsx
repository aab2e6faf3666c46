import { Page, Refusal } from "../support/page.tsx";
import assert from "node:assert/strict";

describe("the page of charges", () => {
  let page: Page | undefined;
  afterEach(() => page?.close());

  it("says what is missing, what changed and where the files are", async () => {
    page = new Page("/billing", "finance");
    await page.text("tbwa-hr (prod) cannot be billed: tenants/tbwa-hr.yaml names no company");
    await page.text("has no reading of database_gib on 1 day: 2026-11-03");
    await page.text("small → standard");
    await page.text("-200.00 PHP");
    const pdf = await page.control("STM-2026-0001 as pdf");
    assert.equal(pdf.getAttribute("href"), "/api/billing/documents/7/files/pdf");
  });

  it("asks once more before a month becomes final, and prints a refusal in its words", async () => {
    const refusal = new Refusal(409, { message: "ana-cruz drafted 2026-11, expected another person" });
    page = new Page("/billing", "finance", { "POST /api/billing/finalise": refusal });
    (await page.control("Make final")).click();
    await page.text("can never be changed again");
    assert.ok(!page.asked.some(({ path }) => path === "/api/billing/finalise"));
    assert.deepEqual(await page.violations(), []);
    (await page.control("Make 2026-11 final")).click();
    await page.text("ana-cruz drafted 2026-11, expected another person");
    assert.deepEqual(page.asked.find(({ path }) => path === "/api/billing/finalise")?.body, { month: "2026-11" });
  });

  it("shows an auditor everything and no step", async () => {
    page = new Page("/billing", "auditor");
    await page.text("24,800.00 PHP");
    const names = page.controls().map(({ textContent }) => textContent);
    for (const name of ["Draft again", "Make final"]) assert.ok(!names.includes(name), name);
  });

  it("leads from an amount to its readings", async () => {
    page = new Page("/billing/documents/7", "finance");
    (await page.control("Readings of line 1")).click();
    await page.text("tbwa-finance/prod/plan/2026-11-11");
    await page.text("deploy:prod");
    assert.deepEqual(await page.violations(), []);
  });

  it("is not there for an operator", async () => {
    page = new Page("/billing", "operator");
    await page.text("do not include billing:read");
  });
});
