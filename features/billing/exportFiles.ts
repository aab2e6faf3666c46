import { csvOf } from "./csv.ts";
import type { Issued } from "./document.ts";
import { odooMoveOf } from "./odoo.ts";
import { pdfOf } from "./pdf.ts";
import { ublOf } from "./ubl.ts";

/** A document in every form that it is handed on in, by file name. */
export async function exportFiles(issued: Issued): Promise<ReadonlyMap<string, string | Buffer>> {
  const { number } = issued;
  return new Map<string, string | Buffer>([
    [`${number}.csv`, csvOf(issued)],
    [`${number}.pdf`, await pdfOf(issued)],
    [`${number}.xml`, ublOf(issued)],
    [`${number}.account.move.csv`, odooMoveOf(issued)],
  ]);
}
