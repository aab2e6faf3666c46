import { randomBytes } from "node:crypto";
import { delimiter, join } from "node:path";
import { copyTenant } from "../../../features/backups/copyTenant.ts";
import { dropDatabase } from "../../../features/backups/database.ts";
import { neutralizeByCommand } from "../../../features/backups/odooNeutralize.ts";
import { findPrograms } from "../../../features/backups/programs.ts";
import { Repository } from "../../../features/backups/resticRepository.ts";
import { withWorkspace } from "../../../features/backups/workspace.ts";
import { writeOdooCommand } from "../../../sandbox/pods/bubblewrap.ts";
import { ensureToolchain } from "../../../sandbox/toolchain/ensure.ts";
import { query } from "../../e2e/support/clients.ts";
import type { Login } from "../../e2e/support/clients.ts";
import { equal, holds } from "../check.ts";
import type { Check, Finding } from "../check.ts";
import type { Walk } from "../walk.ts";

/** Something that would reach the world, or opens the original. */
interface Kind {
  readonly name: string;
  readonly table: string;
  /** Columns and their values as SQL; `$1` is the value that no copy may have. A table without one of them is skipped. */
  readonly row: Readonly<Record<string, string>>;
  /** Columns that some modules add and require. */
  readonly more?: Readonly<Record<string, string>>;
  /** Condition on rows of the copy that are live beside the value. Default: none. */
  readonly live?: string;
}

const PERSON = "(SELECT res_id FROM ir_model_data WHERE module = 'base' AND name = 'user_admin')";
const PARTNER = `(SELECT partner_id FROM res_users WHERE id = ${PERSON})`;
const NOW = "now() AT TIME ZONE 'UTC'";

