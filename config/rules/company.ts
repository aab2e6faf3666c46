import { chartOf, fittingCharts } from "../charts.ts";
import { moduleResolver } from "../modules.ts";
import { oneOfCharts } from "../schemas/company.ts";
import { quote } from "../schemas/common.ts";
import { forTenants } from "./rule.ts";
import type { Rule } from "./rule.ts";

/** A chart of accounts is one that fits the company's country. */
export const chartOfCountry: Rule = forTenants(({ company: { country, chartOfAccounts: code } }) => {
  if (country === undefined || code === undefined) return [];
  const fitting = fittingCharts(country);
  if (fitting.includes(code)) return [];
  const madeFor = chartOf(code)?.country ?? "another country";
  const message = `is ${quote(code)}, which is made for ${madeFor} and not for company.country ${country}, expected ${oneOfCharts(fitting)}`;
  return [{ path: ["company", "chartOfAccounts"], message }];
});

/**
 * A tenant with accounting says its company's country: without one Odoo keeps the books in US dollars by the generic chart, and
 * installs no country's taxes and reports; later that can only be changed while the books are empty.
 */
export const countryOfBooks: Rule = (input) => {
  const { bundles, tables } = input;
  if (tables === undefined) return [];
  const modulesOf = moduleResolver(bundles, tables.modules);
  return forTenants((tenant) => {
    const { country, chartOfAccounts } = tenant.company;
    if (country !== undefined || !modulesOf(tenant).includes("account")) return [];
    const example = (chartOfAccounts === undefined ? undefined : chartOf(chartOfAccounts)?.country) ?? "PH";
    const message = `is missing, and the tenant has accounting (module account), expected its company's country, such as company: { country: ${example} }`;
    return [{ path: ["company", "country"], message }];
  })(input);
};
