import { hashOf } from "../../config/promotableHash.ts";
import { isSameLogin } from "../../config/approvers.ts";
import type { ProjectFiles } from "../../config/index.ts";
import { addDays } from "../../config/lifecycle.ts";
import { BillingError } from "./billingError.ts";
import { calculateMonth } from "./calculate.ts";
import type { MonthInput, MonthResult, Payer } from "./calculate.ts";
import { addMonths, dayIn, daysOf } from "./calendar.ts";
import { documentSchema } from "./document.ts";
import type { BillingDocument, Issued } from "./document.ts";
import { payersOf, readingsOf } from "./events.ts";
import { alone } from "./sql.ts";
import type { BillingDatabase, Sql } from "./sql.ts";

/** Days after a month's end for which late readings are awaited before it can be drafted. */
export const COLLECTING_DAYS = 3;

/** Series of numbers by kind of document. */
const SERIES = { statement: "STM", credit_note: "CRN" } as const;

/** The hash before the first document of a series. */
const GENESIS = "0".repeat(64);

/** Where a month is on its way. A month without a row is open. */
export type PeriodState = "open" | "collecting" | "draft" | "final" | "exported";

/** A month's way. */
export interface Period {
  readonly month: string;
  readonly state: PeriodState;
  readonly collectUntil: string | undefined;
  readonly draftedBy: string | undefined;
  readonly finalisedBy: string | undefined;
  readonly digest: string | undefined;
}

/** What a caller says of the moment and of who acts. */
export interface Acting {
  readonly files: Pick<ProjectFiles, "companies" | "prices" | "tenants">;
  readonly now: Date;
  /** Login of the person. */
  readonly by: string;
}

/** Companies of a project. @throws BillingError where it charges nobody */
export function companiesOf({ companies }: Pick<ProjectFiles, "companies">): NonNullable<ProjectFiles["companies"]> {
  if (companies !== undefined) return companies;
  throw new BillingError("companies.yaml is missing, expected who charges and who pays", "commands");
}

/** A month's row, locked against others where `lock` says so. */
export async function periodOf(sql: Sql, month: string, lock = false): Promise<Period> {
  const { rows } = await sql.query<{
    state: PeriodState;
    collect_until: string;
    drafted_by: string | null;
    finalised_by: string | null;
    digest: string | null;
  }>(
    `SELECT state, to_char(collect_until, 'YYYY-MM-DD') AS collect_until, drafted_by, finalised_by, digest
     FROM billing.periods WHERE month = $1 ${lock ? "FOR UPDATE" : ""}`,
    [month],
  );
  const [row] = rows;
  return {
    month,
    state: row?.state ?? "open",
    collectUntil: row?.collect_until,
    draftedBy: row?.drafted_by ?? undefined,
    finalisedBy: row?.finalised_by ?? undefined,
    digest: row?.digest ?? undefined,
  };
}

/** Everything that a month is calculated from. */
export async function monthInput(
  sql: Sql,
  month: string,
  { files, now }: Omit<Acting, "by">,
  tenant?: string,
): Promise<MonthInput> {
  const companies = companiesOf(files);
  const last = `${month}-${daysOf(month).length}`;
  const yesterday = addDays(dayIn(companies.supplier.timezone, now), -1);
  const payers = new Map([...files.tenants].map(([id, { billing }]): [string, Payer | undefined] => [id, billing]));
  return {
    month,
    until: yesterday < last ? yesterday : last,
    companies,
    prices: files.prices,
    payers: await payersOf(sql, payers),
    readings: await readingsOf(sql, month, tenant),
  };
}

/**
 * Ends the month for its days: from now on only late readings of it are awaited. Again: nothing changes.
 *
 * @throws BillingError before the month is over
 */
export async function closeMonth(
  database: BillingDatabase,
  month: string,
  { files, now }: Omit<Acting, "by">,
): Promise<Period> {
  const today = dayIn(companiesOf(files).supplier.timezone, now);
  const next = `${addMonths(month, 1)}-01`;
  if (today < next) {
    throw new BillingError(`${month} is not over on ${today}, expected ${next} or later`, "periods");
  }
  return alone(database, async (sql) => {
    await sql.query(
      "INSERT INTO billing.periods (month, state, collect_until) VALUES ($1, 'collecting', $2) ON CONFLICT DO NOTHING",
      [month, addDays(next, COLLECTING_DAYS - 1)],
    );
    return periodOf(sql, month);
  });
}

/** A draft of a month. */
export interface Draft extends MonthResult {
  readonly period: Period;
  /** Whether this call changed it. */
  readonly isNew: boolean;
}

/**
 * Calculates a month's documents and keeps them as drafts, without numbers. Again: replaced where something has changed since,
 * otherwise nothing changes.
 *
 * @throws BillingError before late readings had their time, or when the month is final
 */
