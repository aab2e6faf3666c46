import assert from "node:assert/strict";
import { AxeBuilder } from "@axe-core/playwright";
import sparticuz from "@sparticuz/chromium";
import { chromium } from "playwright-core";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { UserError } from "../../../lib/userError.ts";

/** Switches of a browser in tests: it asks nobody for updates, and may run as root. */
const SWITCHES = [
  "--no-sandbox",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--no-first-run",
];

/**
 * Starts the Chromium that comes with the console's packages.
 *
 * @throws UserError with what the system lacks
 */
export async function startBrowser(): Promise<Browser> {
  try {
    return await chromium.launch({ executablePath: await sparticuz.executablePath(), args: SWITCHES });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const library = /error while loading shared libraries: (\S+?):/.exec(reason)?.[1];
    if (library === undefined) throw error;
    throw new UserError(`Chromium cannot start without ${library}: apt-get install -y libnss3 libnspr4`);
  }
}

/** Logs a person in as they would: by Keycloak's own page. */
export async function logIn(context: BrowserContext, url: string, login: string, password: string): Promise<Page> {
  const page = await context.newPage();
  await page.goto(url);
  await page
    .getByRole("link", { name: "Log in" })
    .or(page.getByRole("button", { name: "Log in" }))
    .first()
    .click();
  await answerKeycloak(page, login, password);
  await page.getByRole("button", { name: /: account$/ }).waitFor();
  return page;
}

/** Fills in Keycloak's page. */
export async function answerKeycloak(page: Page, login: string, password: string): Promise<void> {
  await page.locator("#username").fill(login);
  await page.locator("#password").fill(password);
  await page.locator("#kc-login").click();
}

/** Answers what Keycloak asks at a first log-in: a password of one's own, and a name. */
export async function answerFirstLogIn(page: Page, password: string): Promise<void> {
  await page.locator("#password-new").fill(password);
  await page.locator("#password-confirm").fill(password);
  await page.locator("[type=submit]").first().click();
  await page.locator("#firstName").fill("Pia");
  await page.locator("#lastName").fill("Lim");
  await page.locator("[type=submit]").first().click();
}

/** @throws AssertionError with each rule of WCAG 2.2 AA that a page breaks, and where */
export async function checkAccessibility(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join("\n  ")}`);
  assert.deepEqual(found, [], page.url());
}

/** @throws AssertionError if a page is wider than its window */
export async function checkWidth(page: Page): Promise<void> {
  const [content, window] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth] as const);
  assert.ok(content <= window, `${page.url()} is ${content} wide in a window of ${window}`);
}
