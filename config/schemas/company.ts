import { z } from "zod";
import { expecting, line, mapping, nearest, problem, text } from "./common.ts";
import { ODOO_COUNTRIES, ODOO_CURRENCIES, ODOO_LANGUAGES } from "./odooLocales.ts";

const REGION_NAMES = new Intl.DisplayNames("en", { type: "region" });
const CURRENCY_NAMES = new Intl.DisplayNames("en", { type: "currency" });
const LANGUAGE_NAMES = new Intl.DisplayNames("en", { type: "language", languageDisplay: "standard" });

const country = code(ODOO_COUNTRIES, 'an ISO 3166 country code such as "PH"', (known) => REGION_NAMES.of(known));
const currency = code(ODOO_CURRENCIES, 'an ISO 4217 currency code such as "PHP"', (known) => CURRENCY_NAMES.of(known));
const language = code(ODOO_LANGUAGES, 'a language of Odoo such as "en_US"', (known) =>
  LANGUAGE_NAMES.of(known.replace(/@.*/, "").replace("_", "-")),
);

const TIME_ZONE = /^(?:UTC|[A-Z][A-Za-z_-]*(?:\/[A-Z][A-Za-z_-]*)+)$/;

const timezone = z
  .string(expecting('a time zone such as "Asia/Manila"'))
  .regex(TIME_ZONE, timeZoneError())
  .refine(isTimeZone, timeZoneError());

/** What Odoo knows of the tenant's company when it is new; everything has a default. */
export const company = mapping({
  name: line("the company's name")
    .exactOptional()
    .describe("Name on documents. Default: displayName."),
  country: country
    .exactOptional()
    .describe("Country (ISO 3166 alpha-2), whose localisation Odoo installs with accounting. Default: none."),
  currency: currency.exactOptional().describe("Currency of the books (ISO 4217). Default: the country's, else USD."),
  chartOfAccounts: text(/^[a-z][a-z0-9_]{0,40}$/, 'the code of a chart of accounts in Odoo such as "ph"')
    .exactOptional()
    .describe("Chart of accounts by Odoo's code, where the country has more than one. Default: the first of the country's."),
  language: language.default("en_US").describe("Language of new users, in Odoo's form. Default en_US."),
  timezone: timezone
    .exactOptional()
    .describe("Time zone of new users (IANA). Default: the country's where it has one only, else UTC."),
})
  .prefault({})
  .describe("The company as Odoo's first installation makes it. Changed later in Odoo, never from here again.");

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

function isTimeZone(zone: string): boolean {
  const known = Intl.supportedValuesOf("timeZone").find((name) => name.toLowerCase() === zone.toLowerCase());
  if (known !== undefined) return known === zone;
  // The list has one name for each zone; others, such as Asia/Kolkata, are right too.
  try {
    return new Intl.DateTimeFormat("en", { timeZone: zone }).resolvedOptions().timeZone !== "";
  } catch {
    return false;
  }
}

function timeZoneError(): ReturnType<typeof expecting> {
  return {
    error: ({ input }) => {
      const near = typeof input === "string" ? nearest(input, Intl.supportedValuesOf("timeZone")) : undefined;
      return problem(input, near === undefined ? 'a time zone such as "Asia/Manila"' : `a time zone: ${near}`);
    },
  };
}
