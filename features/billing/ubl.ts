import { create } from "xmlbuilder2";
import type { BillingDocument, Issued, Line, Party, Tax } from "./document.ts";

const CUSTOMIZATION = "urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0";
const PROFILE = "urn:fdc:peppol.eu:2017:poacc:billing:01:1.0";

/** Types of UNCL1001: commercial invoice, and credit note. */
const TYPE = { statement: "380", credit_note: "381" } as const;

/** Scheme of electronic addresses that are mail addresses. */
const MAIL_SCHEME = "EM";

/** Days after issue that a statement is due. */
const TERMS = "Due within 30 days of the date of issue.";

/** A document as UBL 2.1 by Peppol BIS Billing 3: an Invoice, or a CreditNote. */
export function ublOf({ number, issued, document }: Issued): string {
  const isStatement = document.kind === "statement";
  const root = isStatement ? "Invoice" : "CreditNote";
  const { currency, lines, totals, taxes } = document;
  const money = (amount: string) => ({ "@currencyID": currency, "#": amount });
  const content = {
    "cbc:CustomizationID": CUSTOMIZATION,
    "cbc:ProfileID": PROFILE,
    "cbc:ID": number,
    "cbc:IssueDate": issued,
    [isStatement ? "cbc:InvoiceTypeCode" : "cbc:CreditNoteTypeCode"]: TYPE[document.kind],
    ...(document.corrects === undefined ? {} : { "cbc:Note": document.corrects.reason }),
    "cbc:DocumentCurrencyCode": currency,
    "cbc:BuyerReference": document.customer.id,
    "cac:InvoicePeriod": periodOf(document),
    ...(document.corrects === undefined
      ? {}
      : {
          "cac:BillingReference": {
            "cac:InvoiceDocumentReference": {
              "cbc:ID": document.corrects.number,
              "cbc:IssueDate": document.corrects.issued,
            },
          },
        }),
    "cac:AccountingSupplierParty": { "cac:Party": partyOf(document.supplier) },
    "cac:AccountingCustomerParty": { "cac:Party": partyOf(document.customer) },
    ...(isStatement ? { "cac:PaymentTerms": { "cbc:Note": TERMS } } : {}),
    "cac:TaxTotal": {
      "cbc:TaxAmount": money(totals.tax),
      "cac:TaxSubtotal": taxes.map((tax) => ({
        "cbc:TaxableAmount": money(tax.taxable),
        "cbc:TaxAmount": money(tax.amount),
        "cac:TaxCategory": categoryOf(tax, true),
      })),
    },
    "cac:LegalMonetaryTotal": {
      "cbc:LineExtensionAmount": money(totals.lines),
      "cbc:TaxExclusiveAmount": money(totals.taxExclusive),
      "cbc:TaxInclusiveAmount": money(totals.taxInclusive),
      "cbc:PayableAmount": money(totals.payable),
    },
    [`cac:${root}Line`]: lines.map((line) => lineOf(line, isStatement, money)),
  };
  return create(
    { version: "1.0", encoding: "UTF-8" },
    {
      [root]: {
        "@xmlns": `urn:oasis:names:specification:ubl:schema:xsd:${root}-2`,
        "@xmlns:cac": "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2",
        "@xmlns:cbc": "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2",
        ...content,
      },
    },
  ).end({ prettyPrint: true });
}

function periodOf({ lines }: BillingDocument) {
  const from = lines.map((line) => line.from).sort()[0] ?? "";
  const to =
    lines
      .map((line) => line.to)
      .sort()
      .at(-1) ?? "";
  return { "cbc:StartDate": from, "cbc:EndDate": to };
}

function partyOf({ legalName, taxId, address, contact }: Party) {
  return {
    "cbc:EndpointID": { "@schemeID": MAIL_SCHEME, "#": contact.email },
    "cac:PostalAddress": {
      "cbc:StreetName": address.street,
      "cbc:CityName": address.city,
      "cbc:PostalZone": address.postalCode,
      "cac:Country": { "cbc:IdentificationCode": address.country },
    },
    "cac:PartyTaxScheme": { "cbc:CompanyID": taxId, "cac:TaxScheme": { "cbc:ID": "VAT" } },
    "cac:PartyLegalEntity": { "cbc:RegistrationName": legalName },
    "cac:Contact": { "cbc:Name": contact.name, "cbc:ElectronicMail": contact.email },
  };
}

function categoryOf({ category, percent, exemption }: Tax, hasReason: boolean) {
  return {
    "cbc:ID": category,
    "cbc:Percent": percent,
    ...(hasReason && exemption !== undefined ? { "cbc:TaxExemptionReason": exemption } : {}),
    "cac:TaxScheme": { "cbc:ID": "VAT" },
  };
}

function lineOf(line: Line, isStatement: boolean, money: (amount: string) => object) {
  return {
    "cbc:ID": String(line.position),
    [isStatement ? "cbc:InvoicedQuantity" : "cbc:CreditedQuantity"]: { "@unitCode": line.unit, "#": line.quantity },
    "cbc:LineExtensionAmount": money(line.amount),
    "cbc:AccountingCost": line.costCentre,
    "cac:InvoicePeriod": { "cbc:StartDate": line.from, "cbc:EndDate": line.to },
    "cac:Item": { "cbc:Name": line.name, "cac:ClassifiedTaxCategory": categoryOf(line.tax, false) },
    "cac:Price": {
      "cbc:PriceAmount": money(line.price),
      "cbc:BaseQuantity": { "@unitCode": line.unit, "#": line.baseQuantity },
    },
  };
}
