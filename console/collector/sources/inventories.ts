import { createHash } from "node:crypto";
import type { Hash } from "node:crypto";
import { sql } from "kysely";
import { z } from "zod";
import { stackSettingsOf } from "../../../config/index.ts";
import { NotAnInventory, readInventory } from "../../../features/inventory/index.ts";
import type { Inventory, InventoryHead } from "../../../features/inventory/index.ts";
import type { FileStore } from "../../../lib/fileStore.ts";
import { UserError } from "../../../lib/userError.ts";
import type { Database } from "../../database/connect.ts";
import type { Source } from "../source.ts";

/** Rows of one INSERT: PostgreSQL takes 65,535 parameters. */
const BATCH = 1000;
/** Digest of a tenant without resources. */
const NO_RESOURCES = "";

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
export function inventoriesSource(store: FileStore, root: string): Source {
  return {
    name: "inventories",
    rhythm: 60,
    read: async ({ database, cursor }) => {
      const files = (await store.list()).filter(({ path }) => /^inventory-[^/]+\.json$/.test(path));
      if (files.length === 0) {
        throw new UserError(
          `${store.address} has no inventory-<stack>.json, expected one for each stack: npx odoo-saas deploy publish --stack <stack>`,
        );
      }
      const known = cursor === undefined ? {} : cursorOf(cursor);
      const current: Cursor = {};
      for (const { path, version: state } of files) {
        const last = known[path];
        if (last?.state === state) {
          current[path] = last;
          continue;
        }
        const { stack, takenAt } = await withFile(store, path, async (file) => {
          const seen = new Digests();
          const head = await file.read((resources) => seen.add(resources));
          if (last?.takenAt !== head.takenAt || last.stack !== head.stack) {
            const environment = stackSettingsOf(root).get(head.stack)?.environment;
            await write({ database, file, head, digests: seen.all() }, environment ?? head.stack, cursor === undefined);
          }
          return head;
        });
        current[path] = { state, stack, takenAt };
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

/** An inventory's file, which stays the same while it is open: a newer one gets its place, but not its content. */
interface InventoryFile {
  /** Reads it from the beginning. @throws UserError where it is not an inventory */
  readonly read: (use: (resources: Inventory["resources"]) => void | Promise<void>) => Promise<InventoryHead>;
}

function withFile<Result>(
  store: FileStore,
  path: string,
  use: (file: InventoryFile) => Promise<Result>,
): Promise<Result> {
  return store.open(path, (chunks) =>
    use({
      read: async (each) => {
        try {
          return await readInventory(chunks(), each);
        } catch (error) {
          if (!(error instanceof NotAnInventory)) throw error;
          throw new UserError(
            `${store.address}/${path} is not an inventory, expected what npx odoo-saas deploy inventory writes`,
          );
        }
      },
    }),
  );
}

/** Whose resources have changed: a digest for each tenant. */
class Digests {
  readonly #hashes = new Map<string, Hash>();

  add(resources: Inventory["resources"]): void {
    for (const resource of resources) {
      const { tenant = "" } = resource;
      const hash = this.#hashes.get(tenant) ?? createHash("sha256");
      this.#hashes.set(tenant, hash.update(JSON.stringify(resource)));
    }
  }

  /** By the tenant's id. */
  all(): ReadonlyMap<string, string> {
    return new Map([...this.#hashes].map(([tenant, hash]) => [tenant, hash.digest("base64")]));
  }
}

interface Written {
  readonly database: Database;
  readonly file: InventoryFile;
  readonly head: InventoryHead;
  readonly digests: ReadonlyMap<string, string>;
}

/** @param isFull also what seems not to have changed */
async function write({ database, file, head, digests }: Written, environment: string, isFull: boolean): Promise<void> {
  const { stack, tenants } = head;
  await database.transaction().execute(async (transaction) => {
    const row = {
      environment,
      taken_at: head.takenAt,
      updated_at: head.updatedAt ?? null,
      commit: head.commit ?? null,
      pending: head.pending.length,
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
    const same = isFull ? [] : known.filter(({ tenant, digest }) => (digests.get(tenant) ?? NO_RESOURCES) === digest);
    const unchanged = new Set<string | undefined>(same.map(({ tenant }) => tenant));
    await sql`
      DELETE FROM resources WHERE stack = ${stack} AND (tenant IS NULL OR tenant <> ALL (${[...unchanged]}::text[]))
    `.execute(transaction);
    await file.read(async (part) => {
      const changed = part.filter(({ tenant }) => !unchanged.has(tenant));
      if (changed.length === 0) return;
      // One parameter: with one for each value, most of the time would go into them. A resource that is replaced is there
      // twice: the old one waits for its deletion.
      await sql`
        INSERT INTO resources (stack, urn, type, name, tenant, part, created, modified, protected, waits_for_deletion)
        SELECT ${stack}, urn, type, name, tenant, part, created, modified, protected, "waitsForDeletion"
        FROM jsonb_to_recordset(${JSON.stringify(changed)}::jsonb) AS resource (
          urn text, type text, name text, tenant text, part text, created timestamptz, modified timestamptz,
          protected boolean, "waitsForDeletion" boolean
        ) ON CONFLICT DO NOTHING`.execute(transaction);
    });
    const counts = await transaction
      .selectFrom("resources")
      .select((builder) => ["tenant", builder.fn.countAll<string>().as("count")])
      .where("stack", "=", stack)
      .groupBy("tenant")
      .execute();
    const resources = new Map(counts.map(({ tenant, count }) => [tenant, Number(count)]));
    await transaction
      .updateTable("stacks")
      .set({ resources: [...resources.values()].reduce((sum, count) => sum + count, 0) })
      .where("name", "=", stack)
      .execute();
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
            resources: resources.get(tenant.id) ?? 0,
            digest: digests.get(tenant.id) ?? NO_RESOURCES,
          })),
        )
        .execute();
    }
  });
}