export async function draftMonth(database: BillingDatabase, month: string, acting: Acting): Promise<Draft> {
  const today = dayIn(companiesOf(acting.files).supplier.timezone, acting.now);
  return alone(database, async (sql) => {
    const period = await periodOf(sql, month, true);
    if (period.state === "open") {
      throw new BillingError(`${month} is open, expected it to be closed first: billing close ${month}`, "periods");
    }
    if (period.state === "final" || period.state === "exported") {
      throw new BillingError(
        `${month} is final, expected a credit note for what is wrong in it`,
        "a-document-is-wrong",
      );
    }
    const until = period.collectUntil ?? today;
    if (today <= until) {
      const message = `${month} waits for late readings until ${until}, expected its draft on ${addDays(until, 1)} or later`;
      throw new BillingError(message, "periods");
    }
    const result = calculateMonth(await monthInput(sql, month, acting));
    const digest = digestOf(result);
    if (period.state === "draft" && period.digest === digest) return { ...result, period, isNew: false };
    await sql.query("DELETE FROM billing.documents WHERE month = $1 AND kind = 'statement'", [month]);
    for (const document of result.documents) await insertDraft(sql, document, acting.by);
    await sql.query(
      `UPDATE billing.periods SET state = 'draft', drafted_by = $2, drafted_at = $3, digest = $4, report = $5 WHERE month = $1`,
      [month, acting.by, acting.now, digest, JSON.stringify(reportOf(result))],
    );
    return { ...result, period: await periodOf(sql, month), isNew: true };
  });
}

function reportOf({
  holes,
  notBillable,
  changes,
}: MonthResult): Pick<MonthResult, "holes" | "notBillable" | "changes"> {
  return { holes, notBillable, changes };
}

function digestOf(result: MonthResult): string {
  return hashOf({ documents: result.documents, ...reportOf(result) });
}

/** Keeps a document without a number. @returns its id */
export async function insertDraft(
  sql: Sql,
  document: BillingDocument,
  by: string,
  original?: { readonly id: string; readonly positions: readonly number[] },
): Promise<string> {
  const { month, kind, customer, currency, totals } = document;
  const { rows } = await sql.query<{ id: string }>(
    `INSERT INTO billing.documents
       (month, kind, company, currency, tax_exclusive, tax, tax_inclusive, original, drafted_by, content)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) RETURNING id::text AS id`,
    [
      ...[month, kind, customer.id, currency, totals.taxExclusive, totals.tax, totals.taxInclusive],
      ...[original?.id ?? null, by, JSON.stringify(document)],
    ],
  );
  const id = rows[0]?.id ?? "";
  await sql.query(
    `INSERT INTO billing.lines
       (document, position, tenant, environment, cost_centre, meter, first_day, last_day, quantity, amount, original_position)
     SELECT $1, position, tenant, environment, "costCentre", meter, "from", "to", quantity, amount, original
     FROM jsonb_to_recordset($2::jsonb) AS line (
       position integer, tenant text, environment text, "costCentre" text, meter text, "from" date, "to" date,
       quantity numeric, amount numeric, original integer)`,
    [
      id,
      JSON.stringify(document.lines.map((line, index) => ({ ...line, original: original?.positions[index] ?? null }))),
    ],
  );
  return id;
}

/**
 * Makes a month's drafts final: each gets the next number of its series, all in one transaction. Again: nothing changes.
 *
 * @returns the documents with their numbers
 * @throws BillingError for who drafted it, for tenants that cannot be billed, and when something has changed since the draft
 */
export async function finaliseMonth(database: BillingDatabase, month: string, acting: Acting): Promise<Issued[]> {
  return alone(database, async (sql) => {
    const period = await periodOf(sql, month, true);
    if (period.state === "final" || period.state === "exported") return issuedOf(sql, month);
    if (period.state !== "draft") {
      throw new BillingError(`${month} is ${period.state}, expected a draft: billing draft ${month}`, "periods");
    }
    assertOther(period.draftedBy ?? "", acting.by, month);
    const result = calculateMonth(await monthInput(sql, month, acting));
    if (digestOf(result) !== period.digest) {
      throw new BillingError(
        `The draft of ${month} is not what files and readings come to now, expected a new one: billing draft ${month}`,
        "the-draft-is-out-of-date",
      );
    }
    const [first] = result.notBillable;
    if (first !== undefined) {
      const { tenant, environment, reason } = first;
      const more = result.notBillable.length > 1 ? ` (and ${result.notBillable.length - 1} more)` : "";
      throw new BillingError(
        `${tenant} in ${environment} cannot be billed: ${reason}${more}`,
        "a-tenant-cannot-be-billed",
      );
    }
    const { rows } = await sql.query<{ id: string }>(
      "SELECT id::text AS id FROM billing.documents WHERE month = $1 AND kind = 'statement' ORDER BY company",
      [month],
    );
    for (const { id } of rows) await finaliseDocument(sql, id, acting);
    await sql.query(
      "UPDATE billing.periods SET state = 'final', finalised_by = $2, finalised_at = $3 WHERE month = $1",
      [month, acting.by, acting.now],
    );
    return issuedOf(sql, month);
  });
}

