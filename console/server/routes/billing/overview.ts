import { Decimal } from "decimal.js";
import { z } from "zod";
import { priceOn } from "../../../../config/prices.ts";
import type { ProjectFiles } from "../../../../config/index.ts";
import { companiesOf, dayIn, monthsOf, overviewOf } from "../../../../features/billing/index.ts";
import { billingSchema, monthSchema } from "../../../api/billing.ts";
import { billingOn } from "../../../database/billing.ts";
import { Problem } from "../../problem.ts";
import { nothing, route } from "../../route.ts";
import { answered } from "./answered.ts";

export const billingOverview = route({
  method: "get",
  path: "/billing",
  action: "billing:read",
  summary:
    "A month by company and cost centre: amounts or a forecast, documents, changes by day, days without a reading",
  query: z.object({ month: monthSchema.optional() }),
  body: nothing,
  answer: billingSchema,
  handle: ({ services: { database, project }, query }) =>
    answered(async () => {
      const files = project.files();
      const now = new Date();
      const today = dayIn(companiesOf(files).supplier.timezone, now);
      const current = today.slice(0, 7);
      const month = query.month ?? current;
      if (month > current) throw new Problem(404, `${month} has not begun`, `Open ${current}`);
      const sql = billingOn(database);
      const [months, overview] = await Promise.all([monthsOf(sql, current), overviewOf(sql, month, { files, now })]);
      const { period, isForecast, companies, documents, changes, holes, notBillable, conflicts } = overview;
      return {
        months,
        month,
        state: period.state,
        collectUntil: period.collectUntil,
        draftedBy: period.draftedBy,
        finalisedBy: period.finalisedBy,
        isForecast,
        companies: companies.map(({ costCentres, ...company }) => ({
          ...company,
          costCentres: [...costCentres],
          difference: company.before === undefined ? undefined : differenceOf(company.net, company.before),
        })),
        documents: documents.flatMap(({ id, draftedBy, number, issued, document }) =>
          id === undefined || draftedBy === undefined
            ? []
            : [
                {
                  ...{ id, number, issued, draftedBy, kind: document.kind, currency: document.currency },
                  ...{ company: document.customer.legalName, gross: document.totals.payable },
                },
              ],
        ),
        changes: [...changes],
        holes: holes.map((hole) => ({ ...hole, days: [...hole.days] })),
        notBillable: [...notBillable],
        conflicts,
        prices: pricesOf(files, today),
      };
    }),
});

function differenceOf(now: string, before: string): string {
  return new Decimal(now).minus(before).toFixed(new Decimal(now).decimalPlaces());
}

function pricesOf({ prices }: ProjectFiles, today: string): z.input<typeof billingSchema>["prices"] {
  return [...prices].flatMap(([currency, lists]) => {
    const now = priceOn(lists, today);
    return lists.map((list) => ({
      currency,
      validFrom: list.validFrom,
      isNow: list === now,
      tax: `${list.tax.percent} % (${list.tax.category})`,
      plans: Object.entries(list.plans).map(([plan, { month, paused }]) => ({ plan, month, paused })),
      overage: Object.entries(list.overage).map(([meter, price]) => ({ meter, price })),
    }));
  });
}
