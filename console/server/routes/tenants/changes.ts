import { sql } from "kysely";
import { FINAL_STATES } from "../../../../features/requests/index.ts";
import { PAGE_SIZE } from "../../../api/common.ts";
import { changesSchema } from "../../../api/tenants.ts";
import { offsetOf, pageQuery } from "../../paging.ts";
import { nothing, route } from "../../route.ts";
import { sourcesOf } from "../../sources.ts";
import { requireTenant } from "./find.ts";

interface Entry {
  readonly id: string;
  readonly kind: "commit" | "request" | "event";
  readonly at: Date;
  readonly title: string;
  readonly actor: string;
  readonly outcome: string | null;
  readonly detail: string | null;
  readonly diff: string | null;
  readonly link: string | null;
  readonly total: string;
}

const outcomeSchema = changesSchema.shape.rows.element.shape.outcome;

export const tenantChanges = route({
  method: "get",
  path: "/tenants/{id}/changes",
  action: "tenant:read",
  summary: "A tenant's time line: commits, requests, deployments, backups",
  query: pageQuery,
  body: nothing,
  answer: changesSchema,
  handle: async ({ services: { database }, query, param }) => {
    const id = param("id");
    await requireTenant(database, id);
    const [{ rows }, sources] = await Promise.all([
      sql<Entry>`
        WITH entries AS (
          SELECT sha AS id, 'commit' AS kind, at, subject AS title, author AS actor,
                 NULL AS outcome, NULL AS detail, diff, NULL AS link
          FROM commits WHERE tenant = ${id}
          UNION ALL
          SELECT id, 'request', opened_at, action || ' requested', requester,
                 CASE WHEN state = 'done' THEN 'succeeded'
                      WHEN state = ANY (${[...FINAL_STATES]}::text[]) THEN 'failed' ELSE 'open' END,
                 coalesce(problem, reason), diff, '/requests/' || id
          FROM requests WHERE tenant = ${id}
          UNION ALL
          SELECT id::text, 'event', at, kind || coalesce(' of ' || stack, ''), actor, outcome, reason, NULL, link
          FROM events
          WHERE kind <> 'tenant request' AND (tenants @> ARRAY[${id}]::text[] OR (
            -- A deployment of a whole stack is one of each tenant in it.
            tenants = '{}' AND kind IN ('sandbox up', 'deploy up', 'deploy rollback')
            AND coalesce(stack, 'sandbox') IN (SELECT stack FROM placements WHERE tenant = ${id})))
        )
        SELECT *, count(*) OVER () AS total FROM entries
        ORDER BY at DESC, id LIMIT ${PAGE_SIZE} OFFSET ${offsetOf(query.page)}`.execute(database),
      sourcesOf(database, ["events", "history", "requests"]),
    ]);
    return {
      rows: rows.map(({ id: entry, kind, at, title, actor, outcome, detail, diff, link }) => ({
        id: entry,
        kind,
        at: at.toISOString(),
        title: title.charAt(0).toUpperCase() + title.slice(1),
        actor,
        outcome: outcomeSchema.parse(outcome ?? undefined),
        detail: detail ?? undefined,
        diff: diff ?? undefined,
        link: link ?? undefined,
      })),
      total: Number(rows[0]?.total ?? 0),
      page: query.page,
      pageSize: PAGE_SIZE,
      sources,
    };
  },
});
