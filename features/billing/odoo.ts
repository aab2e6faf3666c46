import { csvText } from "../../lib/csv.ts";
import type { Issued } from "./document.ts";

/** Fields of `account.move` and of its lines, as Odoo's import names them. */
const COLUMNS = [
  "id",
  "move_type",
  "ref",
  "partner_id",
  "invoice_date",
  "currency_id",
  "invoice_line_ids/id",
  "invoice_line_ids/name",
  "invoice_line_ids/quantity",
  "invoice_line_ids/price_unit",
] as const;

/**
 * A document for Odoo's import of `account.move`: it becomes a draft, whose taxes and accounts Odoo and its people decide. Its
 * external id makes a second import an update. Each line has quantity 1 at its amount, so that Odoo cannot round it again.
 */
export function odooMoveOf({ number, issued, document }: Issued): string {
  const id = externalId(number);
  const about = [
    id,
    document.kind === "statement" ? "out_invoice" : "out_refund",
    document.corrects === undefined ? number : `${number} (${document.corrects.number})`,
    document.customer.legalName,
    issued,
    document.currency,
  ];
  const nothing = about.map(() => "");
  const rows = document.lines.map(({ position, name, from, to, amount }, index) => [
    // Odoo takes a row whose own fields are empty for one more line of the move above.
    ...(index === 0 ? about : nothing),
    `${id}_line_${position}`,
    `${name}, ${from} to ${to}`,
    "1",
    amount,
  ]);
  return csvText(COLUMNS, rows);
}

/** A document's external id in Odoo, such as `odoo_saas.move_stm_2026_0001`. */
export function externalId(number: string): string {
  return `odoo_saas.move_${number.toLowerCase().replaceAll("-", "_")}`;
}
