import { sql } from "kysely";
import { FINAL_STATES } from "../../features/requests/index.ts";
import type { Database } from "../database/connect.ts";

/**
 * Derives of each tenant what several sources say together: its status with the reason, the release that runs, the newest backup
 * and drill, and the request that is open. One statement each, for all tenants at once.
 */
export async function derive(database: Database): Promise<void> {
  await sql`
    WITH placed AS (
      SELECT tenant,
             string_agg(stack, ', ' ORDER BY stack) AS stacks,
             bool_or(environment = 'prod') AS prod,
             bool_or(environment = 'staging') AS staging,
             (array_agg(placements.release ORDER BY (environment = 'prod') DESC, stack)
               FILTER (WHERE placements.release IS NOT NULL))[1] AS release,
             max(stacks.updated_at) AS updated_at
      FROM placements JOIN stacks ON stacks.name = placements.stack GROUP BY tenant
    ), done AS (
      SELECT tenant,
             max(at) FILTER (WHERE kind = 'backup create') AS backup_at,
             max(at) FILTER (WHERE kind = 'backup drill') AS drill_at
      FROM events, unnest(tenants) AS tenant WHERE outcome = 'succeeded' AND kind LIKE 'backup %' GROUP BY tenant
    ), fleet AS (
      -- A drill that names no tenant was of all.
      SELECT max(at) AS drill_at FROM events WHERE outcome = 'succeeded' AND kind = 'backup drill' AND tenants = '{}'
    ), open AS (
      SELECT DISTINCT ON (tenant) tenant, id FROM requests
      WHERE state <> ALL (${[...FINAL_STATES]}::text[]) ORDER BY tenant, opened_at DESC
    ), derived AS (
      SELECT tenants.id, placed.release, done.backup_at, greatest(done.drill_at, fleet.drill_at) AS drill_at,
        open.id AS request,
        CASE
          WHEN archived THEN 'archived'
          WHEN lifecycle <> 'active' THEN lifecycle
          WHEN placed.prod THEN 'in prod'
          WHEN placed.staging THEN 'in staging'
          WHEN placed.tenant IS NOT NULL THEN 'in sandbox'
          ELSE 'merged'
        END AS status,
        CASE
          WHEN archived THEN 'Its file is gone; the archive has its record'
          WHEN lifecycle = 'paused' THEN 'Its file says lifecycle: paused'
          WHEN lifecycle = 'decommissioning' THEN 'Its file says lifecycle: decommissioning, with a hold until ' || hold_until
          WHEN placed.tenant IS NULL THEN 'Its file is on the main branch; no stack has it yet'
          ELSE 'Stack ' || placed.stacks || ' has it'
            || coalesce(', updated ' || to_char(placed.updated_at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI') || ' UTC', '')
        END AS reason
      FROM tenants CROSS JOIN fleet
      LEFT JOIN placed ON placed.tenant = tenants.id
      LEFT JOIN done ON done.tenant = tenants.id
      LEFT JOIN open ON open.tenant = tenants.id
    )
    UPDATE tenants SET status = derived.status, reason = derived.reason, release = derived.release,
                       backup_at = derived.backup_at, drill_at = derived.drill_at, request = derived.request
    FROM derived WHERE derived.id = tenants.id
      AND (tenants.status, tenants.reason, tenants.release, tenants.backup_at, tenants.drill_at, tenants.request)
        IS DISTINCT FROM
          (derived.status, derived.reason, derived.release, derived.backup_at, derived.drill_at, derived.request)
  `.execute(database);
}
