import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { PEOPLE } from "../../../sandbox/people.ts";
import { answerFirstLogIn, answerKeycloak, checkAccessibility, checkWidth } from "../support/chromium.ts";
import { Stage, TENANT } from "../support/stage.ts";

/** How long a deployment of the sandbox may take, in milliseconds: a limit, not a time that is waited. */
const DEPLOYMENT = 300_000;

describe("the console, in a browser", () => {
  let stage: Stage;
  let maria: Page;
  before(async () => {
    stage = await Stage.start();
    maria = await stage.person("maria-cruz");
  });
  after(() => stage.stop());
  afterEach(async function () {
    if (this.currentTest?.state === "failed") console.log((await stage.picture(this.currentTest.title)).join("\n"));
  });

  const open = (page: Page, path: string) => page.goto(`${stage.url}${path}`);
  /** Goes on to a step of the wizard. @param step counted from 1 */
  async function next(page: Page, step: number): Promise<void> {
    await page.getByRole("button", { name: "Next" }).click();
    await page.getByText(`step ${step} of 6`).waitFor();
  }

  /** Fills in the wizard up to its last step. */
  async function fillIn(page: Page, id: string): Promise<void> {
    await page.getByLabel("Name", { exact: true }).fill("Globex");
    await page.getByLabel("Id").fill(id);
    await page.getByLabel("Owner’s team").fill("globex-it");
    await page.getByLabel("Team’s mail address").fill("it@globex.example");
    await page.getByLabel("Country").fill("Philippines");
    await page.getByRole("option", { name: /Philippines/ }).click();
    await next(page, 2);
    await page.getByRole("checkbox", { name: /CRM/ }).check();
    await next(page, 3);
    await page.getByRole("radio", { name: /Small/ }).check();
    await next(page, 4);
    await page.getByRole("checkbox", { name: /staging/ }).check();
    await next(page, 5);
  }

  async function send(page: Page, approver: string, reason: string): Promise<void> {
    await page.getByLabel("Approver").click();
    await page.getByRole("option", { name: approver }).click();
    await page.getByLabel("Reason").fill(reason);
    await page.getByRole("button", { name: /^Send/ }).click();
    await page.waitForURL(/\/requests\/\d{8}-/);
  }

  const isIn = (page: Page, state: string) =>
    page.getByRole("status").or(page.locator("main")).getByText(state, { exact: true }).first();

  describe("who sees what", () => {
    for (const { login, roles } of PEOPLE) {
      it(`shows ${login} what ${roles.join(", ")} may see`, async () => {
        const page = login === "maria-cruz" ? maria : await stage.person(login);
        await open(page, "/tenants");
        await page.getByRole("link", { name: "TBWA Finance" }).first().waitFor();
        const mayCreate = roles.includes("engineer");
        assert.equal(await page.getByRole("link", { name: "New tenant" }).count(), mayCreate ? 1 : 0);
        const seesRequests = !roles.includes("finance");
        const navigation = page.getByRole("navigation", { name: "Main" });
        assert.equal(await navigation.getByRole("link", { name: "Requests" }).count(), seesRequests ? 1 : 0);
        if (!mayCreate) {
          // An address that is typed by hand gets a page that says why not.
          await open(page, "/tenants/new");
          await page.getByText(`request:create`).first().waitFor();
        }
      });
    }
  });

  it("refuses what the checks refuse, at the field, in their words", async () => {
    await open(maria, "/tenants/new");
    await maria.getByLabel("Name", { exact: true }).fill("Globex");
    await maria.getByLabel("Id").fill("Globex!");
    await maria.getByRole("button", { name: "Next" }).click();
    await maria
      .getByText(/a tenant id: lower-case words joined by hyphens/)
      .first()
      .waitFor();
    await maria.getByLabel("Id").fill(TENANT);
    await maria
      .getByText(/already exists, expected a new tenant's id/)
      .first()
      .waitFor();
    await maria.getByRole("button", { name: "Start again" }).click();
  });

  it("loses nothing of a form when the session ends in the middle", async () => {
    await open(maria, "/tenants/new");
    await fillIn(maria, "globex");
    await next(maria, 6);
    await maria.getByLabel("Reason").fill("Globex joins the group");
    await maria.getByLabel("Approver").click();
    await maria.getByRole("option", { name: "jo-santos" }).click();
    // As somebody else's log-out of all devices would.
    await maria.context().clearCookies({ name: "console_session" });
    await maria.getByRole("button", { name: /^Send/ }).click();
    await maria
      .getByText(/session/i)
      .first()
      .waitFor();
    await open(maria, "/tenants/new");
    await maria
      .getByRole("link", { name: "Log in" })
      .or(maria.getByRole("button", { name: "Log in" }))
      .first()
      .click();
    await maria.getByRole("navigation", { name: "Main" }).waitFor();
    await maria.getByLabel("Reason").waitFor();
    assert.equal(await maria.getByLabel("Reason").inputValue(), "Globex joins the group");
  });

  it("sends a request once, also from two tabs, and says when an approver rejects it", async () => {
    const tab = await maria.context().newPage();
    await open(tab, "/requests");
    const sent = maria.waitForRequest(
      (request) => request.method() === "POST" && request.url().endsWith("/api/requests"),
    );
    await maria.getByRole("button", { name: /^Send/ }).click();
    const body = (await sent).postData() ?? "";
    await maria.waitForURL(/\/requests\/\d{8}-/);
    const again = await tab.evaluate(
      async (json) =>
        (await fetch("/api/requests", { method: "POST", body: json, headers: { "content-type": "application/json" } }))
          .status,
      body,
    );
    assert.equal(again, 202);
    await tab.close();
    await maria
      .getByText(/Waiting for jo-santos/)
      .first()
      .waitFor({ timeout: DEPLOYMENT });
    await stage.review(maria, "jo-santos", "Request changes", "Ask the finance team first");
    await maria.getByText("Ask the finance team first").first().waitFor({ timeout: 60_000 });
    assert.equal(existsSync(join(stage.world.root, "tenants/globex.yaml")), false);
  });

  it("brings a tenant up from an empty form, after another person's approval alone", async () => {
    await open(maria, "/tenants/new");
    await maria.getByRole("button", { name: "Start again" }).click();
    await fillIn(maria, "globex");
    await next(maria, 6);
    await send(maria, "jo-santos", "The finance team agrees");
    await maria
      .getByText(/Waiting for jo-santos/)
      .first()
      .waitFor({ timeout: DEPLOYMENT });
    await stage.review(maria, "kim-reyes", "Approve");
    await maria.reload();
    await maria
      .getByText(/Waiting for jo-santos/)
      .first()
      .waitFor();
    await stage.review(maria, "jo-santos", "Approve");
    await isIn(maria, "Done").waitFor({ timeout: DEPLOYMENT });
    const { globex } = await stage.world.tenants();
    assert.equal(globex?.lifecycle, "active");
    await open(maria, "/tenants/globex/overview");
    await isIn(maria, "In sandbox").waitFor({ timeout: 60_000 });
  });

  it("pauses and resumes a tenant for an operator", async () => {
    const kim = await stage.person("kim-reyes");
    for (const [action, state, lifecycle] of [
      ["Pause", "Paused", "paused"],
      ["Resume", "In sandbox", "active"],
    ] as const) {
      await open(kim, "/tenants/globex/overview");
      await kim.getByRole("link", { name: action }).click();
      await send(kim, "jo-santos", `${action} it`);
      await kim
        .getByText(/Waiting for jo-santos/)
        .first()
        .waitFor({ timeout: DEPLOYMENT });
      await stage.review(kim, "jo-santos", "Approve");
      await isIn(kim, "Done").waitFor({ timeout: DEPLOYMENT });
      assert.equal((await stage.world.tenants())["globex"]?.lifecycle, lifecycle);
      await open(kim, "/tenants/globex/overview");
      await isIn(kim, state).waitFor({ timeout: 60_000 });
    }
  });

  it("decommissions a tenant whose id was typed, and keeps its data", async () => {
    await open(maria, "/tenants/globex/overview");
    await maria.getByRole("link", { name: "Decommission" }).click();
    await maria.getByLabel("Reason").fill("Globex leaves the group");
    await maria.getByLabel("Approver").click();
    await maria.getByRole("option", { name: "jo-santos" }).click();
    await maria.getByRole("button", { name: /^Send/ }).click();
    await maria.getByText("Type globex to confirm").waitFor();
    await maria.getByLabel(/Type the tenant/).fill("globex");
    await maria.getByRole("button", { name: /^Send/ }).click();
    await maria.waitForURL(/\/requests\/\d{8}-/);
    await maria
      .getByText(/Waiting for jo-santos/)
      .first()
      .waitFor({ timeout: DEPLOYMENT });
    await stage.review(maria, "jo-santos", "Approve");
    await isIn(maria, "Done").waitFor({ timeout: DEPLOYMENT });
    assert.equal((await stage.world.tenants())["globex"]?.lifecycle, "decommissioning");
  });

  it("ends a session at a log-out, and every session that Keycloak ends", async () => {
    const page = await stage.person("al-tan");
    await page.getByRole("button", { name: /account/ }).click();
    await page.getByRole("menuitem", { name: /Log out/ }).click();
    await page.getByRole("heading", { name: "Log in" }).waitFor();
    // Keycloak's own session has ended too: it asks for the password again.
    await page.goto(`${stage.url}/auth/login`);
    await answerKeycloak(page, "al-tan", stage.password("al-tan"));
    await page.getByRole("button", { name: /: account$/ }).waitFor();
    await stage.endSessions("al-tan");
    await open(page, "/tenants");
    await page.getByRole("heading", { name: "Log in" }).waitFor();
  });

  describe("every page", () => {
    const PAGES = [
      "/",
      "/tenants",
      `/tenants/${TENANT}/overview`,
      `/tenants/${TENANT}/changes`,
      `/tenants/${TENANT}/modules`,
      `/tenants/${TENANT}/infra`,
      `/tenants/${TENANT}/data`,
      `/tenants/${TENANT}/access`,
      `/tenants/${TENANT}/money`,
      `/tenants/${TENANT}/rotate`,
      `/tenants/${TENANT}/change`,
      `/tenants/${TENANT}/ask/pause`,
      "/tenants/new",
      "/requests",
      "/billing",
      "/audit",
      "/nothing",
    ];
    // A theme changes colours alone, and a width the layout alone.
    const VIEWS = [
      ["light", 1440, checkAccessibility],
      // 1440 pixels at 200 %.
      ["dark", 720, undefined],
      ["dark", 390, checkAccessibility],
    ] as const;
    for (const [colorScheme, width, check] of VIEWS) {
      it(`can be read and used by everybody, ${colorScheme} and ${width} pixels wide`, async () => {
        const page = await stage.person("maria-cruz", { colorScheme, viewport: { width, height: 900 } });
        for (const path of PAGES) {
          await open(page, path);
          await page.getByRole("heading", { level: 1 }).first().waitFor();
          await page.waitForLoadState("networkidle");
          await check?.(page);
          await checkWidth(page);
        }
      });
    }

    it("can be reached by the keyboard alone", async () => {
      const page = await stage.person("maria-cruz");
      await open(page, "/tenants");
      await page.getByRole("heading", { level: 1, name: "Tenants" }).waitFor();
      await page.keyboard.press("Control+k");
      await page.getByRole("combobox", { name: /Search/ }).waitFor();
      await page.keyboard.type("finance");
      await page.getByRole("option", { name: /TBWA Finance/ }).waitFor();
      await page.keyboard.press("Enter");
      await page.waitForURL(new RegExp(`/tenants/${TENANT}`));
      await page.keyboard.press("Tab");
      const focused = await page.evaluate(() => document.activeElement?.textContent ?? "");
      assert.notEqual(focused, "");
    });
  });

  it("comes back to the page that was asked for before the log-in", async () => {
    const context = await stage.visitor();
    const page = await context.newPage();
    await page.goto(`${stage.url}/requests`);
    await page
      .getByRole("link", { name: "Log in" })
      .or(page.getByRole("button", { name: "Log in" }))
      .first()
      .click();
    await answerKeycloak(page, "maria-cruz", stage.password("maria-cruz"));
    await page.waitForURL(`${stage.url}/requests`);
  });

  it("lets a tenant's administrator pause their own tenant, and see no other", async () => {
    const page = await (await stage.visitor()).newPage();
    const { username, password } = stage.administrator;
    await open(page, "/");
    await page.getByLabel("Your tenant’s id").fill(TENANT);
    await page.getByRole("button", { name: "Log in to your tenant" }).click();
    await answerKeycloak(page, username, password);
    await answerFirstLogIn(page, "correct horse battery staple 7");
    // There is one tenant: its overview is what comes first.
    await page.waitForURL(`${stage.url}/tenants/${TENANT}/overview`);
    await page.getByRole("heading", { level: 1, name: "TBWA Finance" }).waitFor();
    const navigation = page.getByRole("navigation", { name: "Main" });
    assert.deepEqual(await navigation.getByRole("link").allTextContents(), ["Tenants", "Requests", "Audit log"]);
    for (const name of ["Decommission", "Infrastructure", "Changes"]) {
      assert.equal(await page.getByRole("link", { name, exact: true }).count(), 0, name);
    }
    await checkAccessibility(page);
    for (const path of [
      "/api/tenants",
      "/api/search?q=globex",
      "/api/requests",
      "/api/options",
      "/api/tenants/globex",
    ]) {
      const { status, text } = await page.evaluate(async (address) => {
        const response = await fetch(address);
        return { status: response.status, text: await response.text() };
      }, path);
      assert.equal(status, path.endsWith("/globex") ? 404 : 200, text);
      if (status === 200) assert.doesNotMatch(text, /globex/, path);
    }
    await open(page, "/tenants/globex/overview");
    await page
      .getByText(/There is no tenant/)
      .first()
      .waitFor();
    await open(page, `/tenants/${TENANT}/overview`);
    await page.getByRole("link", { name: "Pause" }).click();
    await send(page, "jo-santos", "The season is over");
    await page
      .getByText(/Waiting for jo-santos/)
      .first()
      .waitFor({ timeout: DEPLOYMENT });
    // The approver sees who asked, and the pull request's link is not for the tenant's people.
    assert.equal(await page.getByRole("link", { name: /pull request #/i }).count(), 0);
    await open(maria, new URL(page.url()).pathname);
    await stage.review(maria, "jo-santos", "Approve", "", `${TENANT}/${username}`);
    await isIn(maria, "Done").waitFor({ timeout: DEPLOYMENT });
    assert.equal((await stage.world.tenants())[TENANT]?.lifecycle, "paused");
    // The realm is disabled, and the log-in says so.
    await open(maria, `/tenants/${TENANT}/overview`);
    await isIn(maria, "Paused").waitFor({ timeout: 60_000 });
    const again = await (await stage.visitor()).newPage();
    await open(again, `/login/${TENANT}`);
    await again.getByRole("heading", { name: `The tenant ${TENANT} is paused: its people cannot log in` }).waitFor();
    await again.getByText("Ask the operators of the platform to resume it").waitFor();
  });

  it("has reported no error of a page", () => assert.deepEqual(stage.errors, []));
});
