import { Decimal } from "decimal.js";
import { fractionDigits } from "../../config/prices.ts";
import { calculateMonth, projected } from "./calculate.ts";
import type { Change, Hole, MonthResult, NotBillable } from "./calculate.ts";
import { addMonths } from "./calendar.ts";
import { documentSchema } from "./document.ts";
import type { BillingDocument } from "./document.ts";
import { companiesOf, monthInput, numberOf, periodOf } from "./period.ts";
import type { Acting, Period } from "./period.ts";
import type { Sql } from "./sql.ts";
import { sum } from "./totals.ts";

/** A document as it is kept, or as it would be. */
export interface KeptDocument {
  /** Absent: a forecast. */
  readonly id?: string;
  /** Absent: not final. */
  readonly number?: string;
  readonly issued?: string;
  readonly draftedBy?: string;
  readonly document: BillingDocument;
}

/** What a company is charged in a month. */
export interface CompanyCharge {
  readonly id: string;
  readonly legalName: string;
  readonly currency: string;
  /** Without tax, as everything here but `gross`. */
  readonly net: string;
  readonly gross: string;
  /** Statement of the month before; absent: there is none. */
  readonly before?: string;
  readonly costCentres: readonly { readonly id: string; readonly name: string; readonly net: string }[];
}

/** A month as finance sees it. */
export interface Overview {
  readonly period: Period;
  /** Whether amounts go on from the last day that was metered. */
  readonly isForecast: boolean;
  readonly companies: readonly CompanyCharge[];
  readonly documents: readonly KeptDocument[];
  readonly changes: readonly Change[];
  readonly holes: readonly Hole[];
  readonly notBillable: readonly NotBillable[];
  /** Readings that were refused because something else was there. */
  readonly conflicts: number;
}

/** What a month comes to: as it is kept once it is drafted, before that as a forecast. */
export async function overviewOf(sql: Sql, month: string, acting: Omit<Acting, "by">): Promise<Overview> {
  const period = await periodOf(sql, month);
  const isForecast = period.state === "open" || period.state === "collecting";
  const conflicts = await sql.query<{ count: string }>(
    "SELECT count(*)::text AS count FROM billing.conflicts WHERE event ->> 'day' LIKE $1 || '-%'",
    [month],
  );
  const kept = isForecast ? undefined : await keptMonth(sql, month);
  const { documents, changes, holes, notBillable } = kept ?? (await forecast(sql, month, acting));
  const before = await sql.query<{ company: string; net: string }>(
    "SELECT company, tax_exclusive::text AS net FROM billing.documents WHERE month = $1 AND kind = 'statement'",
    [addMonths(month, -1)],
  );
  const last = new Map(before.rows.map(({ company, net }) => [company, net]));
  const statements = documents.filter(({ document }) => document.kind === "statement");
  return {
    period,
    isForecast,
    companies: statements.map(({ document }) => chargeOf(document, last.get(document.customer.id))),
    documents,
    changes,
    holes,
    notBillable,
    conflicts: Number(conflicts.rows[0]?.count ?? 0),
  };
}

interface Contents extends Pick<MonthResult, "changes" | "holes" | "notBillable"> {
  readonly documents: readonly KeptDocument[];
}

async function forecast(sql: Sql, month: string, acting: Omit<Acting, "by">): Promise<Contents> {
  const input = await monthInput(sql, month, acting);
  const { holes, changes } = calculateMonth(input);
  const { documents, notBillable } = calculateMonth({ ...input, readings: projected(input.readings, month) });
  return { documents: documents.map((document) => ({ document })), changes, holes, notBillable };
}

async function keptMonth(sql: Sql, month: string): Promise<Contents> {
  const { rows } = await sql.query<{ report: Pick<MonthResult, "changes" | "holes" | "notBillable"> }>(
    "SELECT report FROM billing.periods WHERE month = $1",
    [month],
  );
  const { changes = [], holes = [], notBillable = [] } = rows[0]?.report ?? {};
  return { documents: await keptDocuments(sql, "month", month), changes, holes, notBillable };
}

