import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, BrowserContext, BrowserContextOptions, Page } from "playwright-core";
import { z } from "zod";
import { KeycloakAdmin } from "../../../lib/keycloakAdmin.ts";
import { KEYCLOAK_CLIENT } from "../../../sandbox/services/keycloak.ts";
import { asProgram } from "../../../test/e2e/support/keycloak.ts";
import { git } from "../../../lib/git.ts";
import { CONSOLE_VARIABLE } from "../../../sandbox/services/console.ts";
import { World } from "../../../test/e2e/support/world.ts";
import { logIn, startBrowser } from "./chromium.ts";
import { commit } from "./world.ts";

const statusSchema = z.object({
  console: z.object({ url: z.string() }),
  forge: z.object({ url: z.string() }),
  keycloak: z.object({ url: z.string() }),
  outputs: z.object({
    console: z.object({ staff: z.record(z.string(), z.string()) }),
    tenants: z.record(
      z.string(),
      z.object({ realm: z.object({ administrator: z.object({ username: z.string(), password: z.string() }) }) }),
    ),
  }),
});

/** The tenant that a stage begins with. */
export const TENANT = "tbwa-finance";

/** A whole sandbox with its console, one tenant, and a browser. */
export class Stage {
  readonly world: World;
  readonly url: string;
  readonly forge: string;
  readonly keycloak: string;
  /** First log-in of {@link TENANT}'s administrator. */
  readonly administrator: { readonly username: string; readonly password: string };
  readonly #passwords: Readonly<Record<string, string>>;
  readonly #browser: Browser;
  readonly #contexts: BrowserContext[] = [];
  /** What pages reported as errors, beside answers that a test expects. */
  readonly errors: string[] = [];

  private constructor(world: World, browser: Browser, status: z.output<typeof statusSchema>) {
    this.world = world;
    this.url = status.console.url;
    this.forge = status.forge.url;
    this.keycloak = status.keycloak.url;
    const tenant = status.outputs.tenants[TENANT];
    assert.ok(tenant !== undefined);
    this.administrator = tenant.realm.administrator;
    this.#passwords = status.outputs.console.staff;
    this.#browser = browser;
  }

  /** Starts one, or goes on with the one that ODOO_E2E_KEEP=1 has left: ODOO_E2E_REOPEN names its folder. */
  static async start(): Promise<Stage> {
    const variables = { [CONSOLE_VARIABLE]: "yes" };
    const kept = process.env.ODOO_E2E_REOPEN;
    const world = kept === undefined ? await World.create(variables) : World.reopen(kept, variables);
    if (kept === undefined) await Stage.#bringUp(world);
    const { status } = await world.status();
    return new Stage(world, await startBrowser(), statusSchema.parse(status));
  }

  static async #bringUp(world: World): Promise<void> {
    for (const tenant of ["tbwa-crm", "tbwa-hr", "tbwa-scout"]) world.remove(`tenants/${tenant}.yaml`);
    git(world.root, ["init", "--quiet", "--initial-branch=main"]);
    commit(world.root, "The first tenant");
    const { stdout } = await world.ok("sandbox start");
    const { status } = await world.status();
    const parsed = statusSchema.parse(status);
    const { username, password: first } = parsed.outputs.tenants[TENANT]?.realm.administrator ?? {};
    assert.match(stdout, new RegExp(`${parsed.console.url}/login/${TENANT} `));
    assert.match(stdout, new RegExp(`^  ${username} +${first}$`, "m"));
    // What a person reads there is what they need first.
    assert.match(stdout, new RegExp(`The console: ${parsed.console.url}\n`));
    for (const [login, password] of Object.entries(parsed.outputs.console.staff)) {
      assert.match(stdout, new RegExp(`^  ${login} +${password} `, "m"));
    }
  }

  async stop(): Promise<void> {
    await this.#browser.close();
    if (process.env.ODOO_E2E_KEEP === "1") console.log(`kept: ${this.world.root} with home ${this.world.home}`);
    else await this.world.destroy();
  }

  /** A browser without a session. */
  async visitor(options: BrowserContextOptions = {}): Promise<BrowserContext> {
    const context = await this.#browser.newContext({ viewport: { width: 1440, height: 900 }, ...options });
    context.setDefaultTimeout(20_000);
    this.#contexts.push(context);
    context.on("page", (page) => page.on("pageerror", ({ message }) => this.errors.push(`${page.url()}: ${message}`)));
    return context;
  }

  /** A page of somebody who has logged in. */
  async person(login: string, options: BrowserContextOptions = {}): Promise<Page> {
    return logIn(await this.visitor(options), `${this.url}/`, login, this.password(login));
  }

  password(login: string): string {
    const password = this.#passwords[login];
    assert.ok(password !== undefined, login);
    return password;
  }

  /** Ends all of a person's sessions in Keycloak, as an administrator does. */
  async endSessions(login: string): Promise<void> {
    const { keycloakClient } = z
      .object({ keycloakClient: z.string() })
      .parse(JSON.parse(readFileSync(join(this.world.home, "secrets.json"), "utf8")));
    const place = { url: this.keycloak, adminRealm: "master", clientId: KEYCLOAK_CLIENT, clientSecret: keycloakClient };
    const admin = await KeycloakAdmin.logIn(place);
    const [user] = await admin.list("platform", `users?exact=true&username=${login}`);
    const keycloak = await asProgram(this.world);
    assert.equal(await keycloak("POST", `/platform/users/${z.string().parse(user?.["id"])}/logout`), 204);
  }

  /** Takes a picture of every page that is open, for who looks into a failure. @returns the files */
  async picture(name: string): Promise<string[]> {
    const pages = this.#contexts.flatMap((context) => context.pages());
    return Promise.all(
      pages.map(async (page, index) => {
        const path = join(tmpdir(), `odoo-saas-console-${name.replace(/\W+/g, "-").slice(0, 60)}-${index}.png`);
        await page.screenshot({ path, fullPage: true });
        return path;
      }),
    );
  }

  /**
   * Reviews the pull request of a request's page as a demo person, on the forge's page.
   *
   * @param asker who is shown there to have asked. @default anybody
   */
  async review(
    page: Page,
    login: string,
    verdict: "Approve" | "Request changes",
    comment = "",
    asker?: string,
  ): Promise<void> {
    const address = await page
      .getByRole("link", { name: /pull request #/i })
      .first()
      .getAttribute("href");
    assert.ok(address !== null);
    const review = await page.context().newPage();
    await review.goto(address);
    if (asker !== undefined) await review.getByText(asker).first().waitFor();
    await review.getByLabel("Review as").selectOption(login);
    await review.getByLabel("Comment").fill(comment);
    await review.getByRole("button", { name: verdict }).click();
    await review.waitForLoadState();
    await review.close();
  }
}
