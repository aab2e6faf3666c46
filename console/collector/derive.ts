import { sql } from "kysely";
import { FINAL_STATES } from "../../features/requests/index.ts";
import type { Database } from "../database/connect.ts";

/**
 * Derives of each tenant what several sources say together: its status with the reason, how its servers differ, the release that
 * runs, the newest backup and drill, and the request that is open. One statement each, for all tenants at once.
 */
export async function derive(database: Database): Promise<void> {
  await sql`
    WITH placed AS (
      SELECT tenant,
             string_agg(stack, ', ' ORDER BY stack) AS stacks,
             count(*) AS count,
             bool_or(environment = 'prod') AS prod,
             bool_or(environment = 'staging') AS staging,
             -- A stack that does not say is taken to be as the file says.
             string_agg(stack, ', ' ORDER BY stack) FILTER (WHERE lifecycle = 'active') AS active,
             string_agg(stack, ', ' ORDER BY stack) FILTER (WHERE lifecycle = 'paused') AS paused,
             (array_agg(placements.release ORDER BY (environment = 'prod') DESC, stack)
               FILTER (WHERE placements.release IS NOT NULL))[1] AS release,
             max(stacks.updated_at) AS updated_at
      FROM placements JOIN stacks ON stacks.name = placements.stack GROUP BY tenant
    ), done AS (
      SELECT tenant,
             max(at) FILTER (WHERE kind = 'backup create') AS backup_at,
             max(at) FILTER (WHERE kind = 'backup drill') AS drill_at
      FROM outcomes WHERE outcome = 'succeeded' AND kind IN ('backup create', 'backup drill') GROUP BY tenant
    ), looked AS (
      -- A look that was cut off has no results, and says nothing of drift.
      SELECT DISTINCT ON (stack) id, stack FROM events
      WHERE kind = 'deploy drift' AND results IS NOT NULL ORDER BY stack, at DESC
    ), drifted AS (
      SELECT outcomes.tenant, string_agg(outcomes.stack || ': ' || coalesce(differences, 1)
               || CASE WHEN differences = 1 THEN ' resource differs' ELSE ' resources differ' END
               || ' from what was deployed, seen ' || to_char(outcomes.at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI') || ' UTC',
               '; ' ORDER BY outcomes.stack) AS reason
      FROM outcomes JOIN looked ON looked.id = outcomes.id
      JOIN placements ON placements.tenant = outcomes.tenant AND placements.stack = outcomes.stack
      WHERE outcome = 'failed' GROUP BY outcomes.tenant
    ), open AS (
      SELECT DISTINCT ON (tenant) tenant, id, requester, state FROM requests
      WHERE state <> ALL (${[...FINAL_STATES]}::text[]) ORDER BY tenant, opened_at DESC
    ), facts AS (
      SELECT tenants.id, tenants.hold_until, placed.stacks, placed.count, placed.active, placed.paused, placed.release, placed.updated_at,
        deliveries.attestation, deliveries.attested_at,
        done.backup_at, done.drill_at, open.id AS request, open.requester, open.state,
        array_to_string(deliveries.promoted, ', ') AS promoted,
        deliveries.is_attested, drifted.reason AS drift,
        CASE
          WHEN archived THEN 'archived'
          WHEN tenants.lifecycle = 'active' AND placed.paused IS NOT NULL THEN 'resuming'
          WHEN tenants.lifecycle = 'paused' AND placed.active IS NOT NULL THEN 'pausing'
          WHEN tenants.lifecycle <> 'active' THEN tenants.lifecycle
          WHEN placed.prod THEN 'in prod'
          WHEN cardinality(deliveries.promoted) > 0 THEN 'promoted'
          -- Where a tenant is not to be in prod, staging is as far as it goes.
          WHEN deliveries.is_attested AND 'prod' = ANY (environments) THEN 'attested'
          WHEN placed.staging THEN 'in staging'
          WHEN placed.tenant IS NOT NULL THEN 'in sandbox'
          ELSE 'merged'
        END AS status
      FROM tenants
      LEFT JOIN placed ON placed.tenant = tenants.id
      LEFT JOIN done ON done.tenant = tenants.id
      LEFT JOIN deliveries ON deliveries.tenant = tenants.id
      LEFT JOIN drifted ON drifted.tenant = tenants.id
      LEFT JOIN open ON open.tenant = tenants.id
    ), said AS (
      SELECT *,
        CASE WHEN count = 1 THEN 'Stack ' || stacks || ' has it' ELSE 'Stacks ' || stacks || ' have it' END
          || coalesce(', updated ' || to_char(updated_at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI') || ' UTC', '') AS placement,
        'staging''s tests passed ' || to_char(attested_at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI') || ' UTC (' || attestation || ')'
          AS test
      FROM facts
    ), derived AS (
      SELECT *,
        CASE status
          WHEN 'archived' THEN 'Its file is gone; the archive has its record'
          WHEN 'declared' THEN 'The request ' || request || ' of ' || requester || ' would create it: ' || state
          WHEN 'pausing' THEN 'Its file says lifecycle: paused; still deployed as active in ' || active
          WHEN 'resuming' THEN 'Its file says lifecycle: active; still deployed as paused in ' || paused
          WHEN 'paused' THEN 'Its file says lifecycle: paused; ' || CASE
            WHEN stacks IS NULL THEN 'no stack has it' ELSE 'deployed so in ' || stacks END
          WHEN 'decommissioning' THEN 'Its file says lifecycle: decommissioning, with a hold until ' || hold_until
            || coalesce('; still deployed as active in ' || active, '')
          WHEN 'promoted' THEN 'Promoted to ' || promoted || ', which has not been deployed with it yet'
            || coalesce('; ' || CASE WHEN is_attested THEN test END, '')
          WHEN 'attested' THEN upper(left(test, 1)) || substr(test, 2) || ' with what its files say now; not promoted yet'
          WHEN 'in staging' THEN placement || CASE
            WHEN attestation IS NULL THEN ''
            WHEN is_attested THEN '; ' || test
            ELSE '; its files have changed since ' || test END
          WHEN 'merged' THEN 'Its file is on the main branch; no stack has it yet'
          ELSE placement
        END AS reason,
        drift AS drifted
      FROM said
    )
    UPDATE tenants SET status = derived.status, reason = derived.reason, release = derived.release,
                       backup_at = derived.backup_at, drill_at = derived.drill_at, request = derived.request,
                       drifted = derived.drifted
    FROM derived WHERE derived.id = tenants.id
      AND (tenants.status, tenants.reason, tenants.release, tenants.backup_at, tenants.drill_at, tenants.request,
           tenants.drifted)
        IS DISTINCT FROM
          (derived.status, derived.reason, derived.release, derived.backup_at, derived.drill_at, derived.request,
           derived.drifted)
  `.execute(database);
}
