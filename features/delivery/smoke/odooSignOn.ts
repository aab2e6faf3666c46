import { z } from "zod";
import type { Browser, Page } from "./browser.ts";
import { unescapeHtml } from "./browser.ts";

/** An Odoo, and the realm whose people it lets in. */
export interface SignOnPlace {
  /** Public address of Odoo, without a slash at its end. */
  readonly odoo: string;
  readonly issuer: string;
}

/** The public Odoo of a tenant that was brought up. */
export function signOnPlace({
  hosts,
  realm,
}: {
  readonly hosts: readonly string[];
  readonly realm: { readonly issuer: string };
}): SignOnPlace {
  return { odoo: `https://${hosts[0] ?? ""}`, issuer: realm.issuer };
}

/** Why no connection is made to Odoo; undefined: something answers. */
export async function silenceOf(browser: Browser, { odoo }: SignOnPlace): Promise<string | undefined> {
  try {
    await browser.request(`${odoo}/web/login`);
    return undefined;
  } catch (error) {
    const cause = error instanceof Error ? error.cause : undefined;
    return cause instanceof Error ? cause.message : error instanceof Error ? error.message : String(error);
  }
}

/** What Odoo says of somebody who is logged in. */
export interface SignedOn {
  readonly uid: number;
  readonly login: string;
  /** Whether they may change settings. */
  readonly isSystem: boolean;
  readonly isInternal: boolean;
}

/** Odoo lets the person in, or says why it does not. */
export type SignOn =
  { readonly user: SignedOn; readonly refusal?: undefined } | { readonly user?: undefined; readonly refusal: string };

const session = z.object({
  result: z.object({ uid: z.number(), username: z.string(), is_system: z.boolean(), is_internal_user: z.boolean() }),
});

/**
 * Logs a person in to Odoo as they do it: Odoo's page, the realm's button, the realm's form, and back.
 *
 * @returns who Odoo says it is, or what its page says when it refuses
 * @throws Error that says which step did not go as it should
 */
export async function signOn(
  browser: Browser,
  place: SignOnPlace,
  { username, password }: { readonly username: string; readonly password: string },
): Promise<SignOn> {
  const page = await realmPage(browser, place);
  const action = /<form[^>]*\saction="([^"]+)"/.exec(page.text)?.[1];
  if (page.status !== 200 || action === undefined) {
    throw new Error(`the realm answers ${page.status} without a form at ${page.url}`);
  }
  const sent = await browser.request(
    unescapeHtml(action),
    new URLSearchParams({ username, password, credentialId: "" }),
  );
  const back = `${place.odoo}/auth_oauth/signin`;
  if (sent.location === undefined || !sent.location.startsWith(back)) {
    const said = textOf(/<span[^>]*id="input-error[^>]*>([^]*?)<\/span>/.exec(sent.text)?.[1] ?? "");
    throw new Error(`the realm's form answers ${sent.status} ${said}, expected it to lead back to ${back}`);
  }
  const last = await browser.follow(await browser.request(sent.location));
  const user = await signedOn(browser, place);
  if (user !== undefined) return { user };
  const refusal = textOf(/<p[^>]*role="alert"[^>]*>([^]*?)<\/p>/.exec(last.text)?.[1] ?? "");
  if (!last.url.startsWith(`${place.odoo}/web/login`) || refusal === "") {
    throw new Error(`nobody is logged in, and ${last.url} answers ${last.status} without a reason`);
  }
  return { refusal };
}

/**
 * Logs out of Odoo, and sees to it that the realm asks for the password again.
 *
 * @throws Error that says what is still open
 */
export async function signOff(browser: Browser, place: SignOnPlace): Promise<void> {
  const last = await browser.follow(await browser.request(`${place.odoo}/web/session/logout`));
  if (!last.url.startsWith(`${place.odoo}/web/login`)) {
    throw new Error(`the log-out ends at ${last.url} (status ${last.status}), expected ${place.odoo}/web/login`);
  }
  const user = await signedOn(browser, place);
  if (user !== undefined) throw new Error(`${user.login} is logged in to Odoo after the log-out`);
  const page = await realmPage(browser, place);
  if (page.location !== undefined)
    throw new Error("the realm lets the person in again after the log-out, without a password");
}

