import { randomUUID } from "node:crypto";
import { SECRET_NAME } from "./neutralizeColumns.ts";

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

/** Empties columns of a table. */
const emptying = (name: string, table: string, names: readonly string[]): Neutralization => ({
  name,
  table,
  statements: (columns) => emptied(table, names, columns),
  check: (columns) => anyFilled(names, columns),
});

/** Where settings of other services point in a copy: names of `.invalid` are nobody's (RFC 2606). */
const NO_SERVICE = "https://copy.invalid";
const SERVICE_PARAMETERS =
  "value ~* '^(https?|wss?)://' AND value !~* '^[a-z]+://(127\\.|localhost|\\[::1\\])' AND key NOT IN ('web.base.url', 'report.url')" +
  ` AND value <> '${NO_SERVICE}'`;

/** Private keys and certificates with theirs, which Odoo keeps as attachments. */
const KEY_FILES =
  `res_field ~ '${SECRET_NAME}' OR res_field = 'content' AND res_model IN ('certificate.key', 'certificate.certificate')` +
  " OR res_field = 'key' AND res_model = 'online.bank.statement.provider'";

/** Secrets and what belongs to them. A setting such as `auth_signup.reset_password` is none: its value says so. */
const SECRET_PARAMETERS =
  `(replace(key, '.', '_') ~ '${SECRET_NAME}' AND coalesce(value, '') !~* '^(true|false|[0-9]*)$' AND key <> 'database.secret'` +
  " OR key ~ '^cloud_storage_' OR key IN ('mail.web_push_vapid_public_key', 'mail.sfu_server_url', 'website_jitsi.jitsi_server_domain', 'recaptcha_public_key', 'cf.turnstile_site_key'))";

/** Set to a new value in the copy: what Odoo identifies a database by, and signs its sessions and links with. */
const RENEWED = ["database.uuid", "database.secret"];

/** What Odoo's own neutralisation writes in the place of a webhook's address. */
export const NO_WEBHOOK = "neutralization - disable webhook";

const MAIL_SERVER = "neutralization - disable emails";
const BASE_CRON =
  "id IN (SELECT res_id FROM ir_model_data WHERE model = 'ir.cron' AND module = 'base' AND name = 'autovacuum_job')";
/** Views that tell everyone who looks at the copy what it is. */
const BANNERS = "key IN ('web.neutralize_banner', 'website.neutralize_ribbon')";

/** Empties a table whose rows are of no use in a copy. */
const emptyTable = (name: string, table: string): Neutralization => ({
  name,
  table,
  statements: () => [{ text: `DELETE FROM ${table}` }],
  check: () => "true",
});

/** Changes the rows that are live, and checks that none is. */
const changing = (name: string, table: string, set: string, live: string): Neutralization => ({
  name,
  table,
  statements: () => [{ text: `UPDATE ${table} SET ${set} WHERE ${live}` }],
  check: () => live,
});

/**
 * What a copy must not keep beyond what Odoo's own neutralisation does, in their order; where both do the same, since that
 * runs the files of the image's modules, and a module can be missing there. Secrets, addresses of people and webhooks of
 * any table: `neutralizeColumns.ts`.
 */
