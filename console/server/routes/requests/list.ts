import { z } from "zod";
import { FINAL_STATES } from "../../../../features/requests/index.ts";
import { PAGE_SIZE } from "../../../api/common.ts";
import { requestsSchema } from "../../../api/requests.ts";
import { offsetOf, page } from "../../paging.ts";
import { nothing, route } from "../../route.ts";
import { sourcesFor } from "../../sources.ts";
import { rowFor } from "./rows.ts";

export const listRequests = route({
  method: "get",
  path: "/requests",
  action: "request:read",
  isScoped: true,
  summary: "A page of requests, newest first",
  query: z.object({ page, state: z.enum(["open", "all"]).default("all"), tenant: z.string().max(100).optional() }),
  body: nothing,
  answer: requestsSchema,
  handle: async ({ services: { database }, person, query }) => {
    const { tenant } = query;
    const all = database
      .selectFrom("requests")
      .$if(person.tenant !== undefined, (visible) => visible.where("tenant", "=", person.tenant ?? ""))
      .$if(query.state === "open", (open) => open.where("state", "not in", [...FINAL_STATES]))
      .$if(tenant !== undefined, (own) => own.where("tenant", "=", tenant ?? ""));
    const [rows, { total }, sources] = await Promise.all([
      all
        .selectAll()
        .orderBy("opened_at", "desc")
        .orderBy("id")
        .limit(PAGE_SIZE)
        .offset(offsetOf(query.page))
        .execute(),
      all.select((builder) => builder.fn.countAll<string>().as("total")).executeTakeFirstOrThrow(),
      sourcesFor(person, database, ["requests"]),
    ]);
    return {
      rows: rows.map((row) => rowFor(person, row)),
      total: Number(total),
      page: query.page,
      pageSize: PAGE_SIZE,
      sources,
    };
  },
});
