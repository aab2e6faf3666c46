import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { create } from "xmlbuilder2";
import { calculateMonth } from "../../features/billing/calculate.ts";
import type { Issued } from "../../features/billing/document.ts";
import { exportFiles } from "../../features/billing/exportFiles.ts";
import { daysOf } from "../../features/billing/index.ts";
import { externalId } from "../../features/billing/odoo.ts";
import { ublOf } from "../../features/billing/ubl.ts";
import { COMPANIES, PRICES } from "./support/month.ts";

const MONTH = "2026-11";

/** A statement with a change of plan, usage above plan, and two cost centres. */
function statement(): Issued {
  const days = daysOf(MONTH);
  const readings = (tenant: string, gib: string) => ({
    tenant,
    environment: "prod",
    plans: new Map(
      days.map((day) => [day, { plan: day < "2026-11-11" ? "small" : "standard", lifecycle: "active" as const }]),
    ),
    usage: new Map([["database_gib" as const, new Map(days.map((day) => [day, gib]))]]),
  });
  const { documents } = calculateMonth({
    month: MONTH,
    until: "2026-11-30",
    companies: COMPANIES,
    prices: new Map([["PHP", PRICES]]),
    payers: new Map([
      ["one", { company: "acme", costCentre: "finance" }],
      ["two", { company: "acme", costCentre: "sales" }],
    ]),
    readings: [readings("one", "7.5"), readings("two", "1")],
  });
  const [document] = documents;
  assert.ok(document !== undefined);
  return { number: "STM-2026-0001", issued: "2026-12-05", document };
}

/** The same as a credit note. */
function creditNote(): Issued {
  const { document, number, issued } = statement();
  const corrects = { number, issued, reason: "Outage" };
  return { number: "CRN-2026-0001", issued: "2026-12-06", document: { ...document, kind: "credit_note", corrects } };
}

/** Texts of all elements of a name, in order. */
function textsOf(xml: string, name: string): string[] {
  const found: string[] = [];
  create(xml).each(
    ({ node }) => {
      if (node.nodeName === name) found.push(node.textContent ?? "");
    },
    false,
    true,
  );
  return found;
}

describe("a document's exports", () => {
  it("are the same files each time, one per form", async () => {
    const files = await exportFiles(statement());
    assert.deepEqual(
      [...files.keys()],
      ["STM-2026-0001.csv", "STM-2026-0001.pdf", "STM-2026-0001.xml", "STM-2026-0001.account.move.csv"],
    );
    assert.deepEqual(await exportFiles(statement()), files);
    const pdf = files.get("STM-2026-0001.pdf");
    assert.ok(Buffer.isBuffer(pdf) && pdf.subarray(0, 5).toString() === "%PDF-");
  });

  it("have a row per line in CSV, and negative costs for a credit note", async () => {
    const csv = String((await exportFiles(statement())).get("STM-2026-0001.csv"));
    const rows = csv.trim().split("\r\n");
    assert.equal(rows.length, 1 + statement().document.lines.length);
    assert.match(rows[1] ?? "", /^STM-2026-0001,"Platform & Sons, Inc\.",acme,"Acme <Group>, Inc\.",PHP,/);
    assert.match(String((await exportFiles(creditNote())).get("CRN-2026-0001.csv")), /,-2900\.00,S,12\r\n/);
  });

  it("update the same move when Odoo imports them twice", async () => {
    assert.equal(externalId("STM-2026-0001"), "odoo_saas.move_stm_2026_0001");
    const rows = String((await exportFiles(statement())).get("STM-2026-0001.account.move.csv"))
      .trim()
      .split("\r\n");
    assert.match(
      rows[1] ?? "",
      /^odoo_saas\.move_stm_2026_0001,out_invoice,STM-2026-0001,"Acme <Group>, Inc\.",2026-12-05,PHP,/,
    );
    assert.match(rows[2] ?? "", /^,,,,,,odoo_saas\.move_stm_2026_0001_line_2,/);
    assert.match(
      String((await exportFiles(creditNote())).get("CRN-2026-0001.account.move.csv")),
      /,out_refund,CRN-2026-0001 \(STM-2026-0001\),/,
    );
  });

  // Rules of EN 16931 and Peppol BIS Billing 3 by their names: their Schematron is not part of this project.
  for (const [rule, name, expected] of [
    [
      "BR-01, the specification",
      "cbc:CustomizationID",
      ["urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0"],
    ],
    ["PEPPOL-EN16931-R001, the process", "cbc:ProfileID", ["urn:fdc:peppol.eu:2017:poacc:billing:01:1.0"]],
    ["BR-03, the day of issue", "cbc:IssueDate", ["2026-12-05"]],
    ["BR-04, the type", "cbc:InvoiceTypeCode", ["380"]],
    ["BR-05, the currency", "cbc:DocumentCurrencyCode", ["PHP"]],
    ["PEPPOL-EN16931-R003, the buyer's reference", "cbc:BuyerReference", ["acme"]],
    [
      "PEPPOL-EN16931-R010 and R020, electronic addresses",
      "cbc:EndpointID",
      ["payables@acme.example", "payables@acme.example"],
    ],
    ["BR-06 and BR-07, names", "cbc:RegistrationName", ["Platform & Sons, Inc.", "Acme <Group>, Inc."]],
    ["BR-09 and BR-11, countries", "cbc:IdentificationCode", ["PH", "PH"]],
    ["BR-CO-09, tax numbers with a country", "cbc:CompanyID", ["PH000000001000", "PH000000002000"]],
    ["BR-CO-14, the tax", "cbc:TaxAmount", ["4348.00", "4348.00"]],
    ["BR-CO-10, the sum of lines", "cbc:TaxExclusiveAmount", ["36233.34"]],
    ["BR-CO-15, the sum with tax", "cbc:PayableAmount", ["40581.34"]],
  ] as const) {
    it(`keep ${rule} in UBL`, () => assert.deepEqual(textsOf(ublOf(statement()), name), expected));
  }

  it("keep PEPPOL-EN16931-R120 in UBL: a line is its quantity at its price, to the cent that proration moves", () => {
    const xml = ublOf(statement());
    const numbers = (name: string) => textsOf(xml, name).map(Number);
    const [prices, bases] = [numbers("cbc:PriceAmount"), numbers("cbc:BaseQuantity")];
    const exact = numbers("cbc:InvoicedQuantity").map(
      (quantity, index) => (quantity * (prices[index] ?? 0)) / (bases[index] ?? 0),
    );
    // The first one is the document's sum.
    const amounts = numbers("cbc:LineExtensionAmount").slice(1);
    assert.equal(amounts.length, exact.length);
    amounts.forEach((amount, index) => assert.ok(Math.abs(amount - (exact[index] ?? 0)) <= 0.02, `line ${index + 1}`));
  });

  it("name what a credit note corrects in UBL", () => {
    const xml = ublOf(creditNote());
    assert.match(xml, /<CreditNote xmlns="urn:oasis:names:specification:ubl:schema:xsd:CreditNote-2"/);
    assert.deepEqual(textsOf(xml, "cbc:CreditNoteTypeCode"), ["381"]);
    assert.deepEqual(textsOf(xml, "cbc:ID").slice(0, 2), ["CRN-2026-0001", "STM-2026-0001"]);
  });
});
