import { companiesOf, dayIn, tenantCharges } from "../../../../features/billing/index.ts";
import { moneyTabSchema } from "../../../api/billing.ts";
import { billingOn } from "../../../database/billing.ts";
import { nothing, route } from "../../route.ts";
import { answered } from "../billing/answered.ts";
import { requireTenant } from "./find.ts";

export const tenantMoney = route({
  method: "get",
  path: "/tenants/{id}/money",
  action: "billing:read",
  summary: "Who pays for a tenant, what it costs this month, and what it was charged",
  query: nothing,
  body: nothing,
  answer: moneyTabSchema,
  handle: async ({ services: { database, project }, param }) => {
    const id = param("id");
    await requireTenant(database, id);
    return answered(async () => {
      const files = project.files();
      const now = new Date();
      const companies = companiesOf(files);
      const month = dayIn(companies.supplier.timezone, now).slice(0, 7);
      const billing = files.tenants.get(id)?.billing;
      const { charges, lines, notBillable } = await tenantCharges(billingOn(database), id, month, { files, now });
      return {
        payer: billing && {
          company: billing.company,
          legalName: companies.companies[billing.company]?.legalName ?? billing.company,
          costCentre: companies.companies[billing.company]?.costCentres[billing.costCentre] ?? billing.costCentre,
        },
        month,
        charges: [...charges],
        lines,
        notBillable: [...notBillable],
      };
    });
  },
});