const KINDS: readonly Kind[] = [
  {
    name: "mail server",
    table: "ir_mail_server",
    row: {
      name: "'odoo-check'",
      active: "true",
      smtp_host: "'smtp.example.com'",
      smtp_user: "'odoo-check'",
      smtp_pass: "$1",
      smtp_encryption: "'none'",
      smtp_authentication: "'login'",
    },
    live: "active AND smtp_host <> 'invalid'",
  },
  {
    name: "mailbox with Google's token",
    table: "fetchmail_server",
    row: {
      name: "'odoo-check'",
      active: "true",
      state: "'done'",
      server: "'imap.example.com'",
      server_type: "'imap'",
      password: "$1",
      google_gmail_refresh_token: "$1",
    },
    live: "active",
  },
  {
    name: "key to the API",
    table: "res_users_apikeys",
    row: { name: "$1", user_id: PERSON, scope: "'rpc'", index: "'odoochec'", key: "$1" },
    live: "true",
  },
  {
    name: "trusted device",
    table: "auth_totp_device",
    row: { name: "$1", user_id: PERSON, scope: "'browser'", index: "'odoochec'", key: "$1" },
    live: "true",
  },
  {
    name: "passkey",
    table: "auth_passkey_key",
    row: { name: "$1", credential_identifier: "$1", public_key: "$1", sign_count: "0", create_uid: PERSON },
    live: "true",
  },
  {
    name: "device that is logged in",
    table: "res_device_log",
    row: { session_identifier: "$1", user_id: PERSON, revoked: "false", first_activity: NOW, last_activity: NOW },
    live: "true",
  },
  {
    name: "device that gets notifications",
    table: "mail_push_device",
    row: { partner_id: PARTNER, endpoint: "'https://push.example.com/' || $1", keys: "$1" },
    live: "true",
  },
  {
    name: "sign-on provider",
    table: "auth_oauth_provider",
    row: {
      name: "'odoo-check'",
      body: `'{"en_US": "odoo-check"}'`,
      enabled: "false",
      flow: "'access_token'",
      client_id: "'odoo-check'",
      client_secret: "$1",
      auth_endpoint: "'https://sso.example.com'",
      validation_endpoint: "'https://sso.example.com'",
    },
    live: "enabled",
  },
  {
    name: "person with tokens",
    table: "res_users",
    row: {
      login: "$1 || '@example.com'",
      partner_id: PARTNER,
      company_id: "(SELECT min(id) FROM res_company)",
      active: "false",
      share: "true",
      notification_type: "'email'",
      password: "$1",
      oauth_uid: "$1",
      oauth_access_token: "$1",
      totp_secret: "$1",
    },
    more: { apps_menu_theme: "'milk'", apps_menu_search_type: "'canonical'" },
    live: "oauth_uid IS NOT NULL OR oauth_access_token IS NOT NULL OR totp_secret IS NOT NULL",
  },
  {
    name: "address",
    table: "res_partner",
    row: {
      name: "'odoo-check'",
      active: "false",
      email: "$1 || '@example.com'",
      email_normalized: "$1 || '@example.com'",
    },
    more: { autopost_bills: "'ask'" },
    live: "email LIKE '%@%' AND email NOT LIKE '%@copy.invalid'",
  },
  {
    name: "mail that waits",
    table: "mail_mail",
    row: {
      mail_message_id: "(SELECT min(id) FROM mail_message)",
      state: "'outgoing'",
      email_to: "$1 || '@example.com'",
    },
    live: "state = 'outgoing'",
  },
  {
    name: "text message that waits",
    table: "sms_sms",
    row: { number: "'+630000000'", body: "'odoo-check'", uuid: "$1", state: "'outgoing'" },
    live: "state = 'outgoing'",
  },
  {
    name: "queue job",
    table: "queue_job",
    row: { uuid: "$1", name: "'odoo-check'", state: "'pending'", model_name: "'res.partner'", method_name: "'write'" },
    live: "state IN ('wait_dependencies', 'pending', 'enqueued', 'started')",
  },
  ...["odoo_check.api_key", "google_gmail_client_secret", "recaptcha_private_key"].map((key) => ({
    name: `parameter ${key}`,
    table: "ir_config_parameter",
    row: { key: `'${key}'`, value: "$1" },
  })),
  {
    name: "parameter with a webhook",
    table: "ir_config_parameter",
    row: { key: "'odoo_check.chat'", value: "'https://hooks.example.com/' || $1" },
  },
  {
    name: "webhook of a server action",
    table: "ir_act_server",
    row: {
      name: `'{"en_US": "odoo-check"}'`,
      type: "'ir.actions.server'",
      state: "'webhook'",
      usage: "'ir_actions_server'",
      binding_type: "'action'",
      model_id: "(SELECT id FROM ir_model WHERE model = 'res.partner')",
      webhook_url: "'https://hooks.example.com/' || $1",
    },
  },
  {
    name: "delivery carrier",
    table: "delivery_carrier",
    row: {
      name: `'{"en_US": "odoo-check"}'`,
      active: "true",
      prod_environment: "true",
      delivery_type: "'ups'",
      integration_level: "'rate_and_ship'",
      invoice_policy: "'estimated'",
      product_id: "(SELECT min(id) FROM product_product)",
      carrier_description: "jsonb_build_object('en_US', $1)",
    },
    live: "active AND delivery_type NOT IN ('fixed', 'base_on_rule')",
  },
];

/** Values that are no secret, and stay: they tell nobody anything. */
const STAYS = new Set(["queue_job.uuid", "sms_sms.uuid", "res_users.login", "delivery_carrier.carrier_description"]);

/** A copy of the real database is harmless, by Odoo's own neutralisation and the platform's. */
export const copies: Check = {
  title: "neutralised copy",
  run: async (walk) => {
    // Lower case: Odoo makes addresses so.
    const value = `live${randomBytes(8).toString("hex")}`;
    const kinds = await presentKinds(walk);
    try {
      for (const kind of kinds) await insert(walk, kind, value);
      const marked = await columnsWith(walk.login, value);
      const data = walk.dataFolder;
      const backup = await walk.world.cli("backup create", walk.id, "--only", "data", "--data", data);
      if (backup.status !== 0) throw new Error(`backup create: ${backup.output.slice(-2000)}`);
      return [
        holds(
          "kinds of live values in the original",
          kinds.length >= 12,
          kinds.map(({ name }) => name).join(", "),
          "12 at least",
        ),
        holds("columns that have one", marked.length >= kinds.length, marked.length, String(kinds.length)),
        ...(await withWorkspace((folder) => copy(walk, folder, kinds, value))),
      ];
    } finally {
      for (const { table } of kinds)
        await walk.sql(`DELETE FROM ${table} t WHERE strpos(to_jsonb(t)::text, $1) > 0`, [value]);
    }
  },
};

