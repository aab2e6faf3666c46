import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { stackSettingsOf } from "../../../config/index.ts";
import { inventorySchema } from "../../../features/inventory/index.ts";
import type { Inventory } from "../../../features/inventory/index.ts";
import { UserError } from "../../../lib/userError.ts";
import type { Database } from "../../database/connect.ts";
import type { Source } from "../source.ts";

/** Rows of one INSERT: PostgreSQL takes 65,535 parameters. */
const BATCH = 1000;

/** What the stacks have: `inventory-<stack>.json`, as `npx odoo-saas deploy inventory` writes them. */
export function inventoriesSource(folder: string, root: string): Source {
  return {
    name: "inventories",
    rhythm: 60,
    read: async ({ database, cursor }) => {
      const inventories = namesIn(folder).map((name) => read(join(folder, name)));
      if (inventories.length === 0) {
        throw new UserError(
          `${folder} has no inventory-<stack>.json, expected one for each stack: npx odoo-saas deploy inventory --stack <stack> --output …`,
        );
      }
      const newest =
        inventories
          .map(({ takenAt }) => takenAt)
          .sort()
          .at(-1) ?? "";
      const state = inventories.map(({ stack, takenAt }) => `${stack} ${takenAt}`).join();
      if (state !== cursor) {
        const environments = new Map([...stackSettingsOf(root)].map(([name, { environment }]) => [name, environment]));
        for (const inventory of inventories) {
          await write(database, inventory, environments.get(inventory.stack) ?? inventory.stack);
        }
        const stacks = inventories.map(({ stack }) => stack);
        await database.deleteFrom("stacks").where("name", "not in", stacks).execute();
      }
      return { cursor: state, asOf: new Date(newest) };
    },
  };
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

async function write(database: Database, inventory: Inventory, environment: string): Promise<void> {
  const { stack, tenants, resources } = inventory;
  const counts = Map.groupBy(resources, ({ tenant }) => tenant);
  await database.transaction().execute(async (transaction) => {
    await transaction.deleteFrom("stacks").where("name", "=", stack).execute();
    await transaction
      .insertInto("stacks")
      .values({
        name: stack,
        environment,
        taken_at: inventory.takenAt,
        updated_at: inventory.updatedAt ?? null,
        commit: inventory.commit ?? null,
        pending: inventory.pending.length,
      })
      .execute();
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
            resources: counts.get(tenant.id)?.length ?? 0,
          })),
        )
        .execute();
    }
    for (let from = 0; from < resources.length; from += BATCH) {
      await transaction
        .insertInto("resources")
        .values(
          resources.slice(from, from + BATCH).map((resource) => ({
            stack,
            urn: resource.urn,
            type: resource.type,
            name: resource.name,
            tenant: resource.tenant ?? null,
            part: resource.part,
            created: resource.created ?? null,
            modified: resource.modified ?? null,
            protected: resource.protected,
            waits_for_deletion: resource.waitsForDeletion,
          })),
        )
        // A resource that is replaced is there twice: the old one waits for its deletion.
        .onConflict((conflict) => conflict.columns(["stack", "urn"]).doNothing())
        .execute();
    }
  });
}
