import { isPassword } from "../../../features/delivery/smoke/passlib.ts";
import { equal, holds } from "../check.ts";
import type { Check, Finding } from "../check.ts";
import type { Walk } from "../walk.ts";

/** Nothing listens there. */
const REFUSES = "http://127.0.0.1:9";

/** Parameters that hold the address of a service of odoo.com. */
const ENDPOINTS = [
  "enrich.endpoint",
  "iap.endpoint",
  "iap.partner_autocomplete.endpoint",
  "reveal.endpoint",
  "sms.endpoint",
  "snailmail.endpoint",
  "web_editor.media_library_endpoint",
  "web_editor.olg_api_endpoint",
  "website.olg_api_endpoint",
  "website.website_api_endpoint",
];

/** What Odoo's data give the users that it makes. */
const KNOWN_PASSWORDS = ["admin", "demo", "portal"];

const ADMIN = "(SELECT res_id FROM ir_model_data WHERE module = 'base' AND name = 'user_admin')";
const COMPANY = "(SELECT res_id FROM ir_model_data WHERE module = 'base' AND name = 'main_company')";

/** What the init Job settles in a new database, and that it keeps what people change. */
export const settings: Check = {
  title: "settings",
  run: async (walk) => [
    ...(await closed(walk)),
    ...(await company(walk)),
    ...(await addresses(walk)),
    ...(await state(walk)),
    ...(await kept(walk)),
  ],
};

/** Nobody gets in but by the realm. */
async function closed(walk: Walk): Promise<Finding[]> {
  const providers = await walk.shell(
    'tell(*env["auth.oauth.provider"].search([("enabled", "=", True)]).mapped("auth_endpoint"))',
  );
  return [
    equal("active users with a known password", await knownPasswords(walk), []),
    equal("who may sign up", await parameter(walk, "auth_signup.invitation_scope"), "b2b"),
    equal("reset of passwords", await parameter(walk, "auth_signup.reset_password"), "False"),
    equal("enabled providers", providers, `${walk.own.realm.issuer}/protocol/openid-connect/auth`),
  ];
}

/** Log-ins of active users whose password is one of those that everybody knows. */
async function knownPasswords(walk: Walk): Promise<string[]> {
  const users = await walk.sql("SELECT login, password FROM res_users WHERE active AND password <> ''");
  const found: string[] = [];
  for (const { login, password } of users)
    for (const known of KNOWN_PASSWORDS)
      if (await isPassword(known, String(password))) found.push(`${String(login)}/${known}`);
  return found;
}

/** The company is what the tenant's file says. */
async function company(walk: Walk): Promise<Finding[]> {
  const [row = {}] = await walk.sql(
    `SELECT company.name, country.code AS country, currency.name AS currency, to_jsonb(company) ->> 'chart_template' AS "chartOfAccounts",
       admin.lang AS language, admin.tz AS timezone
     FROM res_company company
       JOIN res_partner own ON own.id = company.partner_id
       LEFT JOIN res_country country ON country.id = own.country_id
       JOIN res_currency currency ON currency.id = company.currency_id,
       res_users u JOIN res_partner admin ON admin.id = u.partner_id
     WHERE company.id = ${COMPANY} AND u.id = ${ADMIN}`,
  );
  const { spec } = walk;
  const wanted = Object.entries(spec.company).filter(
    ([key]) => key !== "chartOfAccounts" || spec.modules.includes("account"),
  );
  return wanted.map(([key, value]) => equal(`company: ${key}`, row[key], value));
}

/** What Odoo calls itself by, and whom it would call. */
async function addresses(walk: Walk): Promise<Finding[]> {
  const { egress, hosts } = walk.spec;
  const open = new Set(egress.map((way) => way.for));
  const elsewhere: string[] = [];
  for (const name of ENDPOINTS) {
    const value = await parameter(walk, name);
    // A way out takes the address away that refuses.
    if (value !== REFUSES && !(open.size > 0 && value === undefined)) elsewhere.push(`${name} ${value ?? "not set"}`);
  }
  const ribbon = walk.spec.modules.includes("web_environment_ribbon") ? "SANDBOX<br/>({db_name})" : undefined;
  return [
    equal("web.base.url", await parameter(walk, "web.base.url"), `https://${hosts.platform}`),
    equal("it is frozen", await parameter(walk, "web.base.url.freeze"), "True"),
    equal("report.url", await parameter(walk, "report.url"), "http://127.0.0.1:8072"),
    equal(`endpoints of odoo.com that are not ${REFUSES}`, elsewhere, []),
    equal("previews of links", await parameter(walk, "mail.link_preview_throttle"), open.has("mail") ? undefined : "0"),
    equal("ribbon", await parameter(walk, "ribbon.name"), ribbon),
  ];
}

