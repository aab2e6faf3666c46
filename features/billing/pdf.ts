import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import pdfmake from "pdfmake";
import type { Content, TableCell } from "pdfmake";
import type { Issued, Line } from "./document.ts";

const FONTS = join(dirname(createRequire(import.meta.url).resolve("pdfmake/package.json")), "fonts/Roboto");

const TITLES = { statement: "Statement of charges", credit_note: "Credit note" } as const;

/** A document as PDF, A4. The same document always is the same file. */
export async function pdfOf(issued: Issued): Promise<Buffer> {
  const { document, number } = issued;
  const title = TITLES[document.kind];
  pdfmake.setLocalAccessPolicy((path: string) => path.startsWith(FONTS));
  pdfmake.setUrlAccessPolicy(() => false);
  pdfmake.setFonts({
    Roboto: {
      normal: join(FONTS, "Roboto-Regular.ttf"),
      bold: join(FONTS, "Roboto-Medium.ttf"),
    },
  });
  return pdfmake
    .createPdf({
      pageSize: "A4",
      pageMargins: [40, 48, 40, 56],
      language: "en",
      displayTitle: true,
      info: {
        title: `${title} ${number}`,
        author: document.supplier.legalName,
        creationDate: new Date(`${issued.issued}T00:00:00Z`),
      },
      defaultStyle: { font: "Roboto", fontSize: 9 },
      styles: {
        title: { fontSize: 18, bold: true },
        heading: { fontSize: 11, bold: true },
        muted: { color: "#555555" },
        strong: { bold: true },
      },
      footer: (page: number, pages: number): Content => ({
        columns: [
          { text: `${title} ${number}`, style: "muted" },
          { text: `Page ${page} of ${pages}`, style: "muted", alignment: "right" },
        ],
        margin: [40, 16, 40, 0],
      }),
      content: contentOf(issued, title),
    })
    .getBuffer();
}

function contentOf({ number, issued, document }: Issued, title: string): Content[] {
  const { supplier, customer, month, currency, corrects } = document;
  const facts: [string, string][] = [
    ["Number", number],
    ["Date of issue", issued],
    ["Month", month],
    ["Currency", currency],
    ...(corrects === undefined
      ? []
      : ([
          ["Corrects", `${corrects.number} of ${corrects.issued}`],
          ["Reason", corrects.reason],
        ] as [string, string][])),
  ];
  return [
    { text: title, style: "title" },
    {
      columns: [
        { stack: partyOf("From", supplier) },
        { stack: partyOf("To", customer) },
        { layout: "noBorders", table: { body: facts.map(([name, value]) => [{ text: name, style: "muted" }, value]) } },
      ],
      columnGap: 16,
      margin: [0, 16, 0, 16],
    },
    ...centresOf(document.lines).flatMap(([centre, lines]): Content[] => [
      { text: document.costCentres[centre] ?? centre, style: "heading", margin: [0, 10, 0, 4] },
      { layout: "lightHorizontalLines", table: { headerRows: 1, widths: ["*", 90, 44, 70, 70], body: rowsOf(lines) } },
    ]),
    totalsOf(document),
    ...(document.kind === "statement"
      ? [
          {
            text: "This statement of charges is not an official invoice or receipt. The invoice is issued by the supplier's accounting system.",
            style: "muted",
            margin: [0, 20, 0, 0] as [number, number, number, number],
          },
        ]
      : []),
  ];
}

function partyOf(heading: string, { legalName, taxId, address, contact }: Issued["document"]["supplier"]): Content[] {
  return [
    { text: heading, style: "muted" },
    { text: legalName, style: "strong" },
    address.street,
    `${address.postalCode} ${address.city}, ${address.country}`,
    `Tax number ${taxId}`,
    contact.email,
  ];
}

/** Lines by cost centre, in the order of their keys. */
function centresOf(lines: readonly Line[]): [string, Line[]][] {
  return [...Map.groupBy(lines, ({ costCentre }) => costCentre)].sort(([a], [b]) => (a < b ? -1 : 1));
}

function rowsOf(lines: readonly Line[]): TableCell[][] {
  const right = (text: string, isBold = false): TableCell => ({
    text,
    alignment: "right",
    style: isBold ? "strong" : "",
  });
  return [
    [
      { text: "Charge", style: "strong" },
      { text: "Days", style: "strong" },
      right("Quantity", true),
      right("Per month", true),
      right("Amount", true),
    ],
    ...lines.map((line): TableCell[] => [
      line.name,
      line.from === line.to ? line.from : `${line.from} to ${line.to.slice(8)}`,
      right(line.unit === "DAY" ? `${line.quantity} d` : line.quantity),
      right(grouped(line.price)),
      right(grouped(line.amount)),
    ]),
  ];
}

function totalsOf({ totals, taxes, currency, kind }: Issued["document"]): Content {
  const row = (name: string, amount: string, isBold = false): TableCell[] => [
    { text: name, style: isBold ? "strong" : "" },
    { text: `${grouped(amount)} ${currency}`, alignment: "right", style: isBold ? "strong" : "" },
  ];
  return {
    columns: [
      { width: "*", text: "" },
      {
        width: 260,
        layout: "lightHorizontalLines",
        table: {
          widths: ["*", "auto"],
          body: [
            row("Sum without tax", totals.taxExclusive),
            ...taxes.map(({ category, percent, taxable, amount, exemption }) =>
              row(
                `Tax ${percent} % (${category}) on ${grouped(taxable)}${exemption === undefined ? "" : `: ${exemption}`}`,
                amount,
              ),
            ),
            row(kind === "statement" ? "To pay" : "Credited", totals.payable, true),
          ],
        },
      },
    ],
    margin: [0, 16, 0, 0],
  };
}

/** An amount with its thousands separated. */
function grouped(amount: string): string {
  const [whole = "", fraction] = amount.split(".");
  const separated = whole.replace(/\B(?=(?:\d{3})+$)/g, ",");
  return fraction === undefined ? separated : `${separated}.${fraction}`;
}
