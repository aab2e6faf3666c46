import { randomUUID } from "node:crypto";
import type pg from "pg";

/**
 * What a name says of a secret, as a regular expression of PostgreSQL: of any module, ours and others', known or not. Columns
 * and parameters of such names are emptied.
 */
export const SECRET_NAME =
  "(^|_)(password|passwd|pwd|pass|passphrase|secrets?|r?token|credentials?|authorization_code|access_code|pem_private" +
  "|sha_(request|response)|(api|access|private|secret|pem|hmac|signature|replacement|client|merchant|transaction|webhook|service|server|shared|publishable|kiosk)_?key)$";

/** Columns of that name open a record to whoever has the address, here and in the original: they are renewed. */
const CAPABILITIES = ["access_token", "attendance_kiosk_key"];

/** Columns that have such a name and are left alone here. */
const KEPT = [
  // Handled by name, in neutralizations.ts.
  "iap_account.account_token",
  // Texts have it in the addresses of their pictures.
  "ir_attachment.access_token",
  // Tells who a visitor is, and opens nothing.
  "website_visitor.access_token",
];

const EMAIL_NAME = "(^|_)email(_normalized|_from|_to|_cc|_sanitized)?$";
/** History, and texts that name addresses of others by expressions. */
const NO_RECIPIENTS = ["mail_message", "mail_template"];

/** What server_environment keeps of a place: log-ins of all kinds. */
const PLACE_SETTINGS = "server_env_defaults";

/** One column, and what is done to it. */
interface Sweep {
  /** What the report says. */
  readonly name: string;
  readonly update: string;
  readonly values?: readonly unknown[];
  /** Condition on the rows that are still live. */
  readonly live: string;
  readonly table: string;
}

/** What became of the columns of a kind. */
export interface SweptColumns {
  readonly name: string;
  readonly rows: number;
}

interface Column {
  /** As SQL writes it. */
  readonly table: string;
  /** As it is, to judge it by. */
  readonly name: string;
  /** As SQL writes it. */
  readonly quoted: string;
  readonly type: string;
  readonly nullable: boolean;
  readonly hasId: boolean;
}

/**
 * Empties every column, of whatever module, whose name says that it holds a secret, renews those that open a record, replaces
 * addresses of people and takes away the addresses of webhooks.
 *
 * @param client in a transaction, with the search path at Odoo's schema
 * @param webhook what stands in the place of a webhook's address
 * @returns the columns that had any, and how many rows; and what is live after all
 */
export async function neutralizeColumns(
  client: pg.Client,
  webhook: string,
): Promise<{ readonly swept: SweptColumns[]; readonly live: string[] }> {
  const sweeps = sweepsOf(await textColumns(client), webhook);
  const swept: SweptColumns[] = [];
  for (const { name, update, values } of sweeps) {
    const rows = (await client.query(update, [...(values ?? [])])).rowCount ?? 0;
    if (rows > 0) swept.push({ name, rows });
  }
  const live: string[] = [];
  for (const sweep of sweeps) {
    const { rows } = await client.query<{ live: number }>(
      `SELECT count(*)::int AS live FROM ${sweep.table} WHERE ${sweep.live}`,
    );
    const count = rows[0]?.live ?? 0;
    if (count > 0) live.push(`${sweep.name}: ${count} still live`);
  }
  return { swept, live };
}

/** Columns of tables, not of views, that can hold a text or bytes. */
async function textColumns(client: pg.Client): Promise<Column[]> {
  const { rows } = await client.query<Column>(
    `SELECT quote_ident(c.table_name) AS "table", c.column_name::text AS name, quote_ident(c.column_name) AS quoted, c.data_type AS type, c.is_nullable = 'YES' AS nullable,
       EXISTS (SELECT FROM information_schema.columns i
               WHERE i.table_schema = 'public' AND i.table_name = c.table_name AND i.column_name = 'id') AS "hasId"
     FROM information_schema.columns c JOIN information_schema.tables t USING (table_schema, table_name)
     WHERE c.table_schema = 'public' AND t.table_type = 'BASE TABLE' AND c.is_generated = 'NEVER'
       AND c.data_type IN ('character varying', 'text', 'bytea', 'jsonb')
       AND c.column_name ~ ANY($1)
     ORDER BY 1, 2`,
    [[SECRET_NAME, EMAIL_NAME, "(^|_)webhook_url$", `^(${[...CAPABILITIES, PLACE_SETTINGS].join("|")})$`]],
  );
  return rows;
}

function sweepsOf(columns: readonly Column[], webhook: string): Sweep[] {
  // Equal addresses stay equal, and nobody finds out whose they were by trying.
  const salt = randomUUID();
  return columns.flatMap((column): Sweep[] => {
    const { table, name, quoted, type } = column;
    const at = `${table}.${quoted}`;
    const isText = type === "character varying" || type === "text";
    if (name === PLACE_SETTINGS) return [secretSweep(column, `settings in ${at}`)];
    if (KEPT.includes(at)) return [];
    if (new RegExp(EMAIL_NAME).test(name)) {
      if (!isText || NO_RECIPIENTS.includes(table)) return [];
      const live = `${quoted} LIKE '%@%' AND ${quoted} NOT LIKE '%{{%' AND ${quoted} NOT LIKE '%@copy.invalid'`;
      // Names of `.invalid` are nobody's (RFC 2606).
      const address = `coalesce(substring(lower(${quoted}) from '[^[:space:]<>,;"]+@[^[:space:]<>,;"]+'), lower(${quoted}))`;
      return [
        {
          name: `addresses in ${at}`,
          table,
          update: `UPDATE ${table} SET ${quoted} = 'p' || left(md5($1 || ${address}), 16) || '@copy.invalid' WHERE ${live}`,
          values: [salt],
          live,
        },
      ];
    }
    if (name.endsWith("webhook_url")) {
      if (!isText) return [];
      const live = `${quoted} LIKE '%://%'`;
      return [
        {
          name: `webhooks in ${at}`,
          table,
          update: `UPDATE ${table} SET ${quoted} = $1 WHERE ${live}`,
          values: [webhook],
          live,
        },
      ];
    }
    if (CAPABILITIES.includes(name)) {
      if (!isText) return [];
      // To compare with afterwards there is nothing: it is random before and after.
      return [
        {
          name: `links in ${at}`,
          table,
          update: `UPDATE ${table} SET ${quoted} = gen_random_uuid()::text WHERE coalesce(${quoted}, '') <> ''`,
          live: "false",
        },
      ];
    }
    return [secretSweep(column, `secrets in ${at}`)];
  });
}

function secretSweep({ table, quoted: column, type, nullable, hasId }: Column, name: string): Sweep {
  const empty = { bytea: "''::bytea", jsonb: "'{}'::jsonb" }[type];
  if (nullable) {
    const live = `${column} IS NOT NULL AND ${column} <> ${empty ?? "''"}`;
    return { name, table, update: `UPDATE ${table} SET ${column} = NULL WHERE ${column} IS NOT NULL`, live };
  }
  if (empty !== undefined) {
    const live = `${column} <> ${empty}`;
    return { name, table, update: `UPDATE ${table} SET ${column} = ${empty} WHERE ${live}`, live };
  }
  const live = `${column} NOT LIKE 'neutralized%'`;
  // Different in each row, since it can be unique.
  const nothing = hasId ? "'neutralized-' || id" : "'neutralized'";
  return { name, table, update: `UPDATE ${table} SET ${column} = ${nothing} WHERE ${live}`, live };
}
