import { z } from "zod";
import { distance } from "fastest-levenshtein";
import { chartOf, chartsBuiltOn, LOADED_CHARTS } from "../charts.ts";
import { singleLine, mapping, nearest, problem, quote } from "./common.ts";
import { ODOO } from "./odooLists.ts";

const REGION_NAMES = new Intl.DisplayNames("en", { type: "region" });
const CURRENCY_NAMES = new Intl.DisplayNames("en", { type: "currency" });
const LANGUAGE_NAMES = new Intl.DisplayNames("en", { type: "language", languageDisplay: "standard" });

/** A country, by its code. */
export const country = code(ODOO.countries, 'an ISO 3166 country code such as "PH"', (known) => REGION_NAMES.of(known));
/** A currency, by its code. */
export const currency = code(ODOO.currencies, 'an ISO 4217 currency code such as "PHP"', (known) => CURRENCY_NAMES.of(known));
const language = code(ODOO.languages, 'a language of Odoo such as "en_US"', (known) =>
  LANGUAGE_NAMES.of(known.replace(/@.*/, "").replace("_", "-")),
);

const chartOfAccounts = z.enum(LOADED_CHARTS, {
  error: ({ input }) => (typeof input === "string" ? chartProblem(input) : problem(input, CHART)),
});

/** A time zone of the IANA database. */
export const timezone = z.enum(ODOO.timeZones.names, {
  error: ({ input }) => {
    const meant = typeof input === "string" ? zoneMeant(input) : undefined;
    return problem(input, meant === undefined ? 'a time zone such as "Asia/Manila"' : `a time zone: ${meant}`);
  },
});

/** What Odoo knows of the tenant's company when it is new; everything has a default. */
export const company = mapping({
  name: singleLine("the company's name")
    .exactOptional()
    .describe("Name on documents. Default: displayName."),
  country: country
    .exactOptional()
    .describe("Country (ISO 3166 alpha-2), whose localisation Odoo installs with accounting. Required for tenants with accounting."),
  currency: currency.exactOptional().describe("Currency of the books (ISO 4217). Default: the country's, else USD."),
  chartOfAccounts: chartOfAccounts
    .exactOptional()
    .describe("Chart of accounts by Odoo's code, one of the country's or generic_coa. Default: the first of the country's."),
  language: language.default("en_US").describe("Language of new users, in Odoo's form. Default en_US."),
  timezone: timezone
    .exactOptional()
    .describe("Time zone of new users (IANA). Default: the country's if it has only one, else UTC."),
})
  .prefault({})
  .describe("The company as Odoo's first installation creates it. Later changes are made in Odoo; this is not read again.");

/** One of many codes. The message suggests the one that was meant, also where its name was written. */
function code(codes: readonly string[], expected: string, nameOf: (code: string) => string | undefined) {
  const byText = new Map(codes.flatMap((known) => [known, nameOf(known) ?? known].map((form) => [plain(form), known])));
  const meant = (written: string): string => {
    const near = byText.get(plain(written)) ?? byText.get(longWord(plain(written), [...byText.keys()]) ?? "");
    return near === undefined ? expected : `${expected.replace(/ such as .*/, "")}: ${near}`;
  };
  return z.enum(codes, {
    error: ({ input }) => problem(input, typeof input === "string" ? meant(input) : expected),
  });
}

/** Letters and digits of a text in lower case. */
function plain(written: string): string {
  return written.toLowerCase().replace(/[^\p{L}\p{N}]/gu, "");
}

/** The nearest candidate to a name: of two or three letters, every code is near. */
function longWord(written: string, candidates: readonly string[]): string | undefined {
  return written.length < 5 ? undefined : nearest(written, candidates);
}

const CHART = 'the code of a chart of accounts in Odoo such as "ph"';

/** Most charts that a message names. Spain has seven, and 34 are built on one that is shared. */
const MAX_CHARTS = 10;

function chartProblem(written: string): string {
  const built = chartsBuiltOn(written);
  if (chartOf(written) !== undefined) {
    return `is ${quote(written)}, which Odoo only builds others on, expected ${oneOfCharts(built)}`;
  }
  const meant = chartsMeant(written);
  return meant.length === 0 ? problem(written, CHART) : problem(written, `a chart of accounts of Odoo: ${oneOfCharts(meant)}`);
}

/** Charts as a message names them. */
export function oneOfCharts(codes: readonly string[]): string {
  if (codes.length > MAX_CHARTS) return `one such as ${codes.slice(0, 3).join(", ")}`;
  return codes.length > 2 ? `one of ${codes.join(", ")}` : codes.join(" or ");
}

/** Charts that an unknown code may mean: by its letters, by the country that it names, or the nearest ones. */
function chartsMeant(written: string): readonly string[] {
  const word = plain(written);
  const same = LOADED_CHARTS.filter((known) => plain(known) === word);
  if (same.length > 0) return same;
  const ofCountry = LOADED_CHARTS.filter((known) => {
    const made = chartOf(known)?.country;
    return made !== undefined && [made, REGION_NAMES.of(made) ?? made].some((form) => plain(form) === word);
  });
  if (ofCountry.length > 0) return ofCountry;
  const best = nearest(written, LOADED_CHARTS);
  // Of one or two letters, every code is near.
  if (best === undefined || word.length < 3) return [];
  const edits = distance(written.toLowerCase(), best.toLowerCase());
  return LOADED_CHARTS.filter((known) => distance(written.toLowerCase(), known.toLowerCase()) === edits);
}

/** The time zone that an unknown name means: in other letters, by an older name, by its city, or the nearest one. */
function zoneMeant(written: string): string | undefined {
  const { names, retired } = ODOO.timeZones;
  const word = plain(written);
  const older = Object.entries(retired).find(([name]) => plain(name) === word);
  return (
    names.find((name) => plain(name) === word) ??
    older?.[1] ??
    names.find((name) => plain(name.replace(/^.*\//, "")) === word) ??
    nearest(written, names)
  );
}
