import { pbkdf2Sync, randomBytes } from "node:crypto";
import { z } from "zod";
import type pg from "pg";
import { ADMIN_HASH } from "./baseRows.ts";

const settingsSchema = z.looseObject({
  baseUrl: z.string(),
  reportUrl: z.string(),
  company: z.looseObject({
    name: z.string(),
    country: z.string().optional(),
    currency: z.string().optional(),
    timezone: z.string().optional(),
  }),
});

/** The company's country in the text of settings.json; undefined where it has none. */
export function countryOf(settings: string): string | undefined {
  return settingsSchema.parse(JSON.parse(settings)).company.country;
}

/**
 * Stands in for `company.py` and `settle.py` of the chart, as far as the sandbox's tables show what they do: the real ones
 * run in a real Odoo only.
 *
 * @param settings the text of settings.json in the Secret that the init pod mounts
 */
export async function settleOdoo(client: pg.Client, settings: string): Promise<void> {
  const { baseUrl, reportUrl, company } = settingsSchema.parse(JSON.parse(settings));
  await client.query("BEGIN");
  try {
    await client.query("UPDATE res_users SET password = $1 WHERE password = $2", [unknownHash(), ADMIN_HASH]);
    await client.query("UPDATE auth_oauth_provider SET enabled = false WHERE name = 'Odoo.com Accounts'");
    const { rowCount } = await client.query("SELECT FROM ir_config_parameter WHERE key = 'odoo_saas.company'");
    if (rowCount === 0) {
      await client.query("UPDATE res_company SET name = $1 WHERE id = 1", [company.name]);
      if (company.currency !== undefined) await setCurrency(client, company.currency);
      if (company.timezone !== undefined) {
        await client.query(
          "UPDATE res_partner SET tz = $1 WHERE id = (SELECT partner_id FROM res_company WHERE id = 1)",
          [company.timezone],
        );
      }
    }
    for (const [key, value] of [
      ["auth_signup.invitation_scope", "b2b"],
      ["auth_signup.reset_password", "False"],
      ["odoo_saas.company", "set"],
      ["report.url", reportUrl],
      ["web.base.url", baseUrl],
      ["web.base.url.freeze", "True"],
    ]) {
      await client.query(
        "INSERT INTO ir_config_parameter (key, value) VALUES ($1, $2) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
        [key, value],
      );
    }
    await client.query("COMMIT");
  } catch (error) {
    await client.query("ROLLBACK");
    throw error;
  }
}

async function setCurrency(client: pg.Client, name: string): Promise<void> {
  const { rowCount } = await client.query("SELECT FROM res_currency WHERE name = $1", [name]);
  if (rowCount === 0) {
    await client.query("INSERT INTO res_currency (name, symbol, active) VALUES ($1, $2, true)", [name, name]);
  }
  await client.query(
    "UPDATE res_company SET currency_id = (SELECT min(id) FROM res_currency WHERE name = $1) WHERE id = 1",
    [name],
  );
}

/** A hash in Odoo's form, of a password that nobody knows. */
function unknownHash(): string {
  const salt = randomBytes(16);
  const checksum = pbkdf2Sync(randomBytes(30), salt, 1000, 64, "sha512");
  return `$pbkdf2-sha512$1000$${encode(salt)}$${encode(checksum)}`;
}

function encode(bytes: Buffer): string {
  return bytes.toString("base64").replaceAll("+", ".").replaceAll("=", "");
}
