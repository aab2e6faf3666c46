import { closeMonth, draftMonth, finaliseMonth, periodOf } from "../../../../features/billing/index.ts";
import type { Acting, BillingDatabase } from "../../../../features/billing/index.ts";
import { monthInputSchema, monthStateSchema } from "../../../api/billing.ts";
import { billingOn } from "../../../database/billing.ts";
import { audit } from "../../audit.ts";
import { Problem } from "../../problem.ts";
import { nothing, route } from "../../route.ts";
import type { Route } from "../../route.ts";
import { answered } from "./answered.ts";

/** A step of a month, which the command of its name does by the same function. */
function step(
  name: "close" | "draft" | "finalise",
  action: "billing:draft" | "billing:finalise",
  summary: string,
  act: (database: BillingDatabase, month: string, acting: Acting) => Promise<unknown>,
): Route {
  return route({
    method: "post",
    path: `/billing/${name}`,
    action,
    summary,
    query: nothing,
    body: monthInputSchema,
    answer: monthStateSchema,
    refusals: [409],
    handle: async ({ services: { database, project }, person, body: { month } }) => {
      const entry = { login: person.login, action };
      try {
        const billing = billingOn(database);
        await answered(() => act(billing, month, { files: project.files(), now: new Date(), by: person.login }));
        await audit(database, { ...entry, outcome: "allowed", detail: `${name} ${month}` });
        return { month, state: (await periodOf(billing, month)).state };
      } catch (error) {
        if (error instanceof Problem) {
          await audit(database, { ...entry, outcome: "failed", detail: `${name} ${month}: ${error.message}` });
        }
        throw error;
      }
    },
  });
}

export const closeBilling = step(
  "close",
  "billing:draft",
  "Ends a month, so that only its late readings are awaited",
  closeMonth,
);

export const draftBilling = step(
  "draft",
  "billing:draft",
  "Drafts a month's statements, or again what has changed since",
  draftMonth,
);

export const finaliseBilling = step(
  "finalise",
  "billing:finalise",
  "Makes a month's drafts final, with numbers; refused for who drafted them",
  finaliseMonth,
);
