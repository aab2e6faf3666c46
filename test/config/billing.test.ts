import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { readBaseRevision } from "../../config/baseRevision.ts";
import { promotableHash, selectTenants } from "../../config/index.ts";
import { fractionDigits, priceOn } from "../../config/prices.ts";
import { changeReport } from "../../features/lifecycle/index.ts";
import { problemsIn, projectFilesWith, VALID_PROJECT, withProject } from "../support/projectFolder.ts";

const TENANT = VALID_PROJECT["tenants/acme.yaml"] ?? "";
const COMPANIES = (VALID_PROJECT["companies.yaml"] ?? "").replace(
  "companies: {}\n",
  `companies:
  acme:
    legalName: Acme Ltd.
    taxId: IE7654321AB
    address: { street: 2 Main Street, city: Dublin, postalCode: D02, country: IE }
    contact: { name: Payables, email: payables@acme.example }
    currency: EUR
    costCentres: { ops: Operations }
`,
);
const PRICES = VALID_PROJECT["prices/EUR.yaml"] ?? "";

/** What is wrong after a replacement in one of the files, without positions. */
function refused(changes: Readonly<Record<string, string | undefined>>): string[] {
  return withProject({ "companies.yaml": COMPANIES, ...changes }, problemsIn).map((line) =>
    line.replace(/:\d+:\d+: /, ": "),
  );
}

