import { sql } from "kysely";
import type { Database } from "../database/connect.ts";

/** Derives of each tenant that runs what nothing watches of it. Of one that does not run nothing need be watched. */
export async function deriveWatch(database: Database): Promise<void> {
  await sql`
    WITH missing AS (
      SELECT tenants.id, nullif(concat_ws(', ',
        CASE WHEN NOT EXISTS (SELECT FROM syncs WHERE syncs.tenant = tenants.id) THEN 'analytics lag' END,
        CASE WHEN NOT EXISTS (SELECT FROM pods WHERE pods.tenant = tenants.id) THEN 'pods' END
      ), '') AS what
      FROM tenants WHERE status LIKE 'in %'
    ), derived AS (
      SELECT tenants.id, 'Nothing watches its ' || missing.what AS unwatched
      FROM tenants LEFT JOIN missing ON missing.id = tenants.id
    )
    UPDATE tenants SET unwatched = derived.unwatched
    FROM derived WHERE derived.id = tenants.id AND tenants.unwatched IS DISTINCT FROM derived.unwatched
  `.execute(database);
}
