import { sql } from "kysely";
import type { Database } from "../database/connect.ts";

/**
 * Derives of each tenant its alerts, and of each that runs what nothing watches of it. Of one that does not run nothing need be
 * watched.
 */
export async function deriveWatch(database: Database): Promise<void> {
  await sql`
    WITH missing AS (
      SELECT tenants.id, nullif(concat_ws(', ',
        CASE WHEN NOT EXISTS (SELECT FROM syncs WHERE syncs.tenant = tenants.id) THEN 'analytics lag' END,
        CASE WHEN NOT EXISTS (SELECT FROM pods WHERE pods.tenant = tenants.id) THEN 'pods' END,
        CASE WHEN NOT EXISTS (SELECT FROM measurements WHERE measurements.tenant = tenants.id) THEN 'availability' END,
        CASE WHEN NOT EXISTS (SELECT FROM sources WHERE name = 'alertmanager' AND read_at IS NOT NULL) THEN 'alerts' END
      ), '') AS what
      FROM tenants WHERE EXISTS (
        SELECT FROM placements WHERE placements.tenant = tenants.id AND placements.lifecycle IS DISTINCT FROM 'paused'
      )
    ), firing AS (
      SELECT tenant, count(*) AS alerts, min(severity) AS alert
      FROM alerts WHERE state = 'active' AND tenant IS NOT NULL GROUP BY tenant
    ), derived AS (
      SELECT tenants.id, 'Nothing watches its ' || missing.what AS unwatched, coalesce(firing.alerts, 0) AS alerts,
             firing.alert
      FROM tenants LEFT JOIN missing ON missing.id = tenants.id LEFT JOIN firing ON firing.tenant = tenants.id
    )
    UPDATE tenants SET unwatched = derived.unwatched, alerts = derived.alerts, alert = derived.alert
    FROM derived WHERE derived.id = tenants.id
      AND (tenants.unwatched, tenants.alerts, tenants.alert)
        IS DISTINCT FROM (derived.unwatched, derived.alerts, derived.alert)
  `.execute(database);
}
