import { csvText } from "../../lib/csv.ts";
import type { Issued } from "./document.ts";

/** Columns by FOCUS 1.0's names where it has one. */
const COLUMNS = [
  "InvoiceId",
  "InvoiceIssuerName",
  "BillingAccountId",
  "BillingAccountName",
  "BillingCurrency",
  "BillingPeriodStart",
  "BillingPeriodEnd",
  "ChargePeriodStart",
  "ChargePeriodEnd",
  "ChargeCategory",
  "ChargeDescription",
  "SubAccountId",
  "CostCentre",
  "Environment",
  "Meter",
  "Plan",
  "ConsumedQuantity",
  "ConsumedUnit",
  "ListUnitPrice",
  "PricePer",
  "BilledCost",
  "TaxCategory",
  "TaxPercent",
] as const;

/** A document as CSV: a row per line, costs without tax. Those of a credit note are negative. */
export function csvOf({ number, document }: Issued): string {
  const { supplier, customer, currency, month, lines, kind } = document;
  const [first, last] = [
    lines.map(({ from }) => from).sort()[0],
    lines
      .map(({ to }) => to)
      .sort()
      .at(-1),
  ];
  const rows = lines.map((line) => [
    number,
    supplier.legalName,
    customer.id,
    customer.legalName,
    currency,
    first ?? `${month}-01`,
    last ?? `${month}-01`,
    line.from,
    line.to,
    kind === "statement" ? (line.meter === "plan" ? "Purchase" : "Usage") : "Credit",
    line.name,
    line.tenant,
    line.costCentre,
    line.environment,
    line.meter,
    line.plan,
    line.quantity,
    line.unit === "DAY" ? "Days" : "Units",
    line.price,
    line.baseQuantity,
    kind === "statement" ? line.amount : `-${line.amount}`,
    line.tax.category,
    line.tax.percent,
  ]);
  return csvText(COLUMNS, rows);
}
