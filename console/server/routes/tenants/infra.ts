import { infraSchema } from "../../../api/tenants.ts";
import { nothing, route } from "../../route.ts";
import { sourcesOf } from "../../sources.ts";
import { requireTenant, placementsOf } from "./find.ts";

export const tenantInfra = route({
  method: "get",
  path: "/tenants/{id}/infra",
  action: "tenant:read",
  summary: "What a tenant is made of, resource by resource, without a value of any",
  query: nothing,
  body: nothing,
  answer: infraSchema,
  handle: async ({ services: { database }, param }) => {
    const id = param("id");
    await requireTenant(database, id);
    const [placements, rows, sources] = await Promise.all([
      placementsOf(database, id),
      database
        .selectFrom("resources")
        .selectAll()
        .where("tenant", "=", id)
        .orderBy("stack")
        .orderBy("part")
        .orderBy("type")
        .orderBy("name")
        .execute(),
      sourcesOf(database),
    ]);
    return {
      placements,
      resources: rows.map((row) => ({
        stack: row.stack,
        part: row.part,
        type: row.type,
        name: row.name,
        created: row.created?.toISOString(),
        modified: row.modified?.toISOString(),
        protected: row.protected,
        waitsForDeletion: row.waits_for_deletion,
      })),
      sources,
    };
  },
});
