import { createHash } from "node:crypto";

/** A row by column name; absent columns are null. */
export type Row = Record<string, boolean | number | string | null | Record<string, string>>;
/** Rows by table, in an order that satisfies the foreign keys. */
export type Rows = [table: string, rows: Row[]][];

/** All dates lie in this year: the same seed always gives the same rows. */
export const YEAR = 2026;
/** When every row was made. */
export const CREATED = `${YEAR}-01-05 08:00:00`;

/** Customers of every tenant. */
export const CUSTOMERS = ["Arclight Foods", "Bluefin Air", "Cedar Bank", "Dune Motors", "Ember Energy", "Fjord Retail"];
/** People of every tenant; the last ones only use the portal. */
export const PEOPLE = [
  "Ana Reyes",
  "Ben Cruz",
  "Carla Santos",
  "Dan Lim",
  "Elena Garcia",
  "Felix Tan",
  "Grace Yu",
  "Hugo Diaz",
];
/** How many of the people only use the portal. */
export const PORTAL_USERS = 2;

/** A random generator that a text decides: different tenants get different rows, the same tenant always the same. */
export function generator(seed: string): {
  int: (min: number, max: number) => number;
  pick: <T>(from: readonly [T, ...T[]]) => T;
} {
  let state = createHash("sha256").update(seed).digest().readUInt32LE();
  // mulberry32: small, and good enough for sample data
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  const int = (min: number, max: number): number => min + Math.floor(next() * (max - min + 1));
  return { int, pick: (from) => from[int(0, from.length - 1)] ?? from[0] };
}
