import { Page, Refusal } from "../support/page.tsx";
import assert from "node:assert/strict";
import { preflightSchema } from "../../api/requests.ts";
import { preflight, request } from "../support/answers.ts";

const REFUSED = 'is "ACME", expected a tenant id: lower-case words joined by hyphens, such as "acme-finance"';

const refused = preflightSchema.parse({
  ...preflight,
  ok: false,
  diagnostics: [{ file: "request.json", line: 1, column: 1, path: "tenant", message: REFUSED }],
});

describe("wizard for a new tenant", () => {
  let page: Page | undefined;
  beforeEach(() => sessionStorage.clear());
  afterEach(() => page?.close());

  /** Fills in the wizard up to its last step. */
  async function fillIn(open: Page): Promise<void> {
    await open.type("Name", "Acme");
    await open.type("Id", "acme");
    for (const step of [2, 3, 4, 5, 6]) {
      (await open.control("Next")).click();
      await open.text(`step ${step} of 6`);
    }
    await open.type("Reason", "Acme joins the group");
    const approver = await open.until("the approvers", () => document.querySelector<HTMLElement>("[role=combobox]"));
    approver.dispatchEvent(new window.MouseEvent("mousedown", { bubbles: true }));
    (await open.until("an approver", () => document.querySelector<HTMLElement>("[role=option]"))).click();
  }

  it("prints a refusal in its own words at its field, and stays on the step", async () => {
    page = new Page("/tenants/new", "engineer", { "/api/preflight": refused });
    await page.type("Id", "ACME");
    (await page.control("Next")).click();
    await page.text(REFUSED);
    const field = document.querySelector("[aria-invalid=true]");
    assert.equal(field?.getAttribute("value"), "ACME");
    await page.text("step 1 of 6");
    assert.deepEqual(await page.violations(), []);
  });

  it("sends what was entered once, and opens the request", async () => {
    page = new Page("/tenants/new", "engineer", { "POST /api/requests": { id: request.id } });
    await fillIn(page);
    (await page.control("Send the request")).click();
    await page.text("Waiting for kim-reyes");
    assert.equal(page.router.state.location.pathname, `/requests/${request.id}`);
    const sent = page.asked.filter(({ path, body }) => path === "/api/requests" && body !== undefined);
    assert.equal(sent.length, 1);
    const body = sent[0]?.body as Record<string, unknown>;
    assert.match(String(body["id"]), /^\d{8}-create-[0-9a-f]{12}$/);
    assert.deepEqual(
      { ...body, id: "" },
      {
        id: "",
        action: "create",
        tenant: "acme",
        approver: "kim-reyes",
        reason: "Acme joins the group",
        file: {
          displayName: "Acme",
          owner: { team: "", email: "" },
          plan: "standard",
          bundles: [],
          environments: { staging: {} },
        },
      },
    );
    assert.equal(sessionStorage.getItem("console-form-create"), null);
  });

  it("keeps what was entered when the session ends, also after the new log-in", async () => {
    page = new Page("/tenants/new", "engineer", {
      "POST /api/requests": new Refusal(401, { message: "Not logged in" }),
    });
    await fillIn(page);
    (await page.control("Send the request")).click();
    await page.text("Your session has ended");
    assert.match((await page.control("Log in again")).getAttribute("href") ?? "", /^\/auth\/login\?returnTo=/);
    const before = sessionStorage.getItem("console-form-create");
    page.close();

    page = new Page("/tenants/new", "engineer", { "POST /api/requests": { id: request.id } });
    await page.text("step 6 of 6");
    assert.equal(await page.value("Reason"), "Acme joins the group");
    (await page.control("Send the request")).click();
    await page.text("Waiting for kim-reyes");
    const sent = page.asked.find(({ path, body }) => path === "/api/requests" && body !== undefined);
    const id = (JSON.parse(before ?? "{}") as { requestId?: string }).requestId;
    assert.equal((sent?.body as { id?: string }).id, id, "the same request, not a second one");
  });
});
