import { Decimal } from "decimal.js";
import { fractionDigits } from "../../config/prices.ts";
import type { BillingDocument, Line, Tax } from "./document.ts";
import { rounded } from "./prorate.ts";

/** Sums of a document: tax by category and rate on the sum of its lines, not by line. */
export function totalsOf(
  lines: readonly Pick<Line, "amount" | "tax">[],
  currency: string,
): Pick<BillingDocument, "taxes" | "totals"> {
  const digits = fractionDigits(currency);
  const groups = [...Map.groupBy(lines, ({ tax }) => taxKey(tax)).values()];
  const taxes = groups
    .flatMap((group) => {
      const [first] = group;
      if (first === undefined) return [];
      const taxable = sum(group.map(({ amount }) => amount));
      const amount = rounded(taxable.times(first.tax.percent).div(100), digits);
      return [{ ...first.tax, taxable: taxable.toFixed(digits), amount }];
    })
    .sort((a, b) => (taxKey(a) < taxKey(b) ? -1 : 1));
  const net = sum(lines.map(({ amount }) => amount));
  const tax = sum(taxes.map(({ amount }) => amount));
  const gross = net.plus(tax).toFixed(digits);
  return {
    taxes,
    totals: {
      lines: net.toFixed(digits),
      taxExclusive: net.toFixed(digits),
      tax: tax.toFixed(digits),
      taxInclusive: gross,
      payable: gross,
    },
  };
}

/**
 * Asserts the sums that EN 16931 demands, with no tolerance, from the document alone.
 *
 * @throws Error that names the rule: a document of ours never breaks one
 */
export function assertSums({ currency, lines, taxes, totals }: BillingDocument): void {
  const digits = fractionDigits(currency);
  const check = (rule: string, is: Decimal.Value, expected: Decimal.Value): void => {
    if (new Decimal(is).equals(expected)) return;
    throw new Error(`The document breaks ${rule} of EN 16931: ${String(is)}, expected ${String(expected)}`);
  };
  check("BR-CO-10", totals.lines, sum(lines.map(({ amount }) => amount)));
  check("BR-CO-13", totals.taxExclusive, totals.lines);
  check("BR-CO-14", totals.tax, sum(taxes.map(({ amount }) => amount)));
  check("BR-CO-15", totals.taxInclusive, new Decimal(totals.taxExclusive).plus(totals.tax));
  check("BR-CO-16", totals.payable, totals.taxInclusive);
  const keys = new Set(lines.map(({ tax }) => taxKey(tax)));
  check("BR-CO-18", taxes.length, keys.size);
  for (const tax of taxes) {
    check("BR-CO-17", tax.amount, rounded(new Decimal(tax.taxable).times(tax.percent).div(100), digits));
    const own = lines.filter((line) => taxKey(line.tax) === taxKey(tax)).map(({ amount }) => amount);
    check(`BR-${tax.category}-08`, tax.taxable, sum(own));
  }
  for (const amount of [...lines.map((line) => line.amount), ...Object.values(totals)]) {
    check("BR-DEC", amount, rounded(new Decimal(amount), digits));
  }
}

/** The exact sum of decimal texts. */
export function sum(amounts: readonly string[]): Decimal {
  return amounts.reduce((all, amount) => all.plus(amount), new Decimal(0));
}

function taxKey({ category, percent, exemption = "" }: Tax): string {
  return `${category} ${percent} ${exemption}`;
}
