import { z } from "zod";
import { reach } from "../../api/access.ts";
import { searchSchema } from "../../api/dashboard.ts";
import { nothing, route } from "../route.ts";
import { conditions } from "./tenants/filters.ts";

/** Most results of a kind. */
const MAX = 8;

export const search = route({
  method: "get",
  path: "/search",
  action: "fleet:read",
  isScoped: true,
  summary: "Tenants and requests that have some words",
  query: z.object({ q: z.string().trim().min(1).max(100) }),
  body: nothing,
  answer: searchSchema,
  handle: async ({ services: { database }, person, query: { q } }) => {
    const seesRequests = reach(person, "request:read") !== "none";
    const [tenants, requests] = await Promise.all([
      database
        .selectFrom("tenants")
        .select(["id", "display_name", "status"])
        .where(conditions({ q, sort: "id", order: "asc", page: 1 }, person.tenant))
        .orderBy("id")
        .limit(MAX)
        .execute(),
      seesRequests
        ? database
            .selectFrom("requests")
            .select(["id", "action", "tenant", "state"])
            .where((builder) => builder.or([builder("id", "=", q), builder("tenant", "=", q)]))
            .$if(person.tenant !== undefined, (own) => own.where("tenant", "=", person.tenant ?? ""))
            .orderBy("opened_at", "desc")
            .limit(MAX)
            .execute()
        : [],
    ]);
    return {
      results: [
        ...tenants.map(({ id, display_name, status }) => ({
          kind: "tenant" as const,
          title: display_name,
          detail: `${id} · ${status}`,
          to: `/tenants/${id}`,
        })),
        ...requests.map(({ id, action, tenant, state }) => ({
          kind: "request" as const,
          title: `${action} ${tenant}`,
          detail: `${id} · ${state}`,
          to: `/requests/${id}`,
        })),
      ],
    };
  },
});
