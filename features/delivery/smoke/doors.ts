import { z } from "zod";
import { Browser } from "./browser.ts";
import { buttons, loginPage, openToStrangers, passwordOpens } from "./odooSignOn.ts";
import type { SignOnPlace } from "./odooSignOn.ts";
import { isPassword } from "./passlib.ts";

/** Log-ins of Odoo's own data, each of which has its own name as its password there. */
const KNOWN = ["admin", "demo", "portal"];

/** A way in that a person tries who is not the tenant's. */
export interface Door {
  readonly name: string;
  /** What is open, one sentence each; empty: the door is closed. */
  readonly open: readonly string[];
}

const USERS = `
  SELECT id, login, password FROM public.res_users
  WHERE password <> '' AND (login IN (${KNOWN.map((login) => `'${login}'`).join(", ")}) OR id IN (
    SELECT res_id FROM public.ir_model_data WHERE model = 'res.users' AND module = 'base' AND name IN ('user_admin', 'user_demo')
  ))
  ORDER BY login`;

const SIGN_UP = `
  SELECT key, value FROM public.ir_config_parameter
  WHERE (key = 'auth_signup.invitation_scope' AND value <> 'b2b') OR (key = 'auth_signup.reset_password' AND value = 'True')
  ORDER BY key`;

/** Providers beside the realm's, which the init Job gives the external id `odoo_saas.oidc_provider`. */
const PROVIDERS = `
  SELECT name FROM public.auth_oauth_provider
  WHERE enabled AND id NOT IN (
    SELECT res_id FROM public.ir_model_data WHERE module = 'odoo_saas' AND model = 'auth.oauth.provider' AND res_id IS NOT NULL
  )
  ORDER BY name`;

const users = z.array(z.object({ login: z.string(), password: z.string() }));
const parameters = z.array(z.object({ key: z.string(), value: z.string() }));
const providers = z.array(z.object({ name: z.string() }));
const databases = z.object({ result: z.array(z.string()) });

/**
 * The doors as a tenant's database has them. It knows more passwords than a stranger may try: Odoo refuses everybody of an
 * address after a few failures.
 *
 * @param ask runs a statement as the tenant's role
 */
export async function doorsInDatabase(ask: (sql: string) => Promise<unknown>): Promise<readonly Door[]> {
  const passwords: string[] = [];
  for (const { login, password } of users.parse(await ask(USERS))) {
    for (const known of new Set([login, ...KNOWN])) {
      if (await isPassword(known, password)) passwords.push(`user ${login} has the password "${known}"`);
    }
  }
  const signUp = parameters.parse(await ask(SIGN_UP)).map(({ key, value }) => `${key} is ${value}`);
  const others = providers.parse(await ask(PROVIDERS)).map(({ name }) => `log-in with ${name} is open`);
  return [
    { name: "known passwords in the database", open: passwords },
    { name: "sign-up and reset in the database", open: signUp },
    { name: "providers beside the realm in the database", open: others },
  ];
}

/**
 * The doors of an Odoo that runs, tried from outside.
 *
 * @param newBrowser gives a browser without cookies. Default: one that reaches each host by its name
 * @throws Error when Odoo does not answer, or has no log-in page
 */
export async function doorsOutside(
  place: SignOnPlace,
  newBrowser: () => Browser = () => new Browser(),
): Promise<readonly Door[]> {
  const passwords: string[] = [];
  for (const login of KNOWN) {
    const browser = newBrowser();
    if (!(await passwordOpens(browser, place, { login, password: login }))) continue;
    await browser.request(`${place.odoo}/web/session/logout`);
    passwords.push(`${login} logs in with the password "${login}"`);
  }
  const stranger = newBrowser();
  const shown = buttons((await loginPage(stranger, place)).text);
  const others = shown.filter(({ href }) => !href.startsWith(`${place.issuer}/`));
  return [
    { name: "known passwords at the log-in page", open: passwords },
    { name: "sign-up and reset", open: await openToStrangers(stranger, place) },
    {
      name: "providers beside the realm at the log-in page",
      open: others.map(({ text }) => `the log-in page offers "${text}"`),
    },
    { name: "database manager", open: await openManager(stranger, place) },
  ];
}

async function openManager(browser: Browser, { odoo }: SignOnPlace): Promise<string[]> {
  const path = "/web/database/manager";
  const open: string[] = [];
  const page = await browser.request(`${odoo}${path}`);
  // Odoo's own answer where it is switched off has status 200.
  if (page.status === 200 && !page.text.includes("database manager has been disabled")) open.push(`${path} is open`);
  const list = await browser.request(`${odoo}/jsonrpc`, {
    jsonrpc: "2.0",
    method: "call",
    params: { service: "db", method: "list", args: [] },
  });
  if (list.status === 200 && databases.safeParse(JSON.parse(list.text)).success) {
    open.push("/jsonrpc lists the databases");
  }
  return open;
}
