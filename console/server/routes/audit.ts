import { z } from "zod";
import { PAGE_SIZE } from "../../api/common.ts";
import { reach } from "../../api/access.ts";
import { auditSchema } from "../../api/dashboard.ts";
import { offsetOf, pageQuery } from "../paging.ts";
import { nothing, route } from "../route.ts";

const outcomeSchema = auditSchema.shape.rows.element.shape.outcome;

export const readAudit = route({
  method: "get",
  path: "/audit",
  action: "audit:read",
  isScoped: true,
  summary: "Who did what in the console; one's own entries, where a role reaches no further",
  query: pageQuery.extend({ actor: z.string().trim().max(100).optional() }),
  body: nothing,
  answer: auditSchema,
  handle: async ({ services: { database }, person, query }) => {
    const { actor } = query;
    const all = database
      .selectFrom("audit")
      .$if(actor !== undefined, (some) => some.where("login", "=", actor ?? ""))
      .$if(reach(person, "audit:read") === "own", (own) => own.where("login", "=", person.login));
    const [rows, { total }] = await Promise.all([
      all.selectAll().orderBy("id", "desc").limit(PAGE_SIZE).offset(offsetOf(query.page)).execute(),
      all.select((builder) => builder.fn.countAll<string>().as("total")).executeTakeFirstOrThrow(),
    ]);
    return {
      rows: rows.map(({ id, at, login, action, outcome, tenant, detail }) => ({
        id,
        at: at.toISOString(),
        login,
        action,
        outcome: outcomeSchema.parse(outcome),
        tenant: tenant ?? undefined,
        detail: detail ?? undefined,
      })),
      total: Number(total),
      page: query.page,
      pageSize: PAGE_SIZE,
    };
  },
});