/** Who is logged in to Odoo; undefined: nobody. */
export async function signedOn(browser: Browser, { odoo }: SignOnPlace): Promise<SignedOn | undefined> {
  const page = await browser.request(`${odoo}/web/session/get_session_info`, {
    jsonrpc: "2.0",
    method: "call",
    params: {},
  });
  const { success, data } = session.safeParse(page.status === 200 ? JSON.parse(page.text) : undefined);
  if (!success) return undefined;
  const { uid, username, is_system, is_internal_user } = data.result;
  return { uid, login: username, isSystem: is_system, isInternal: is_internal_user };
}

/** Whether Odoo's own form lets somebody in by a password. */
export async function passwordOpens(
  browser: Browser,
  place: SignOnPlace,
  { login, password }: { readonly login: string; readonly password: string },
): Promise<boolean> {
  const page = await loginPage(browser, place);
  const token = /name="csrf_token"\s+value="([^"]+)"/.exec(page.text)?.[1];
  if (token === undefined) throw new Error(`${page.url} has no form for a password`);
  await browser.request(`${place.odoo}/web/login`, new URLSearchParams({ login, password, csrf_token: token }));
  return (await signedOn(browser, place)) !== undefined;
}

/** What a stranger may do by themselves, of what only people with an invitation may. */
export async function openToStrangers(browser: Browser, { odoo }: SignOnPlace): Promise<readonly string[]> {
  const open: string[] = [];
  for (const [path, what] of [
    ["/web/signup", "sign up"],
    ["/web/reset_password", "have a password reset"],
  ] as const) {
    const page = await browser.request(`${odoo}${path}`);
    // Odoo's own answer where it is switched off.
    if (page.status !== 404) open.push(`${what} (${path} answers ${page.status})`);
  }
  return open;
}

/** The texts of the buttons on Odoo's log-in page, with where they lead. */
export function buttons(html: string): readonly { readonly text: string; readonly href: string }[] {
  const list = /<div[^>]*class="[^"]*\bo_auth_oauth_providers\b[^"]*"[^>]*>([^]*?)<\/div>/.exec(html)?.[1] ?? "";
  return [...list.matchAll(/<a\s([^>]*)>([^]*?)<\/a>/g)].map(([, attributes = "", text = ""]) => ({
    text: textOf(text),
    href: unescapeHtml(/href="([^"]*)"/.exec(attributes)?.[1] ?? ""),
  }));
}

/** Odoo's log-in page. @throws Error when it is not there */
export async function loginPage(browser: Browser, { odoo }: SignOnPlace): Promise<Page> {
  const page = await browser.request(`${odoo}/web/login`);
  if (page.status !== 200) throw new Error(`${odoo}/web/login answers ${page.status}`);
  return page;
}

/** What the realm answers to Odoo's button, which must be the only one. */
async function realmPage(browser: Browser, place: SignOnPlace): Promise<Page> {
  const found = buttons((await loginPage(browser, place)).text);
  const [button, ...others] = found;
  if (
    button === undefined ||
    others.length > 0 ||
    !button.href.startsWith(`${place.issuer}/protocol/openid-connect/auth?`)
  ) {
    const shown = found.map(({ text }) => JSON.stringify(text)).join(", ");
    throw new Error(`the log-in page has buttons ${shown || "none"}, expected one, of realm ${place.issuer}`);
  }
  return await browser.request(button.href);
}

/** What a piece of HTML shows, on one line. */
function textOf(html: string): string {
  return unescapeHtml(html.replace(/<[^>]*>/g, " "))
    .replace(/\s+/g, " ")
    .trim();
}
