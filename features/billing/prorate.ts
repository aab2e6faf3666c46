import { Decimal } from "decimal.js";

/** A part of a month at one price. */
export interface Part {
  /** Price of the whole month, in whole units of the currency's smallest coin. */
  readonly price: bigint;
  /** Calendar days that it holds. */
  readonly days: number;
}

/**
 * Amounts of the parts of a month: each price by its share of the days. The exact sum is rounded once, half up, and the parts
 * always come to it: what rounding each part down leaves goes to the largest remainders, of equal ones to the earlier.
 *
 * @param length days of the month
 * @returns an amount per part, in the smallest coin
 */
export function prorate(parts: readonly Part[], length: number): bigint[] {
  const whole = BigInt(length);
  const exact = parts.map(({ price, days }) => price * BigInt(days));
  const sum = exact.reduce((all, each) => all + each, 0n);
  const amounts = exact.map((each) => each / whole);
  const total = (2n * sum + whole) / (2n * whole);
  let left = Number(total - amounts.reduce((all, each) => all + each, 0n));
  const byRemainder = exact
    .map((each, index) => ({ index, remainder: each % whole }))
    .sort((a, b) => (a.remainder === b.remainder ? a.index - b.index : a.remainder > b.remainder ? -1 : 1));
  for (const { index } of byRemainder) {
    if (left === 0) break;
    amounts[index] = (amounts[index] ?? 0n) + 1n;
    left -= 1;
  }
  return amounts;
}

/** An amount in the smallest coin. @param digits that amounts of the currency have after the point */
export function toCoins(amount: string, digits: number): bigint {
  return BigInt(new Decimal(amount).times(new Decimal(10).pow(digits)).toFixed(0));
}

/** The amount of some coins, such as `12.50`. */
export function fromCoins(coins: bigint, digits: number): string {
  return new Decimal(coins.toString()).div(new Decimal(10).pow(digits)).toFixed(digits);
}

/** An amount rounded half up to the digits of its currency. */
export function rounded(amount: Decimal, digits: number): string {
  return amount.toDecimalPlaces(digits, Decimal.ROUND_HALF_UP).toFixed(digits);
}
