import { z } from "zod";
import { country, currency, timezone } from "./company.ts";
import { day } from "./archive.ts";
import { email, expecting, list, mapping, oneOf, planName, singleLine, text } from "./common.ts";

/** What is metered beside the plan, each day: sizes in GiB, and users that may log in. */
export const USAGE_METERS = ["database_gib", "filestore_gib", "backup_gib", "active_users"] as const;

const DECIMAL = 'a decimal number in quotes such as "490.00"';

/** A decimal number as text: YAML's own numbers are binary, and no amount of money may be. */
const decimal = text(/^(?:0|[1-9]\d{0,11})(?:\.\d{1,6})?$/, DECIMAL);

const companyName = text(/^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/, 'lower-case words joined by hyphens such as "acme-retail"');

const taxId = text(
  /^[A-Z]{2}[A-Z0-9]{2,30}$/,
  'a tax number with its country in front, without spaces, such as "PH123456789000"',
);

const party = {
  legalName: singleLine("the company's legal name").describe("Name on documents."),
  taxId: taxId.describe("Tax number with the country's code in front (ISO 3166 alpha-2), such as PH123456789000."),
  address: mapping({
    street: singleLine("street and number").describe("Street and number."),
    city: singleLine("the city").describe("City."),
    postalCode: text(/^[A-Za-z0-9](?:[A-Za-z0-9 -]{0,10}[A-Za-z0-9])?$/, 'a postal code such as "1209"').describe("Postal code."),
    country: country.describe("Country (ISO 3166 alpha-2)."),
  }).describe("Address on documents."),
  contact: mapping({
    name: singleLine("a person's or team's name").describe("Person or team."),
    email: email.describe("Mail address; also where electronic documents are addressed to."),
  }).describe("Whom to ask about a document."),
  currency: currency.describe("Currency of its documents (ISO 4217). Its prices are in prices/<currency>.yaml."),
};

const costCentres = z
  .record(companyName, singleLine("the cost centre's name"), expecting("cost centres and their names such as { finance: Finance }"))
  .refine((centres) => Object.keys(centres).length > 0, { error: "is empty, expected at least one cost centre" })
  .describe("Cost centres and their names.");

/** `companies.yaml`: who charges, and who pays. */
export const companiesSchema = mapping({
  supplier: mapping({
    ...party,
    timezone: timezone.describe("Time zone of billing days and months (IANA)."),
  }).describe("The company that runs the platform and charges for it."),
  companies: z
    .record(companyName, mapping({ ...party, costCentres }), expecting("a mapping from companies to what documents say of them"))
    .describe("Companies that pay, by name."),
}).describe("Who charges for tenants, and who pays.");

const included = decimal.default("0");

/** What a month on a plan costs. */
const planPrice = mapping({
  month: decimal.describe("Price per month and environment, tax excluded."),
  paused: decimal.describe("Price per month and environment while the tenant is paused or being decommissioned, tax excluded."),
  included: mapping({
    database_gib: included.describe("GiB of database that the price includes. Default 0."),
    filestore_gib: included.describe("GiB of files that the price includes. Default 0."),
    backup_gib: included.describe("GiB of backups that the price includes. Default 0."),
    active_users: included.describe("Active users that the price includes. Default 0."),
  })
    .prefault({})
    .describe("Usage that the price includes, each day."),
});

const overage = decimal.exactOptional();

const priceList = mapping({
  validFrom: day.describe("First day on which the prices hold, in the supplier's time zone. They hold until the next list's first day."),
  tax: mapping({
    category: oneOf(["S", "Z", "E"]).describe("Category of UNCL5305: S standard rate, Z zero rated, E exempt."),
    percent: decimal.describe('Rate in percent, such as "12"; "0" unless the category is S.'),
    exemption: singleLine("why no tax is due", 200).exactOptional().describe("Why no tax is due; only with category E."),
  })
    .superRefine(({ category, percent, exemption }, context) => {
      const isZero = Number(percent) === 0;
      const refuse = (path: string, message: string) => context.addIssue({ code: "custom", path: [path], message });
      if (category === "S" && isZero) refuse("percent", 'is 0 with category S, expected a rate above 0, or category "Z"');
      if (category !== "S" && !isZero) refuse("percent", `is ${percent} with category ${category}, expected "0"`);
      if ((category === "E") !== (exemption !== undefined)) {
        refuse("exemption", `${exemption === undefined ? "is missing" : "is set"} with category ${category}, expected it exactly with category E`);
      }
    })
    .describe("Tax on everything in this list."),
  plans: z
    .record(planName, planPrice, expecting("a mapping from plan names to prices"))
    .describe("Prices by plan. A tenant on a plan without one cannot be billed."),
  overage: mapping({
    database_gib: overage.describe("Per GiB of database above what is included. Absent: not charged."),
    filestore_gib: overage.describe("Per GiB of files above what is included. Absent: not charged."),
    backup_gib: overage.describe("Per GiB of backups above what is included. Absent: not charged."),
    active_users: overage.describe("Per active user above what is included. Absent: not charged."),
  })
    .prefault({})
    .describe("Prices per unit and month of usage above what a plan includes, by the day."),
});

/** `prices/<currency>.yaml`: dated price lists. */
export const pricesSchema = mapping({
  prices: list(priceList, "a list of price lists, each with validFrom")
    .min(1, { error: "is empty, expected at least one price list" })
    .superRefine((lists, context) => {
      lists.forEach(({ validFrom }, index) => {
        const before = lists[index - 1]?.validFrom;
        if (before !== undefined && validFrom <= before) {
          const message = `is "${validFrom}" after "${before}", expected a later day: the lists are in the order of their days`;
          context.addIssue({ code: "custom", path: [index, "validFrom"], message });
        }
      });
    })
    .describe("Price lists, the oldest first. A list that has begun never changes: add one that begins later."),
}).describe("Prices in one currency, by the day from which they hold.");

/** `billing` of a tenant's file. */
export const tenantBilling = mapping({
  company: companyName.describe("Company of companies.yaml that pays."),
  costCentre: companyName.describe("Cost centre of that company."),
}).describe("Who pays for the tenant. Without it, the tenant cannot be billed.");

/** `companies.yaml` after parsing. */
export type CompaniesFile = z.output<typeof companiesSchema>;
/** A price list. */
export type PriceList = z.output<typeof priceList>;