/** Documents by their month or id, drafts included, statements first. */
export async function keptDocuments(sql: Sql, by: "month" | "id", value: string): Promise<KeptDocument[]> {
  const { rows } = await sql.query<{
    id: string;
    series: string | null;
    year: number;
    number: number;
    issued: string | null;
    drafted_by: string;
    content: unknown;
  }>(
    `SELECT id::text AS id, series, year, number, to_char(issued, 'YYYY-MM-DD') AS issued, drafted_by, content
     FROM billing.documents WHERE ${by} = $1 ORDER BY kind DESC, company, id`,
    [value],
  );
  return rows.map(({ id, series, year, number, issued, drafted_by, content }) => ({
    id,
    draftedBy: drafted_by,
    document: documentSchema.parse(content),
    ...(series === null || issued === null ? {} : { number: numberOf(series, year, number), issued }),
  }));
}

function chargeOf(
  { customer, currency, totals, lines, costCentres }: BillingDocument,
  before: string | undefined,
): CompanyCharge {
  const digits = fractionDigits(currency);
  const byCentre = Map.groupBy(lines, ({ costCentre }) => costCentre);
  return {
    id: customer.id,
    legalName: customer.legalName,
    currency,
    net: totals.taxExclusive,
    gross: totals.taxInclusive,
    ...(before === undefined ? {} : { before: new Decimal(before).toFixed(digits) }),
    costCentres: [...byCentre]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([id, own]) => ({
        id,
        name: costCentres[id] ?? id,
        net: sum(own.map(({ amount }) => amount)).toFixed(digits),
      })),
  };
}

/** What a tenant costs in a month. */
export interface TenantCharge {
  readonly month: string;
  readonly state: Period["state"];
  /** Number of the statement; absent: it is not final. */
  readonly number?: string;
  /** Id of the document; absent: a forecast. */
  readonly document?: string;
  readonly currency: string;
  readonly net: string;
}

/**
 * What a tenant costs: a forecast of the current month, and the newest months that were drafted.
 *
 * @param count most months beside the current one. @default 12
 */
export async function tenantCharges(
  sql: Sql,
  tenant: string,
  month: string,
  acting: Omit<Acting, "by">,
  count = 12,
): Promise<{
  readonly charges: readonly TenantCharge[];
  readonly lines: BillingDocument["lines"];
  readonly notBillable: readonly NotBillable[];
}> {
  companiesOf(acting.files);
  const input = await monthInput(sql, month, acting, tenant);
  const { documents, notBillable } = calculateMonth({ ...input, readings: projected(input.readings, month) });
  const { rows } = await sql.query<{
    id: string;
    month: string;
    state: Period["state"];
    series: string | null;
    year: number;
    number: number;
    currency: string;
    net: string;
  }>(
    `SELECT document.id::text AS id, document.month, state, series, year, number, currency, sum(amount)::text AS net
     FROM billing.lines JOIN billing.documents AS document ON document.id = document JOIN billing.periods USING (month)
     WHERE tenant = $1 AND kind = 'statement' GROUP BY document.id, state ORDER BY month DESC LIMIT $2`,
    [tenant, count],
  );
  const current = rows.some((row) => row.month === month) ? [] : documents;
  return {
    notBillable,
    lines: documents.flatMap(({ lines }) => lines),
    charges: [
      ...current.map(({ currency, totals }) => ({ month, state: "open" as const, currency, net: totals.taxExclusive })),
      ...rows.map(({ id, series, year, number, net, ...row }) => ({
        ...row,
        document: id,
        net: new Decimal(net).toFixed(fractionDigits(row.currency)),
        ...(series === null ? {} : { number: numberOf(series, year, number) }),
      })),
    ],
  };
}

/** Months that there are, the newest first, and where each is; the current one always. */
export async function monthsOf(
  sql: Sql,
  current: string,
): Promise<{ readonly month: string; readonly state: Period["state"] }[]> {
  const { rows } = await sql.query<{ month: string; state: Period["state"] }>(
    "SELECT month, state FROM billing.periods ORDER BY month DESC LIMIT 60",
  );
  const metered = await sql.query<{ month: string | null }>(
    "SELECT to_char(min(day), 'YYYY-MM') AS month FROM billing.meter_events",
  );
  const months = new Map(rows.map(({ month, state }) => [month, state]));
  for (let month = metered.rows[0]?.month ?? current; month <= current; month = addMonths(month, 1)) {
    if (!months.has(month)) months.set(month, "open");
  }
  return [...months].map(([month, state]) => ({ month, state })).sort((a, b) => (a.month < b.month ? 1 : -1));
}
