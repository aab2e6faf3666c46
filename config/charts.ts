import { ODOO } from "./schemas/odooLists.ts";
import type { Chart } from "./schemas/odooLists.ts";

/** The chart that is made for no country, which Odoo loads where a country has none. */
export const GENERIC_CHART = "generic_coa";

const CHARTS: ReadonlyMap<string, Chart> = new Map(Object.entries(ODOO.charts));

/** A chart of accounts by Odoo's code. */
export function chartOf(code: string): Chart | undefined {
  return CHARTS.get(code);
}

/** Codes of the charts that Odoo loads by themselves. */
export const LOADED_CHARTS: readonly string[] = [...CHARTS]
  .filter(([, { base }]) => base !== true)
  .map(([code]) => code);

/** Codes of the charts that Odoo loads and that are made for a country, the one that it loads unasked first. */
export function chartsOf(country: string): readonly string[] {
  return LOADED_CHARTS.filter((code) => CHARTS.get(code)?.country === country);
}

/** Codes of the charts that Odoo loads and that are built on another, directly or by way of others. */
export function chartsBuiltOn(base: string): readonly string[] {
  const isBuilt = (code: string): boolean => {
    const parent = CHARTS.get(code)?.parent;
    return parent !== undefined && (parent === base || isBuilt(parent));
  };
  return LOADED_CHARTS.filter(isBuilt);
}

/**
 * Codes of the charts that a company of a country may have: those made for it, and the generic one. Where Odoo has none for a
 * country, any may be meant: companies of Liechtenstein keep Swiss books.
 */
export function fittingCharts(country: string): readonly string[] {
  const own = chartsOf(country);
  return own.length === 0 ? LOADED_CHARTS : [...own, GENERIC_CHART];
}