export const NEUTRALIZATIONS: readonly Neutralization[] = [
  {
    name: "outgoing mail servers",
    table: "ir_mail_server",
    base: true,
    statements: () => [
      { text: "UPDATE ir_mail_server SET active = false WHERE active AND smtp_host IS DISTINCT FROM 'invalid'" },
      {
        // An active one, or Odoo falls back on the server of its configuration file.
        text:
          "INSERT INTO ir_mail_server (name, smtp_port, smtp_host, smtp_encryption, active, smtp_authentication) " +
          "SELECT $1::varchar, 1025, 'invalid', 'none', true, 'login' " +
          "WHERE NOT EXISTS (SELECT FROM ir_mail_server WHERE active)",
        values: [MAIL_SERVER],
      },
    ],
    check: () => "active AND smtp_host IS DISTINCT FROM 'invalid'",
  },
  {
    ...changing("scheduled actions", "ir_cron", "active = false", `active AND NOT (${BASE_CRON})`),
    base: true,
  },
  emptying("mail servers of mail templates", "mail_template", ["mail_server_id"]),
  changing("mailboxes that are read", "fetchmail_server", "active = false", "active"),
  changing("payment providers", "payment_provider", "state = 'disabled'", "state NOT IN ('test', 'disabled')"),
  changing("cards and accounts that were saved for payments", "payment_token", "active = false", "active"),
  changing(
    "in-app purchase accounts",
    "iap_account",
    "account_token = split_part(account_token, '+', 1) || '+disabled'",
    "account_token NOT LIKE '%+disabled'",
  ),
  changing(
    "delivery carriers of other firms",
    "delivery_carrier",
    "active = false, prod_environment = false",
    "(active OR prod_environment) AND delivery_type NOT IN ('fixed', 'base_on_rule')",
  ),
  changing("electronic invoicing", "account_edi_proxy_client_user", "edi_mode = 'test'", "edi_mode = 'prod'"),
  changing("bank synchronisation", "online_bank_statement_provider", "active = false", "active"),
  {
    name: "file stores of other servers",
    table: "fs_storage",
    // Files that are elsewhere are not in the copy. Those that come go to Odoo's own data folder.
    statements: (columns) => [
      { text: "UPDATE fs_storage SET protocol = 'odoofs', directory_path = code WHERE protocol <> 'odoofs'" },
      ...emptied("fs_storage", ["options", "base_url"], columns),
      ...["autovacuum_gc", "use_as_default_for_attachments"]
        .filter((name) => columns.has(name))
        .map((name) => ({ text: `UPDATE fs_storage SET ${name} = false WHERE ${name}` })),
    ],
    check: (columns) => `protocol <> 'odoofs' OR ${anyFilled(["options"], columns)}`,
  },
  emptying("domains of websites", "website", ["domain", "cdn_url", "google_analytics_key", "plausible_site"]),
  emptying("printers and boxes at points of sale", "pos_config", ["proxy_ip", "epson_printer_ip"]),
  emptying("printers of points of sale", "pos_printer", ["proxy_ip", "epson_printer_ip"]),
  {
    name: "addresses of webhooks of this database",
    table: "base_automation",
    statements: (columns) =>
      columns.has("webhook_uuid")
        ? [{ text: "UPDATE base_automation SET webhook_uuid = gen_random_uuid() WHERE webhook_uuid IS NOT NULL" }]
        : [],
    check: () => "false",
  },

  changing(
    "queue jobs",
    "queue_job",
    "state = 'cancelled', date_cancelled = now() AT TIME ZONE 'UTC'",
    "state IN ('wait_dependencies', 'pending', 'enqueued', 'started')",
  ),
  changing("mail that waits to be sent", "mail_mail", "state = 'cancel'", "state IN ('outgoing', 'exception')"),
  emptyTable("messages that are to be sent later", "mail_scheduled_message"),
  emptyTable("notifications that are to be sent later", "mail_message_schedule"),
  changing("text messages that wait", "sms_sms", "state = 'canceled'", "state IN ('outgoing', 'process', 'error')"),
  changing("letters that wait", "snailmail_letter", "state = 'canceled'", "state IN ('pending', 'error')"),
  changing("mailings that wait", "mailing_mailing", "state = 'draft'", "state IN ('in_queue', 'sending')"),
  changing(
    "domains of mail aliases",
    "mail_alias_domain",
    "name = 'copy-' || id || '.invalid'",
    "name NOT LIKE '%.invalid'",
  ),
  changing(
    "mail aliases",
    "mail_alias",
    "alias_full_name = split_part(alias_full_name, '@', 1) || '@copy-' || coalesce(alias_domain_id, 0) || '.invalid'",
    "alias_full_name LIKE '%@%' AND alias_full_name NOT LIKE '%.invalid'",
  ),

  {
    name: "sign-on with the original's realm",
    table: "auth_oauth_provider",
    // The init Job sets up the provider of the place that the copy is in.
    statements: () => [{ text: "UPDATE auth_oauth_provider SET enabled = false WHERE enabled" }],
    check: () => "enabled",
  },
  changing("sign-on by SAML", "auth_saml_provider", "active = false", "active"),
  emptyTable("people's accounts at SAML providers", "res_users_saml"),
  emptyTable("directories that people log in by", "res_company_ldap"),
  // Another realm, other subjects: people are linked to it by their log-in when they come.
  emptying("people's accounts in the original's realm", "res_users", ["oauth_uid", "oauth_provider_id"]),
  emptyTable("keys to the API", "res_users_apikeys"),
  changing(
    "keys of auth_api_key",
    "auth_api_key",
    "active = false, key = 'neutralized'",
    "active OR key <> 'neutralized'",
  ),
  emptyTable("trusted devices", "auth_totp_device"),
  emptyTable("passkeys", "auth_passkey_key"),
  emptyTable("devices that get notifications", "mail_push_device"),
  emptyTable("notifications that wait", "mail_push"),
  emptyTable("devices that are logged in", "res_device_log"),
  emptyTable("sessions", "http_sessions"),

  {
    name: "banner",
    table: "ir_ui_view",
    base: true,
    statements: () => [{ text: `UPDATE ir_ui_view SET active = true WHERE NOT active AND ${BANNERS}` }],
    check: () => `NOT active AND ${BANNERS}`,
  },
  {
    name: "files of private keys",
    table: "ir_attachment",
    statements: () => [{ text: `DELETE FROM ir_attachment WHERE ${KEY_FILES}` }],
    check: () => KEY_FILES,
  },
  {
    name: "settings of other services",
    table: "ir_config_parameter",
    base: true,
    statements: () => [{ text: `DELETE FROM ir_config_parameter WHERE ${SECRET_PARAMETERS}` }],
    check: () => SECRET_PARAMETERS,
  },
  {
    // Emptied, some modules would use an address of their own. One of this machine or of the platform reaches nobody.
    ...changing("addresses of other services", "ir_config_parameter", `value = '${NO_SERVICE}'`, SERVICE_PARAMETERS),
    base: true,
  },
  {
    name: "identity",
    table: "ir_config_parameter",
    base: true,
    statements: (_, { url }) => [
      // Without the revision pods wait for the init Job, which sets the rest that depends on the place.
      { text: "DELETE FROM ir_config_parameter WHERE key IN ('odoo_saas.revision', 'report.url')" },
      {
        text: "UPDATE ir_config_parameter SET value = 'test' WHERE key = 'account_peppol.edi.mode' AND value = 'prod'",
      },
      ...[...RENEWED.map((key) => [key, randomUUID()]), ["web.base.url", url], ["web.base.url.freeze", "True"]].map(
        (values) => ({
          text: "INSERT INTO ir_config_parameter (key, value) VALUES ($1, $2) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
          values,
        }),
      ),
    ],
    check: () => "key = 'odoo_saas.revision' OR key = 'account_peppol.edi.mode' AND value = 'prod'",
  },
];
