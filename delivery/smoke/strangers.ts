import { databaseLogin, query } from "./access.ts";
import type { Check } from "./checks.ts";
import { isPassword } from "./passlib.ts";

/** Log-ins and passwords of Odoo's own data. */
const KNOWN = ["admin", "demo", "portal"];
/** Seconds that Odoo may take for a page. */
const TIMEOUT_SECONDS = 15;

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

/**
 * Whether a person who is not the tenant's stays outside: no user has a password that anybody knows, nobody can sign up or
 * ask for a new password, and the realm is the only provider to log in with.
 */
export const strangersCheck: Check = async ({ own, access }) => {
  const ask = async <Row extends Record<string, unknown>>(sql: string) =>
    await query<Row>(databaseLogin(own), access.settings.tenantsDatabase.sslmode, sql);
  const problems: string[] = [];
  for (const { login, password } of await ask<{ login: string; password: string }>(USERS)) {
    for (const known of new Set([login, ...KNOWN])) {
      if (await isPassword(known, password)) problems.push(`user ${login} has the password "${known}"`);
    }
  }
  for (const { key, value } of await ask<{ key: string; value: string }>(SIGN_UP)) problems.push(`${key} is ${value}`);
  for (const { name } of await ask<{ name: string }>(PROVIDERS)) problems.push(`log-in with ${name} is open`);
  const seen = await tryDoors(own.hosts[0] ?? "", own.database.name, problems);
  if (problems.length > 0) throw new Error(`open to strangers: ${problems.join(", ")}; see docs/runbooks/odoo-init.md`);
  return `no known password, no sign-up, no provider but the realm (${seen})`;
};

/** Tries the same from outside, where the tenant's host is reached from here. */
async function tryDoors(host: string, database: string, problems: string[]): Promise<string> {
  const call = async (path: string, init: RequestInit = {}) =>
    await fetch(`https://${host}${path}`, {
      redirect: "manual",
      signal: AbortSignal.timeout(TIMEOUT_SECONDS * 1000),
      ...init,
    });
  let page: Response;
  try {
    page = await call("/web/signup");
  } catch {
    return `in the database; ${host} is not reached from here`;
  }
  if (page.status !== 404) problems.push(`/web/signup answers ${page.status}`);
  const answer = await call("/web/session/authenticate", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ jsonrpc: "2.0", params: { db: database, login: "admin", password: "admin" } }),
  });
  const text = await answer.text();
  if (!text.includes('"error"')) problems.push(`admin/admin logs in (status ${answer.status})`);
  return "in the database and by HTTPS";
}
