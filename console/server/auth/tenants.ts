import { sql } from "kysely";
import type { Database } from "../../database/connect.ts";
import { Problem } from "../problem.ts";

/** Lifecycles of which people of a tenant have no sessions. */
const ENDS = "decommissioning";

/**
 * Whether a session's tenant still has the person as its administrator: the tenant's file, on the main branch, names the address. The
 * realm alone decides nothing.
 */
export const isAdmitted = sql<boolean>`EXISTS (
  SELECT FROM tenants WHERE tenants.id = sessions.tenant AND NOT tenants.archived AND tenants.lifecycle <> ${ENDS}
    AND lower(tenants.email) = sessions.address AND sessions.roles <> '{}'
)`;

/** A tenant that people may log in to now, and the address of its administrator. @throws Problem where it has no log-in */
export async function requireOpen(database: Database, tenant: string): Promise<{ readonly administrator: string }> {
  const found = await database
    .selectFrom("tenants")
    .select(["lifecycle", sql<string>`lower(email)`.as("administrator")])
    .where("id", "=", tenant)
    .where("archived", "=", false)
    .executeTakeFirst();
  if (found === undefined) throw noLogin(tenant);
  const { lifecycle, administrator } = found;
  if (lifecycle === "active") return { administrator };
  const state = lifecycle === "paused" ? "is paused" : "is being decommissioned";
  const hint =
    lifecycle === "paused"
      ? "Ask the operators of the platform to resume it: they log in as staff"
      : "Ask the operators of the platform for what you need of its data";
  throw new Problem(403, `The tenant ${tenant} ${state}: its people cannot log in`, hint);
}

/** What is answered for every name that no tenant has. */
export function noLogin(tenant: string): Problem {
  return new Problem(404, `There is no log-in for ${JSON.stringify(tenant)}`, "Check the tenant's id in the address");
}
