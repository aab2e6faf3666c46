import { COMPANIES_FILE, currencyOf, fractionDigits, PRICES_FOLDER } from "../prices.ts";
import { quote, suggestion } from "../schemas/common.ts";
import { forTenants, tenantFile } from "./rule.ts";
import type { Rule, RuleInput, RuleProblem } from "./rule.ts";

/** A price file's path, from the root. */
export function priceFile(currency: string): string {
  return `${PRICES_FOLDER}/${currency}.yaml`;
}

/** Every currency of a company has a file of prices. */
export const companiesFile: Rule = ({ companies, names }) => {
  if (companies === undefined) return [];
  const used: [path: string[], currency: string][] = [
    [["supplier", "currency"], companies.supplier.currency],
    ...Object.entries(companies.companies).map(([name, { currency }]): [string[], string] => [
      ["companies", name, "currency"],
      currency,
    ]),
  ];
  return used.flatMap(([path, currency]) =>
    names.prices.includes(currency)
      ? []
      : [
          {
            file: COMPANIES_FILE,
            path,
            message: `is ${quote(currency)}, which has no prices, expected a file ${priceFile(currency)}`,
          },
        ],
  );
};

/** A tenant's payer and cost centre are in companies.yaml. */
export const knownPayers: Rule = forTenants(({ billing }, { companies }) => {
  if (billing === undefined || companies === undefined) return [];
  const company = Object.hasOwn(companies.companies, billing.company)
    ? companies.companies[billing.company]
    : undefined;
  if (company === undefined) {
    const expected = suggestion(billing.company, Object.keys(companies.companies));
    const message = `is ${quote(billing.company)}, which is not in ${COMPANIES_FILE}, expected ${expected}`;
    return [{ path: ["billing", "company"], message }];
  }
  if (Object.hasOwn(company.costCentres, billing.costCentre)) return [];
  const expected = suggestion(billing.costCentre, Object.keys(company.costCentres));
  const message = `is ${quote(billing.costCentre)}, which is not a cost centre of ${billing.company} in ${COMPANIES_FILE}, expected ${expected}`;
  return [{ path: ["billing", "costCentre"], message }];
});

/** A tenant that somebody pays for is on plans that the newest list of that currency has. */
export const pricedPlans: Rule = (input) =>
  [...input.tenants.values()].flatMap((tenant) => {
    const currency = tenant.billing === undefined ? undefined : currencyOf(tenant, input);
    const newest = currency === undefined ? undefined : input.prices.get(currency)?.at(-1);
    if (currency === undefined || newest === undefined) return [];
    const used: [path: string[], plan: string][] = [
      [["plan"], tenant.plan],
      ...Object.entries(tenant.environments).flatMap(([name, { plan }]): [string[], string][] =>
        plan === undefined ? [] : [[["environments", name, "plan"], plan]],
      ),
    ];
    return used.flatMap(([path, plan]) =>
      Object.hasOwn(newest.plans, plan) || !isKnownPlan(plan, input)
        ? []
        : [
            {
              file: tenantFile(tenant.id),
              path,
              message: `is ${quote(plan)}, which has no price in ${priceFile(currency)}, expected a plan with a price: without one the tenant cannot be billed`,
            },
          ],
    );
  });

/** A plan that does not exist is reported elsewhere. */
function isKnownPlan(plan: string, { names: { plans } }: RuleInput): boolean {
  return plans?.includes(plan) === true;
}

/** Prices of plans have no more digits than amounts of their currency. */
export const pricePrecision: Rule = ({ prices }) =>
  [...prices].flatMap(([currency, lists]) => {
    const digits = fractionDigits(currency);
    return lists.flatMap(({ plans }, index) =>
      Object.entries(plans).flatMap(([plan, price]) =>
        (["month", "paused"] as const).flatMap((key): RuleProblem[] => {
          const written = price[key].split(".")[1] ?? "";
          if (written.length <= digits) return [];
          const message = `is ${quote(price[key])}, expected at most ${digits} digits after the point, as amounts in ${currency} have`;
          return [{ file: priceFile(currency), path: ["prices", index, "plans", plan, key], message }];
        }),
      ),
    );
  });
