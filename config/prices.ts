import type { PriceList, ProjectFiles, Tenant } from "./types.ts";

/** Who charges and who pays: the file's path from the project's root. */
export const COMPANIES_FILE = "companies.yaml";

/** Folder of the price lists, a file per currency. */
export const PRICES_FOLDER = "prices";

/** Whether a name may be a currency's (ISO 4217). */
export function isCurrency(name: string): boolean {
  return /^[A-Z]{3}$/.test(name);
}

/** Digits after the point that amounts of a currency have: 2 for PHP, 0 for JPY. */
export function fractionDigits(currency: string): number {
  return new Intl.NumberFormat("en", { style: "currency", currency }).resolvedOptions().maximumFractionDigits ?? 2;
}

/** The price list that holds on a day such as `2026-11-30`; undefined before the first one. */
export function priceOn(lists: readonly PriceList[] | undefined, day: string): PriceList | undefined {
  return lists?.findLast(({ validFrom }) => validFrom <= day);
}

/** The currency in which a tenant is charged: that of the company that pays, else the supplier's. */
export function currencyOf(
  { billing }: Pick<Tenant, "billing">,
  { companies }: Pick<ProjectFiles, "companies">,
): string | undefined {
  const payer = billing === undefined ? undefined : companies?.companies[billing.company];
  return (payer ?? companies?.supplier)?.currency;
}

/**
 * What a plan costs a tenant per month and environment, tax excluded.
 *
 * @param day the day whose price counts
 * @returns undefined where there is no such price
 */
export function listPrice(
  files: Pick<ProjectFiles, "companies" | "prices">,
  tenant: Pick<Tenant, "billing">,
  plan: string,
  day: string,
): { readonly amount: string; readonly currency: string } | undefined {
  const currency = currencyOf(tenant, files);
  if (currency === undefined) return undefined;
  const amount = priceOn(files.prices.get(currency), day)?.plans[plan]?.month;
  return amount === undefined ? undefined : { amount, currency };
}
