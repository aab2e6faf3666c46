import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { sql } from "kysely";
import { z } from "zod";
import { stackSettingsOf } from "../../../config/index.ts";
import { inventorySchema } from "../../../features/inventory/index.ts";
import type { Inventory } from "../../../features/inventory/index.ts";
import { UserError } from "../../../lib/userError.ts";
import type { Database } from "../../database/connect.ts";
import { fingerprint } from "../../domain/fingerprint.ts";
import type { Source } from "../source.ts";

/** Rows of one INSERT: PostgreSQL takes 65,535 parameters. */
const BATCH = 1000;
/** Resources of one INSERT. */
const RESOURCES = 5000;

/** What is remembered of each inventory, by its file's name. */
const cursorSchema = z.record(
  z.string(),
  z.object({
    /** Changes when the file does. */
    state: z.string(),
    stack: z.string(),
    takenAt: z.string(),
  }),
);
type Cursor = z.output<typeof cursorSchema>;

/** What the stacks have: `inventory-<stack>.json`, as `npx odoo-saas deploy inventory` writes them. */
export function inventoriesSource(folder: string, root: string): Source {
  return {
    name: "inventories",
    rhythm: 60,
    read: async ({ database, cursor }) => {
      const names = namesIn(folder);
      if (names.length === 0) {
        throw new UserError(
          `${folder} has no inventory-<stack>.json, expected one for each stack: npx odoo-saas deploy inventory --stack <stack> --output …`,
        );
      }
      const known = cursor === undefined ? {} : cursorOf(cursor);
      const current: Cursor = {};
      for (const name of names) {
        const state = fingerprint(folder, [name]);
        const last = known[name];
        if (last?.state === state) {
          current[name] = last;
          continue;
        }
        // One after the other, since an inventory of a large fleet takes much memory.
        const inventory = read(join(folder, name));
        const { stack, takenAt } = inventory;
        if (last?.takenAt !== takenAt || last.stack !== stack) {
          const environment = stackSettingsOf(root).get(stack)?.environment;
          await write(database, inventory, environment ?? stack, cursor === undefined);
        }
        current[name] = { state, stack, takenAt };
      }
      const all = Object.values(current);
      const stacks = all.map(({ stack }) => stack);
      await database.deleteFrom("stacks").where("name", "not in", stacks).execute();
      const newest = all
        .map(({ takenAt }) => takenAt)
        .sort()
        .at(-1);
      return { cursor: JSON.stringify(current), asOf: newest === undefined ? undefined : new Date(newest) };
    },
  };
}

/** What an earlier version has remembered counts as nothing. */
function cursorOf(text: string): Cursor {
  try {
    return cursorSchema.parse(JSON.parse(text));
  } catch {
    return {};
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).filter((name) => /^inventory-.+\.json$/.test(name));
  } catch {
    throw new UserError(`${folder} cannot be read, expected a folder of inventories`);
  }
}

function read(file: string): Inventory {
  try {
    return inventorySchema.parse(JSON.parse(readFileSync(file, "utf8")));
  } catch {
    throw new UserError(`${file} is not an inventory, expected what npx odoo-saas deploy inventory writes`);
  }
}

/** @param isFull also what seems not to have changed */
async function write(database: Database, inventory: Inventory, environment: string, isFull: boolean): Promise<void> {
  const { stack, tenants } = inventory;
  // A resource that is replaced is there twice: the old one waits for its deletion.
  const urns = new Set<string>();
  const resources = inventory.resources.filter(({ urn }) => urns.size < urns.add(urn).size);
  const byTenant = Map.groupBy(resources, ({ tenant }) => tenant);
  const digests = new Map(tenants.map(({ id }) => [id, digestOf(byTenant.get(id) ?? [])]));
  await database.transaction().execute(async (transaction) => {
    const row = {
      environment,
      taken_at: inventory.takenAt,
      updated_at: inventory.updatedAt ?? null,
      commit: inventory.commit ?? null,
      pending: inventory.pending.length,
      resources: resources.length,
    };
    await transaction
      .insertInto("stacks")
      .values({ name: stack, ...row })
      .onConflict((conflict) => conflict.column("name").doUpdateSet(row))
      .execute();
    const known = await transaction
      .selectFrom("placements")
      .select(["tenant", "digest"])
      .where("stack", "=", stack)
      .execute();
    const same = isFull ? [] : known.filter(({ tenant, digest }) => digest !== null && digests.get(tenant) === digest);
    const unchanged = new Set<string | undefined>(same.map(({ tenant }) => tenant));
    await transaction.deleteFrom("placements").where("stack", "=", stack).execute();
    for (let from = 0; from < tenants.length; from += BATCH) {
      await transaction
        .insertInto("placements")
        .values(
          tenants.slice(from, from + BATCH).map((tenant) => ({
            tenant: tenant.id,
            stack,
            hosts: tenant.hosts,
            release: tenant.release ?? null,
            lifecycle: tenant.lifecycle ?? null,
            namespace: tenant.namespace ?? null,
            database: tenant.database.name ?? null,
            realm: tenant.realm.issuer ?? null,
            resources: byTenant.get(tenant.id)?.length ?? 0,
            digest: digests.get(tenant.id) ?? null,
          })),
        )
        .execute();
    }
    await sql`
      DELETE FROM resources WHERE stack = ${stack} AND (tenant IS NULL OR tenant <> ALL (${[...unchanged]}::text[]))
    `.execute(transaction);
    const changed = resources.filter(({ tenant }) => !unchanged.has(tenant));
    for (let from = 0; from < changed.length; from += RESOURCES) {
      // One parameter: with one for each value, most of the time would go into them.
      const rows = JSON.stringify(changed.slice(from, from + RESOURCES));
      await sql`
        INSERT INTO resources (stack, urn, type, name, tenant, part, created, modified, protected, waits_for_deletion)
        SELECT ${stack}, urn, type, name, tenant, part, created, modified, protected, "waitsForDeletion"
        FROM jsonb_to_recordset(${rows}::jsonb) AS resource (
          urn text, type text, name text, tenant text, part text, created timestamptz, modified timestamptz,
          protected boolean, "waitsForDeletion" boolean
        )`.execute(transaction);
    }
  });
}

function digestOf(resources: Inventory["resources"]): string {
  return createHash("sha256").update(JSON.stringify(resources)).digest("base64");
}
