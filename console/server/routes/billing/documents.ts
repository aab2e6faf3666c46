import { eventsOf, exportFiles, keptDocuments } from "../../../../features/billing/index.ts";
import { documentSchema, lineEventsSchema } from "../../../api/billing.ts";
import { billingOn } from "../../../database/billing.ts";
import type { Database } from "../../../database/connect.ts";
import { Problem } from "../../problem.ts";
import { nothing, rawRoute, route } from "../../route.ts";

/** Media types of a document's files by their endings. */
const FORMATS = {
  csv: "text/csv",
  pdf: "application/pdf",
  xml: "application/xml",
  "account.move.csv": "text/csv",
} as const;

export const readDocument = route({
  method: "get",
  path: "/billing/documents/{id}",
  action: "billing:read",
  summary: "A statement or credit note with its lines",
  query: nothing,
  body: nothing,
  answer: documentSchema,
  handle: async ({ services: { database }, param }) => {
    const { id, number, issued, document } = await find(database, param("id"));
    const { kind, month, customer, currency, lines, taxes, totals } = document;
    return {
      ...{ id, number, issued, kind, month, currency, lines, taxes },
      company: customer.legalName,
      net: totals.taxExclusive,
      tax: totals.tax,
      gross: totals.payable,
    };
  },
});

export const readLineEvents = route({
  method: "get",
  path: "/billing/documents/{id}/lines/{position}",
  action: "billing:read",
  summary: "The readings that an amount comes from, day by day",
  query: nothing,
  body: nothing,
  answer: lineEventsSchema,
  handle: async ({ services: { database }, param }) => {
    const { document } = await find(database, param("id"));
    const line = document.lines.find(({ position }) => String(position) === param("position"));
    if (line === undefined) throw new Problem(404, `There is no line ${JSON.stringify(param("position"))}`);
    const events = await eventsOf(billingOn(database), line);
    return {
      events: events.map(({ day, source, id, plan, lifecycle, value, reason, recordedAt }) => ({
        ...{ day, source, id, reason },
        value: value ?? `${plan ?? ""}, ${lifecycle ?? ""}`,
        recordedAt: recordedAt.toISOString(),
      })),
    };
  },
});

export const downloadDocument = rawRoute({
  method: "get",
  path: "/billing/documents/{id}/files/{format}",
  action: "billing:read",
  summary: "A final document as csv, pdf, xml (UBL 2.1) or account.move.csv (for Odoo)",
  query: nothing,
  media: "application/octet-stream",
  handle: async ({ services: { database }, param, context }) => {
    const { number, issued, document } = await find(database, param("id"));
    const format = Object.entries(FORMATS).find(([name]) => name === param("format"));
    if (format === undefined) throw new Problem(404, `There is no format ${JSON.stringify(param("format"))}`);
    if (number === undefined || issued === undefined) {
      throw new Problem(404, "The document is a draft", "Make it final first: only final documents are handed on");
    }
    const [ending, media] = format;
    const name = `${number}.${ending}`;
    const content = (await exportFiles({ number, issued, document })).get(name) ?? "";
    context.header("Content-Type", media);
    context.header("Content-Disposition", `attachment; filename="${name}"`);
    return context.body(typeof content === "string" ? content : new Uint8Array(content));
  },
});

/** A document. @throws Problem where there is none */
async function find(database: Database, id: string) {
  const [found] = /^\d{1,15}$/.test(id) ? await keptDocuments(billingOn(database), "id", id) : [];
  if (found === undefined)
    throw new Problem(404, `There is no document ${JSON.stringify(id)}`, "Look for it in its month");
  return { ...found, id };
}
