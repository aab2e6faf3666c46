import { readFileSync } from "node:fs";
import { join } from "node:path";
import pg from "pg";
import { SandboxError } from "../instance.ts";
import { SANDBOX_CLUSTER_PREFIX } from "../services/postgres.ts";
import { baseRows } from "./baseRows.ts";
import { financeRows, INTERNAL } from "./financeRows.ts";
import { installedModules } from "./modules.ts";
import { seedObjects } from "./objects.ts";
import { retailRows } from "./retailRows.ts";
import type { Rows } from "./samples.ts";

/** What to seed. */
export interface SeedOptions {
  /** Tenant id: decides the rows. */
  readonly tenant: string;
  /** Names of the modules that Odoo is asked to install; more come along ({@link installedModules}). */
  readonly modules: readonly string[];
  /** ISO code of the company's country, whose modules Odoo adds. Default: none. */
  readonly country?: string | undefined;
  /** How many analytic lines (timesheets, bills, invoices) there are, and how many tickets at points of sale. Default 240. */
  readonly rows?: number;
  /** Day that tickets and sales orders are counted back from. Default: the current one. */
  readonly today?: Date;
}

const BASE_TABLES = "tables.sql";
const FINANCE_TABLES = "tablesFinance.sql";
const RETAIL_TABLES = "tablesRetail.sql";
/** Modules that bring the tables of `tablesFinance.sql`, alone or with what they depend on. */
const FINANCE_MODULES = /^(project|hr_timesheet|sale_timesheet|account_budget|mis_builder_budget|ipai_finance_ppm)/;
/** The module that brings the tables of `tablesRetail.sql`, those of sales with sale. */
const RETAIL_MODULE = "point_of_sale";

/**
 * Does to a tenant's database what Odoo's first start does, as far as reporting and the smoke tests can see: makes the
 * tables and fills them with a few hundred rows. Rows that are there stay as they are.
 *
 * @param client connected to the tenant's database as its owner.
 * @throws outside the sandbox, before anything is changed.
 */
export async function seedOdoo(
  client: pg.Client,
  { tenant, modules: asked, country, rows = 240, today = new Date() }: SeedOptions,
): Promise<void> {
  await refuseOutsideSandbox(client);
  const modules = installedModules(asked, country);
  await client.query("BEGIN");
  try {
    // Two runs at once would both make the tables.
    await client.query("SELECT pg_advisory_xact_lock(hashtext('odoo-saas seed'))");
    await fill(client, BASE_TABLES, baseRows(tenant, modules));
    await seedObjects(client, modules);
    if (modules.some((module) => FINANCE_MODULES.test(module))) {
      await fill(client, FINANCE_TABLES, financeRows(tenant, rows));
      await client.query(
        "UPDATE res_company SET internal_project_id = (SELECT id FROM project_project WHERE name ->> 'en_US' = $1) WHERE internal_project_id IS NULL",
        [INTERNAL.project],
      );
    }
    if (modules.includes(RETAIL_MODULE)) await fill(client, RETAIL_TABLES, retailRows(tenant, rows, today));
    await client.query("COMMIT");
  } catch (error) {
    await client.query("ROLLBACK");
    throw error;
  }
}

async function refuseOutsideSandbox(client: pg.Client): Promise<void> {
  // Set when a server starts, by nobody who is merely connected to it.
  const { rows } = await client.query<{ cluster: string }>("SELECT current_setting('cluster_name') AS cluster");
  const cluster = rows[0]?.cluster ?? "";
  if (cluster.startsWith(SANDBOX_CLUSTER_PREFIX)) return;
  throw new SandboxError(
    `sample data refused: this PostgreSQL server is called "${cluster}", and only the sandbox's (cluster_name ${SANDBOX_CLUSTER_PREFIX}-…) are seeded. Nothing was changed.`,
  );
}

/** Makes all tables of the stand-in, empty. */
export async function seedTables(client: pg.ClientBase): Promise<void> {
  for (const file of [BASE_TABLES, FINANCE_TABLES, RETAIL_TABLES]) await client.query(readTables(file));
}

function readTables(file: string): string {
  return readFileSync(join(import.meta.dirname, file), "utf8");
}

async function fill(client: pg.Client, file: string, tables: Rows): Promise<void> {
  await client.query(readTables(file));
  for (const [table, rows] of tables) {
    const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))]
      .map((name) => pg.escapeIdentifier(name))
      .join(", ");
    await client.query(
      `INSERT INTO ${table} (${columns}) SELECT ${columns} FROM jsonb_populate_recordset(null::${table}, $1) ON CONFLICT DO NOTHING`,
      [JSON.stringify(rows)],
    );
    if (rows.some((row) => "id" in row)) {
      // As when Odoo had inserted them one by one.
      await client.query(`SELECT setval(pg_get_serial_sequence($1, 'id'), (SELECT max(id) FROM ${table}))`, [table]);
    }
  }
}