async function copy(walk: Walk, folder: string, kinds: readonly Kind[], value: string): Promise<Finding[]> {
  const { binDir } = await ensureToolchain(["backup"]);
  const programs = await findPrograms({ ...process.env, PATH: [binDir, process.env.PATH].join(delimiter) });
  const { repository, password } = walk.own.backup;
  const target = { ...walk.login, database: `${walk.id}_copy`, sslmode: "disable" as const };
  const url = "https://copy.example.com";
  await dropDatabase(walk.superuser, target);
  try {
    const begin = Date.now();
    const copied = await copyTenant({
      from: "prod",
      to: "staging",
      place: { url },
      odoo: neutralizeByCommand({ command: writeOdooCommand(walk.odoo, folder), env: programs.env, folder }),
      tenant: walk.id,
      repository: new Repository(
        programs,
        { repository: repository.replace(/^\/backup\b.*$/, join(walk.world.home, "backups", walk.id)), password },
        folder,
      ),
      programs,
      admin: walk.superuser,
      target,
      filestore: join(folder, "filestore"),
      folder,
    });
    const seconds = Math.round((Date.now() - begin) / 1000);
    const live: string[] = [];
    for (const { name, table, live: condition } of kinds) {
      if (condition === undefined) continue;
      const [row] = await query(target, `SELECT count(*)::int AS rows FROM ${table} WHERE ${condition}`);
      if (row?.rows !== 0) live.push(`${name}: ${String(row?.rows)}`);
    }
    const parameter = async (login: Login, key: string) => {
      const [row] = await query(login, "SELECT value FROM ir_config_parameter WHERE key = $1", [key]);
      return row?.value;
    };
    const found = (await columnsWith(target, value)).filter((column) => !STAYS.has(column));
    const [original, own] = [await parameter(walk.login, "database.uuid"), await parameter(target, "database.uuid")];
    return [
      holds(
        "files of the filestore that were compared",
        copied.files > 0,
        `${copied.files}; neutral ${seconds} s after the snapshot's restore began`,
        "some",
      ),
      equal("columns of the copy with a live value", found, []),
      equal("live rows of the copy", live, []),
      equal("database.is_neutralized", await parameter(target, "database.is_neutralized"), "true"),
      equal("web.base.url", await parameter(target, "web.base.url"), url),
      equal("odoo_saas.revision", await parameter(target, "odoo_saas.revision"), undefined),
      holds("database.uuid", typeof own === "string" && own !== original, own, `another than ${String(original)}`),
    ];
  } finally {
    await dropDatabase(walk.superuser, target);
  }
}

/** Kinds whose table is there with all columns. */
async function presentKinds(walk: Walk): Promise<Kind[]> {
  const rows = await walk.sql(
    "SELECT table_name || '.' || column_name AS name FROM information_schema.columns WHERE table_schema = 'public'",
  );
  const columns = new Set(rows.map(({ name }) => String(name)));
  return KINDS.flatMap((kind): Kind[] => {
    const has = (column: string) => columns.has(`${kind.table}.${column}`);
    if (!Object.keys(kind.row).every(has)) return [];
    const more = Object.entries(kind.more ?? {}).filter(([column]) => has(column));
    return [{ ...kind, row: { ...kind.row, ...Object.fromEntries(more) } }];
  });
}

async function insert(walk: Walk, { name, table, row }: Kind, value: string): Promise<void> {
  const columns = Object.keys(row).map((column) => `"${column}"`);
  const values = Object.values(row).map((text) => text.replaceAll("$1", "$1::text"));
  try {
    await walk.sql(`INSERT INTO ${table} (${columns.join(", ")}) VALUES (${values.join(", ")})`, [value]);
  } catch (error) {
    throw new Error(`${name}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}

/** Columns of any table that hold a value, as table.column. */
async function columnsWith(login: Login, value: string): Promise<string[]> {
  const tables = await query(
    login,
    "SELECT quote_ident(table_name) AS name FROM information_schema.tables WHERE table_schema = 'public' AND table_type = 'BASE TABLE' ORDER BY 1",
  );
  const each = tables.map(
    ({ name }) =>
      `SELECT '${String(name)}.' || j.key AS name FROM ${String(name)} t, jsonb_each_text(to_jsonb(t)) j WHERE strpos(lower(j.value), $1) > 0`,
  );
  const found: string[] = [];
  for (let begin = 0; begin < each.length; begin += 100)
    for (const { name } of await query(login, each.slice(begin, begin + 100).join(" UNION "), [value]))
      found.push(String(name));
  return found.sort();
}