/** Nothing is left of the installation, and names are compared by an index. */
async function state(walk: Walk): Promise<Finding[]> {
  const unaccent = await walk.value(
    "SELECT provolatile::text || ' ' || pg_get_userbyid(proowner) FROM pg_proc WHERE oid = to_regprocedure('public.unaccent(text)')",
  );
  const pending = await walk.sql("SELECT name FROM ir_module_module WHERE state LIKE 'to %' ORDER BY name");
  return [
    equal("odoo_saas.installing", await parameter(walk, "odoo_saas.installing"), undefined),
    equal("table odoo_saas_installing", await walk.value("SELECT to_regclass('public.odoo_saas_installing')"), "null"),
    equal(
      "modules in the middle of something",
      pending.map(({ name }) => name),
      [],
    ),
    equal("public.unaccent: volatility and owner", unaccent, `i ${walk.own.database.role}`),
    equal(
      "Odoo's own opinion of unaccent (2: can be indexed)",
      await walk.shell("tell(int(env.registry.has_unaccent))"),
      "2",
    ),
  ];
}

/** Runs the init Job on what people have changed, and puts everything back. */
async function kept(walk: Walk): Promise<Finding[]> {
  const [custom] = walk.spec.hosts.custom;
  // One of the tenant's own hosts stays; another is not the tenant's.
  const chosen = custom === undefined ? "http://localhost:8069" : `https://${custom}`;
  const keys = ["web.base.url", "sms.endpoint", "auth_signup.reset_password"];
  const before = new Map<string, string | undefined>();
  for (const key of keys) before.set(key, await parameter(walk, key));
  const name = await walk.value(`SELECT name FROM res_company WHERE id = ${COMPANY}`);
  const password = await walk.value(`SELECT coalesce(password, '') FROM res_users WHERE id = ${ADMIN}`);
  const isActive = await walk.value(`SELECT active FROM res_users WHERE id = ${ADMIN}`);
  try {
    await rename(walk, "Changed by people");
    await setParameter(walk, "web.base.url", chosen);
    await setParameter(walk, "sms.endpoint", "https://sms.example.com");
    await setParameter(walk, "auth_signup.reset_password", "True");
    await walk.sql(`UPDATE res_users SET password = 'admin', active = true WHERE id = ${ADMIN}`);
    const set = await knownPasswords(walk);
    const init = await walk.startInit("init-settings");
    const status = await init.containers.get("init")?.ended;
    return [
      holds("a password that is set back to admin is noticed", set.length === 1, set, "one"),
      equal("exit status of init.sh after people's changes", status, 0),
      equal(
        "company that people have renamed",
        await walk.value(`SELECT name FROM res_company WHERE id = ${COMPANY}`),
        "Changed by people",
      ),
      equal("an endpoint of one's own", await parameter(walk, "sms.endpoint"), "https://sms.example.com"),
      equal(
        `web.base.url that was ${chosen}`,
        await parameter(walk, "web.base.url"),
        custom === undefined ? `https://${walk.spec.hosts.platform}` : chosen,
      ),
      equal("reset of passwords that was opened", await parameter(walk, "auth_signup.reset_password"), "False"),
      equal("known passwords then", await knownPasswords(walk), []),
    ];
  } finally {
    await rename(walk, name);
    for (const [key, value] of before) await setParameter(walk, key, value);
    await walk.sql(`UPDATE res_users SET password = nullif($1, ''), active = $2 WHERE id = ${ADMIN}`, [
      password,
      isActive === "true",
    ]);
  }
}

async function rename(walk: Walk, name: string): Promise<void> {
  await walk.sql(`UPDATE res_company SET name = $1 WHERE id = ${COMPANY}`, [name]);
  await walk.sql(
    `UPDATE res_partner SET name = $1, complete_name = $1 WHERE id = (SELECT partner_id FROM res_company WHERE id = ${COMPANY})`,
    [name],
  );
}

/** A parameter of Odoo's; undefined when it is not set. */
async function parameter(walk: Walk, key: string): Promise<string | undefined> {
  const [row] = await walk.sql("SELECT value FROM ir_config_parameter WHERE key = $1", [key]);
  return row === undefined ? undefined : String(row.value);
}

async function setParameter(walk: Walk, key: string, value: string | undefined): Promise<void> {
  await walk.sql("DELETE FROM ir_config_parameter WHERE key = $1 AND $2::text IS NULL", [key, value]);
  await walk.sql(
    "INSERT INTO ir_config_parameter (key, value) SELECT $1, $2 WHERE $2::text IS NOT NULL ON CONFLICT (key) DO UPDATE SET value = excluded.value",
    [key, value],
  );
}
