import type { Database } from "../../../database/connect.ts";
import { Problem } from "../../problem.ts";

/** A tenant's row. @throws Problem where there is no such tenant */
export async function findTenant(database: Database, id: string) {
  const row = await database.selectFrom("tenants").selectAll().where("id", "=", id).executeTakeFirst();
  if (row === undefined) throw noTenant(id);
  return row;
}

/** Where a tenant runs. */
export async function placementsOf(database: Database, id: string) {
  const rows = await database
    .selectFrom("placements")
    .innerJoin("stacks", "stacks.name", "placements.stack")
    .selectAll("placements")
    .select(["stacks.environment", "stacks.updated_at"])
    .where("tenant", "=", id)
    .orderBy("stack")
    .execute();
  return rows.map((row) => ({
    stack: row.stack,
    environment: row.environment,
    hosts: row.hosts,
    release: row.release ?? undefined,
    lifecycle: row.lifecycle ?? undefined,
    namespace: row.namespace ?? undefined,
    database: row.database ?? undefined,
    realm: row.realm ?? undefined,
    resources: row.resources,
    updatedAt: row.updated_at?.toISOString(),
  }));
}

/** @throws Problem where there is no such tenant */
export async function requireTenant(database: Database, id: string): Promise<void> {
  const row = await database.selectFrom("tenants").select("id").where("id", "=", id).executeTakeFirst();
  if (row === undefined) throw noTenant(id);
}

/** What is answered for a tenant that is not there, or not for the person who asks. */
export function noTenant(id: string): Problem {
  return new Problem(404, `There is no tenant ${JSON.stringify(id)}`, "Look for it in the list");
}