describe("files of billing", () => {
  it("are valid as the project has them", () => {
    assert.deepEqual(refused({ "tenants/acme.yaml": `${TENANT}billing: { company: acme, costCentre: ops }\n` }), []);
    assert.deepEqual(refused({ "companies.yaml": undefined, "prices/EUR.yaml": undefined }), []);
  });

  for (const [what, changes, expected] of [
    [
      "an unknown company",
      { "tenants/acme.yaml": `${TENANT}billing: { company: acmo, costCentre: ops }\n` },
      'tenants/acme.yaml: billing.company: is "acmo", which is not in companies.yaml, expected acme',
    ],
    [
      "an unknown cost centre",
      { "tenants/acme.yaml": `${TENANT}billing: { company: acme, costCentre: opps }\n` },
      'tenants/acme.yaml: billing.costCentre: is "opps", which is not a cost centre of acme in companies.yaml, expected ops',
    ],
    [
      "a currency without prices",
      { "companies.yaml": COMPANIES.replace("currency: EUR\n    costCentres", "currency: PHP\n    costCentres") },
      'companies.yaml: companies.acme.currency: is "PHP", which has no prices, expected a file prices/PHP.yaml',
    ],
    [
      "a plan without a price that somebody pays for",
      {
        "tenants/acme.yaml": `${TENANT}billing: { company: acme, costCentre: ops }\n`,
        "prices/EUR.yaml": PRICES.replace(/\{ standard: .*/, "{}"),
      },
      'tenants/acme.yaml: plan: is "standard", which has no price in prices/EUR.yaml, expected a plan with a price: without one the tenant cannot be billed',
    ],
    [
      "an amount that is a number",
      { "prices/EUR.yaml": PRICES.replace('"1.50"', "1.50") },
      'prices/EUR.yaml: prices[0].plans.standard.month: is 1.50, which YAML reads as a number, expected quotes: "1.50"',
    ],
    [
      "an amount with more digits than the currency has",
      { "prices/EUR.yaml": PRICES.replace('"1.50"', '"1.505"') },
      'prices/EUR.yaml: prices[0].plans.standard.month: is "1.505", expected at most 2 digits after the point, as amounts in EUR have',
    ],
    [
      "a rate with category Z",
      { "prices/EUR.yaml": PRICES.replace("category: S", "category: Z") },
      'prices/EUR.yaml: prices[0].tax.percent: is 25 with category Z, expected "0"',
    ],
    [
      "a file that is not a currency's",
      { "prices/euro.yaml": PRICES },
      'prices/euro.yaml: is named "euro", expected a currency (ISO 4217) such as "PHP"',
    ],
  ] as const) {
    it(`refuse ${what}`, () => assert.deepEqual(refused(changes), [expected]));
  }

  it("refuse lists that are not in the order of their days", () => {
    const two = `${PRICES}  - validFrom: 2025-01-01\n    tax: { category: Z, percent: "0" }\n    plans: {}\n`;
    assert.match(
      refused({ "prices/EUR.yaml": two }).join(),
      /prices\[1\]\.validFrom: is "2025-01-01" after "2026-01-01"/,
    );
  });

  it("say nothing of who pays to what runs", () => {
    const changes = {
      "companies.yaml": COMPANIES,
      "tenants/acme.yaml": `${TENANT}billing: { company: acme, costCentre: ops }\n`,
    };
    const files = projectFilesWith(changes);
    assert.equal(files.tenants.get("acme")?.billing?.company, "acme");
    const stack = {
      environment: "staging",
      cell: "main",
      baseDomain: "odoo.example",
      release: "18.0-2026.11",
    } as const;
    const specs = selectTenants(files, stack);
    assert.deepEqual(
      specs.map((spec) => [spec.id, "billing" in spec]),
      [["acme", false]],
    );
    const hash = (project: typeof files) => specs.map((spec) => promotableHash({ projectFiles: project }, spec));
    assert.deepEqual(hash(files), hash(projectFilesWith({ "companies.yaml": COMPANIES })));
  });

  it("say the list of a day, and the digits of a currency", () => {
    assert.equal(priceOn([], "2026-01-01"), undefined);
    assert.deepEqual(["PHP", "JPY", "BHD"].map(fractionDigits), [2, 0, 3]);
  });
});

describe("prices of the past", () => {
  const later = (day: string) =>
    `${PRICES}  - validFrom: ${day}\n    tax: { category: Z, percent: "0" }\n    plans: { standard: { month: "9", paused: "1" } }\n`;
  const base = readBaseRevision(
    new Map([
      ["tenants/acme.yaml", TENANT],
      ["prices/EUR.yaml", later("2027-01-01")],
    ]),
  );
  const problems = (changes: Readonly<Record<string, string | undefined>>): string[] =>
    withProject({ "companies.yaml": COMPANIES, ...changes }, (root) =>
      changeReport(root, { name: "main", files: base }, new Date("2026-12-15T12:00:00Z")).report.diagnostics.map(
        ({ file, path, message }) => `${file}: ${path}: ${message}`,
      ),
    );

  it("may be followed by a list that begins later, and one that has not begun may change", () => {
    assert.deepEqual(problems({ "prices/EUR.yaml": later("2026-12-16") }), []);
    assert.deepEqual(problems({ "prices/EUR.yaml": PRICES }), []);
  });

  it("do not change", () => {
    const [problem = ""] = problems({ "prices/EUR.yaml": PRICES.replace('"1.50"', '"1.60"') });
    assert.match(
      problem,
      /^prices\/EUR\.yaml: prices\[0\]: changes the prices from 2026-01-01, expected them as they were/,
    );
  });

  it("are not taken away", () => {
    const [problem = ""] = problems({ "prices/EUR.yaml": PRICES.replace("2026-01-01", "2026-12-20") });
    assert.match(problem, /^prices\/EUR\.yaml: prices: lacks the prices from 2026-01-01/);
    const gone = problems({ "prices/EUR.yaml": undefined, "companies.yaml": undefined });
    assert.match(gone.join(), /prices\/EUR\.yaml: : is deleted, expected it to stay/);
  });

  it("are not added", () => {
    assert.match(
      problems({ "prices/EUR.yaml": later("2026-12-15") }).join(),
      /prices\[1\]\.validFrom: is "2026-12-15" in a new list on 2026-12-15, expected a later day/,
    );
  });
});
