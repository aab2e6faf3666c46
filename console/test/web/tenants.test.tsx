import { Page } from "../support/page.tsx";
import assert from "node:assert/strict";
import { tenantsSchema } from "../../api/tenants.ts";
import { ANSWERS } from "../support/answers.ts";
import { readTenantSearch } from "../../web/lib/tenantSearch.ts";

describe("list of tenants", () => {
  let page: Page | undefined;
  afterEach(() => page?.close());

  /** What the server was asked for last, in the order of the alphabet. */
  const query = () => {
    const parameters = new URLSearchParams(page?.asked.filter(({ path }) => path === "/api/tenants").at(-1)?.query);
    parameters.sort();
    return parameters.toString();
  };

  it("keeps a filter in the address, and asks the server for it", async () => {
    page = new Page("/tenants?page=3&sort=cost", "engineer");
    (await page.control("paused 2")).click();
    await page.until("the filter", () => query() === "sort=cost&status=paused");
    assert.deepEqual({ ...page.router.state.location.search }, { status: "paused", sort: "cost" });
    (await page.control("paused 2")).click();
    await page.until("all tenants", () => query() === "sort=cost");
  });

  it("filters by a flag, which stands beside the status with its reason", async () => {
    page = new Page("/tenants", "engineer");
    await page.text("Drifted");
    (await page.control("drifted 1")).click();
    await page.until("the filter", () => query() === "flag=drifted");
    page.close();
    page = new Page("/tenants/tbwa-finance/overview", "engineer");
    await page.text("Deployed to prod. prod: 2 resources differ from what was deployed");
  });

  it("says until when the data of a tenant that ends is kept", async () => {
    const answer = tenantsSchema.parse(ANSWERS["/api/tenants"]);
    page = new Page("/tenants", "engineer", {
      "/api/tenants": {
        ...answer,
        rows: answer.rows.map((row) => ({ ...row, status: "decommissioning", holdUntil: "2027-01-31" })),
      },
    });
    await page.text("Decommissioning until Jan 31, 2027");
    assert.deepEqual(await page.violations(), []);
  });

  it("searches for what is typed", async () => {
    page = new Page("/tenants", "engineer");
    await page.text("TBWA Finance");
    await page.type("Search", "manila ");
    await page.until("the search", () => query() === "q=manila");
  });

  it("sorts by a column, then the other way round", async () => {
    page = new Page("/tenants", "engineer");
    const heading = () =>
      page?.until("the column", () =>
        [...document.querySelectorAll<HTMLElement>("th [role=button], th button, th span")].find(
          ({ textContent }) => textContent === "Plan",
        ),
      );
    (await heading())?.click();
    await page.until("the order", () => query() === "sort=plan");
    (await heading())?.click();
    await page.until("the other order", () => query() === "order=desc&sort=plan");
  });

  it("takes an address apart, and leaves out what is not valid", () => {
    assert.deepEqual(readTenantSearch({ q: "  a ", status: "broken", sort: "id", order: "asc", page: "x" }), {
      q: "a",
    });
    assert.deepEqual(readTenantSearch({ status: "in prod", sort: "cost", order: "desc", page: 2 }), {
      status: "in prod",
      sort: "cost",
      order: "desc",
      page: 2,
    });
  });
});