/** @throws BillingError when a person would finalise what they drafted */
export function assertOther(drafter: string, finaliser: string, what: string): void {
  if (!isSameLogin(drafter, finaliser)) return;
  throw new BillingError(`${finaliser} drafted ${what}, expected another person to make it final`, "two-people");
}

/** Gives a draft the next number of its series and chains it to the document before. Only inside {@link alone}. */
export async function finaliseDocument(sql: Sql, id: string, { files, now, by }: Acting): Promise<void> {
  const found = await sql.query<{ kind: keyof typeof SERIES; content: unknown }>(
    "SELECT kind, content FROM billing.documents WHERE id = $1 FOR UPDATE",
    [id],
  );
  const [row] = found.rows;
  if (row === undefined) throw new Error(`There is no document ${id}`);
  const document = documentSchema.parse(row.content);
  const issued = dayIn(companiesOf(files).supplier.timezone, now);
  const year = Number(issued.slice(0, 4));
  const series = SERIES[row.kind];
  const counted = await sql.query<{ last: number }>(
    `INSERT INTO billing.counters (series, year, last) VALUES ($1, $2, 1)
     ON CONFLICT (series, year) DO UPDATE SET last = counters.last + 1 RETURNING last`,
    [series, year],
  );
  const number = counted.rows[0]?.last ?? 0;
  const before = await sql.query<{ hash: string }>(
    "SELECT hash FROM billing.documents WHERE series = $1 AND (year, number) < ($2, $3) ORDER BY year DESC, number DESC LIMIT 1",
    [series, year, number],
  );
  const previous = before.rows[0]?.hash ?? GENESIS;
  const hash = hashOf({ previous, number: numberOf(series, year, number), issued, document });
  await sql.query(
    `UPDATE billing.documents SET series = $2, year = $3, number = $4, issued = $5, finalised_by = $6, finalised_at = $7,
       hash = $8, previous_hash = $9 WHERE id = $1`,
    [id, series, year, number, issued, by, now, hash, previous],
  );
}

/** A document's number as people read it, such as `STM-2026-0001`. */
export function numberOf(series: string, year: number, number: number): string {
  return `${series}-${year}-${String(number).padStart(4, "0")}`;
}

/** A final document and where it is. */
export interface IssuedRow extends Issued {
  readonly id: string;
  readonly hash: string;
}

/** Final documents, in the order of their numbers. @param month only this one's. @default all */
export async function issuedOf(sql: Sql, month?: string): Promise<IssuedRow[]> {
  const { rows } = await sql.query<{
    id: string;
    series: string;
    year: number;
    number: number;
    issued: string;
    content: unknown;
    hash: string;
  }>(
    `SELECT id::text AS id, series, year, number, to_char(issued, 'YYYY-MM-DD') AS issued, content, hash
     FROM billing.documents WHERE number IS NOT NULL ${month === undefined ? "" : "AND month = $1"}
     ORDER BY series, year, number`,
    month === undefined ? [] : [month],
  );
  return rows.map(({ id, series, year, number, issued, content, hash }) => ({
    id,
    number: numberOf(series, year, number),
    issued,
    document: documentSchema.parse(content),
    hash,
  }));
}

/**
 * Looks whether the final documents are what they were: numbers from 1 without a hole, and each hash that of its content and
 * of the document before.
 *
 * @returns what is wrong; empty when nothing is
 */
export async function chainProblems(sql: Sql): Promise<string[]> {
  const problems: string[] = [];
  const last = new Map<string, { readonly hash: string; readonly year: string; readonly count: number }>();
  for (const { number, issued, document, hash } of await issuedOf(sql)) {
    const [series = "", year = "", count = "0"] = number.split("-");
    const before = last.get(series);
    const expected = before?.year === year ? before.count + 1 : 1;
    if (Number(count) !== expected) problems.push(`${number} follows on ${expected - 1}, expected ${expected}`);
    if (hash !== hashOf({ previous: before?.hash ?? GENESIS, number, issued, document })) {
      problems.push(`${number} is not what was made final, or the document before it is not`);
    }
    last.set(series, { hash, year, count: Number(count) });
  }
  return problems;
}

/** Marks a final month as exported. Again: nothing changes. @throws BillingError for a month that is not final */
export async function markExported(database: BillingDatabase, month: string, now: Date): Promise<void> {
  await alone(database, async (sql) => {
    const { state } = await periodOf(sql, month, true);
    if (state !== "final" && state !== "exported") {
      throw new BillingError(`${month} is ${state}, expected it to be final: billing finalise ${month}`, "periods");
    }
    await sql.query(
      "UPDATE billing.periods SET state = 'exported', exported_at = coalesce(exported_at, $2) WHERE month = $1",
      [month, now],
    );
  });
}
