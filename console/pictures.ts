// Takes the pictures of docs/pictures/ in the Chromium that comes with the console's packages. Nothing is sent.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { PNG } from "pngjs";
import type { Browser, Page } from "playwright-core";
import { PROJECT_ROOT } from "../lib/projectRoot.ts";
import { UserError } from "../lib/userError.ts";
import { logIn, startBrowser } from "./test/support/chromium.ts";

const USAGE = `usage: node run.mjs --with console console/pictures.ts --url <console> --user <login> --password-env <variable>
         [--tenant <id>] [--request <id>]

Takes the pictures of docs/pictures/ of a console that runs, such as a sandbox's, whose address and log-ins
npx odoo-saas sandbox status --json --show-secrets prints. The user must be an engineer. --tenant: tenant to show, default
tbwa-finance; --request: request to show, default the newest.`;

/** Largest size of a picture: a README with several is read over slow lines too. */
const MAX_BYTES = 150 * 1024;
const FOLDER = join(PROJECT_ROOT, "docs/pictures");

type Scheme = "light" | "dark";

interface Arguments {
  readonly url: string;
  readonly user: string;
  readonly password: string;
  readonly tenant: string;
  readonly request: string | undefined;
}

async function main(): Promise<void> {
  const given = read();
  const browser = await startBrowser();
  try {
    mkdirSync(FOLDER, { recursive: true });
    for (const scheme of ["light", "dark"] as const) await take(browser, scheme, given);
  } finally {
    await browser.close();
  }
}

async function take(browser: Browser, colorScheme: Scheme, { url, user, password, tenant, request }: Arguments) {
  const context = await browser.newContext({
    viewport: { width: 1440, height: 900 },
    deviceScaleFactor: 1,
    colorScheme,
    reducedMotion: "reduce",
    locale: "en-GB",
    timezoneId: "UTC",
  });
  context.setDefaultTimeout(30_000);
  const page = await logIn(context, `${url}/`, user, password);
  await picture(page, `console-dashboard-${colorScheme}`);
  await page.goto(`${url}/tenants/${tenant}/overview`);
  await picture(page, `console-tenant-${colorScheme}`);
  if (colorScheme === "light") {
    await page.goto(`${url}/tenants/new`);
    await fillIn(page);
    await picture(page, "console-new-tenant-light");
    await page.goto(request === undefined ? `${url}/requests?state=all` : `${url}/requests/${request}`);
    if (request === undefined) await page.locator("main a[href^='/requests/']").first().click();
    await page.getByText("Difference of the file").waitFor();
    await picture(page, "console-request-light");
  }
  await context.close();
}

/** Answers the form for a new tenant up to its check. Without its last step, nothing is sent. */
async function fillIn(page: Page): Promise<void> {
  let step = 1;
  const next = async () => {
    await page.getByRole("button", { name: "Next" }).click();
    await page.getByText(`step ${(step += 1)} of 6`).waitFor();
  };
  await page.getByLabel("Name", { exact: true }).fill("Initech");
  await page.getByLabel("Id").fill("initech");
  await page.getByLabel("Owner’s team").fill("initech-it");
  await page.getByLabel("Team’s mail address").fill("it@initech.example");
  await page.getByLabel("Country").fill("Philippines");
  await page.getByRole("option", { name: /Philippines/ }).click();
  await next();
  await page.getByRole("checkbox", { name: /CRM/ }).check();
  await next();
  await page.getByRole("radio", { name: /Small/ }).check();
  await next();
  await page.getByRole("checkbox", { name: /staging/ }).check();
  await next();
  await page.getByText("What will happen").first().waitFor();
}

/** @throws UserError if a picture is larger than it may be */
async function picture(page: Page, name: string): Promise<void> {
  await page.getByRole("heading", { level: 1 }).first().waitFor();
  await page.locator("[aria-busy=true], [role=progressbar], .MuiSkeleton-root").first().waitFor({ state: "detached" });
  await page.evaluate(async () => document.fonts.ready);
  await page.mouse.move(0, 0);
  const path = join(FOLDER, `${name}.png`);
  const png = compressed(await page.screenshot({ animations: "disabled", caret: "hide" }));
  if (png.length > MAX_BYTES) throw new UserError(`${path} has ${png.length} bytes, expected at most ${MAX_BYTES}`);
  writeFileSync(path, png);
  console.log(`${path} ${Math.ceil(png.length / 1024)} KiB`);
}

/** The same picture, smaller: what is flat often compresses best without the filters for photographs that a browser uses. */
function compressed(png: Buffer): Buffer {
  const picture = PNG.sync.read(png);
  const write = (filterType: number) =>
    PNG.sync.write(picture, { colorType: 2, filterType, deflateLevel: 9, deflateStrategy: 0 });
  return [0, 1, 2, 4].map(write).reduce((best, each) => (each.length < best.length ? each : best), png);
}

function read(): Arguments {
  const { values } = parseArgs({
    options: {
      url: { type: "string" },
      user: { type: "string" },
      "password-env": { type: "string" },
      tenant: { type: "string", default: "tbwa-finance" },
      request: { type: "string" },
    },
  });
  const { url, user, tenant, request } = values;
  const password = process.env[values["password-env"] ?? ""];
  if (url === undefined || user === undefined || password === undefined) throw new UserError(USAGE);
  return { url: new URL(url).origin, user, password, tenant, request };
}

try {
  await main();
} catch (error) {
  console.error(error instanceof UserError ? error.message : error);
  process.exitCode = 1;
}
