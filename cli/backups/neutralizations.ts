import { randomUUID } from "node:crypto";

/** One kind of thing in a copy that would reach the world, or opens the original. */
export interface Neutralization {
  /** What it is, for the report. */
  readonly name: string;
  /** Table of Odoo's. Absent: its module is not installed, and there is nothing to do. */
  readonly table: string;
  /** Whether every Odoo database has the table. */
  readonly base?: boolean;
  /** What is done. @param columns those that the table has: modules add and drop some */
  readonly statements: (
    columns: ReadonlySet<string>,
    place: { readonly url: string },
  ) => readonly { readonly text: string; readonly values?: readonly unknown[] }[];
  /** Condition on the rows that are still live; none may be. */
  readonly check: (columns: ReadonlySet<string>) => string;
}

/** `column = NULL` for those of some columns that a table has. */
function emptied(table: string, names: readonly string[], columns: ReadonlySet<string>): { text: string }[] {
  return names
    .filter((name) => columns.has(name))
    .map((name) => ({ text: `UPDATE ${table} SET ${name} = NULL WHERE ${name} IS NOT NULL` }));
}

function anyFilled(names: readonly string[], columns: ReadonlySet<string>): string {
  const filled = names.filter((name) => columns.has(name)).map((name) => `${name} IS NOT NULL`);
  return filled.length === 0 ? "false" : filled.join(" OR ");
}

const emptying = (name: string, table: string, names: readonly string[]): Neutralization => ({
  name,
  table,
  statements: (columns) => emptied(table, names, columns),
  check: (columns) => anyFilled(names, columns),
});

/** Set to a new value in the copy: what Odoo identifies a database by, and signs its sessions and links with. */
const RENEWED = ["database.uuid", "database.secret"];

const MAIL_SERVER = "neutralization - disable emails";
const BASE_CRON =
  "id IN (SELECT res_id FROM ir_model_data WHERE model = 'ir.cron' AND module = 'base' AND name = 'autovacuum_job')";

/**
 * In their order. The first part is what Odoo 18's own `neutralize.sql` of base, mail, payment and iap do; the second is
 * what a copy in a less guarded place must not keep.
 */
export const NEUTRALIZATIONS: readonly Neutralization[] = [
  {
    name: "outgoing mail servers",
    table: "ir_mail_server",
    base: true,
    statements: (columns) => [
      { text: "UPDATE ir_mail_server SET active = false WHERE active AND smtp_host IS DISTINCT FROM 'invalid'" },
      ...emptied("ir_mail_server", ["smtp_pass", "smtp_ssl_private_key"], columns),
      {
        // An active one, or Odoo falls back on the server of its configuration file.
        text:
          "INSERT INTO ir_mail_server (name, smtp_port, smtp_host, smtp_encryption, active, smtp_authentication) " +
          "SELECT $1::varchar, 1025, 'invalid', 'none', true, 'login' " +
          "WHERE NOT EXISTS (SELECT FROM ir_mail_server WHERE active)",
        values: [MAIL_SERVER],
      },
    ],
    check: (columns) => `active AND smtp_host IS DISTINCT FROM 'invalid' OR ${anyFilled(["smtp_pass"], columns)}`,
  },
  {
    name: "scheduled actions",
    table: "ir_cron",
    base: true,
    statements: () => [{ text: `UPDATE ir_cron SET active = false WHERE active AND NOT (${BASE_CRON})` }],
    check: () => `active AND NOT (${BASE_CRON})`,
  },
  {
    name: "webhooks",
    table: "ir_act_server",
    statements: (columns) =>
      columns.has("webhook_url")
        ? [
            {
              text: "UPDATE ir_act_server SET webhook_url = 'neutralization - disable webhook' WHERE state = 'webhook'",
            },
          ]
        : [],
    check: (columns) => (columns.has("webhook_url") ? "state = 'webhook' AND webhook_url LIKE '%://%'" : "false"),
  },
  emptying("mail servers of mail templates", "mail_template", ["mail_server_id"]),
  {
    name: "mailboxes that are read",
    table: "fetchmail_server",
    statements: (columns) => [
      { text: "UPDATE fetchmail_server SET active = false WHERE active" },
      ...emptied("fetchmail_server", ["password"], columns),
    ],
    check: (columns) => `active OR ${anyFilled(["password"], columns)}`,
  },
  {
    name: "payment providers",
    table: "payment_provider",
    statements: () => [
      { text: "UPDATE payment_provider SET state = 'disabled' WHERE state NOT IN ('test', 'disabled')" },
    ],
    check: () => "state NOT IN ('test', 'disabled')",
  },
  {
    name: "in-app purchase accounts",
    table: "iap_account",
    statements: () => [
      {
        text: "UPDATE iap_account SET account_token = account_token || '+disabled' WHERE account_token NOT LIKE '%+disabled'",
      },
    ],
    check: () => "account_token NOT LIKE '%+disabled'",
  },

  {
    name: "mail that waits to be sent",
    table: "mail_mail",
    statements: () => [{ text: "UPDATE mail_mail SET state = 'cancel' WHERE state IN ('outgoing', 'exception')" }],
    check: () => "state IN ('outgoing', 'exception')",
  },
  {
    name: "addresses of people",
    table: "res_partner",
    base: true,
    statements: (columns) => [
      // Names of `.invalid` are nobody's (RFC 2606).
      { text: "UPDATE res_partner SET email = 'partner-' || id || '@copy.invalid' WHERE coalesce(email, '') <> ''" },
      ...(columns.has("email_normalized")
        ? [{ text: "UPDATE res_partner SET email_normalized = email WHERE coalesce(email, '') <> ''" }]
        : []),
    ],
    check: () => "coalesce(email, '') NOT IN ('', 'partner-' || id || '@copy.invalid')",
  },
  // People log in by single sign-on.
  emptying("passwords and second factors", "res_users", ["password", "totp_secret"]),
  emptying("tokens of calendars", "res_users_settings", [
    "google_calendar_rtoken",
    "google_calendar_token",
    "microsoft_calendar_rtoken",
    "microsoft_calendar_token",
  ]),
  {
    name: "keys to the API",
    table: "res_users_apikeys",
    statements: () => [{ text: "DELETE FROM res_users_apikeys" }],
    check: () => "true",
  },
  {
    name: "devices that get notifications",
    table: "mail_push_device",
    statements: () => [{ text: "DELETE FROM mail_push_device" }],
    check: () => "true",
  },
  {
    name: "sign-on with the original's realm",
    table: "auth_oauth_provider",
    statements: (columns) => [
      { text: "UPDATE auth_oauth_provider SET enabled = false WHERE enabled" },
      ...emptied("auth_oauth_provider", ["client_secret"], columns),
    ],
    check: (columns) => `enabled OR ${anyFilled(["client_secret"], columns)}`,
  },
  {
    name: "identity",
    table: "ir_config_parameter",
    base: true,
    statements: (_, { url }) => [
      // The init Job sets up sign-on of the place that the copy is in.
      { text: "DELETE FROM ir_config_parameter WHERE key LIKE 'odoo\\_saas.%' OR key = 'web.base.url.freeze'" },
      ...[...RENEWED.map((key) => [key, randomUUID()]), ["database.is_neutralized", "true"], ["web.base.url", url]].map(
        (values) => ({
          text: "INSERT INTO ir_config_parameter (key, value) VALUES ($1, $2) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
          values,
        }),
      ),
    ],
    check: () => "key LIKE 'odoo\\_saas.%' OR key = 'database.is_neutralized' AND value <> 'true'",
  },
];
