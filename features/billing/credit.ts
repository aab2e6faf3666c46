import { Decimal } from "decimal.js";
import { fractionDigits } from "../../config/prices.ts";
import { BillingError } from "./billingError.ts";
import type { BillingDocument, Line } from "./document.ts";
import { assertOther, finaliseDocument, insertDraft, issuedOf } from "./period.ts";
import type { Acting, IssuedRow } from "./period.ts";
import { alone } from "./sql.ts";
import type { BillingDatabase, Sql } from "./sql.ts";
import { assertSums, totalsOf } from "./totals.ts";

const SECTION = "a-document-is-wrong";

/** How much of a line is taken back. */
export interface CreditLine {
  /** Position in the statement. */
  readonly position: number;
  /** Net amount, such as `12.50`. */
  readonly amount: string;
}

/**
 * Drafts a credit note on lines of a final statement. Of each line, all credit notes together take back at most its amount.
 * The same request again finds the draft that is there.
 *
 * @param number the statement's, such as `STM-2026-0001`
 * @returns the draft's id
 * @throws BillingError
 */
export async function draftCredit(
  database: BillingDatabase,
  number: string,
  { lines, reason }: { readonly lines: readonly CreditLine[]; readonly reason: string },
  { by }: Pick<Acting, "by">,
): Promise<string> {
  return alone(database, async (sql) => {
    const statement = await statementOf(sql, number);
    const document = creditNote(statement, lines, reason);
    const drafts = await sql.query<{ id: string; content: unknown }>(
      `SELECT id::text AS id, content FROM billing.documents
       WHERE original = $1 AND number IS NULL AND content = $2::jsonb`,
      [statement.id, JSON.stringify(document)],
    );
    const [same] = drafts.rows;
    if (same !== undefined) return same.id;
    await assertLeft(sql, statement, lines);
    const positions = lines.map(({ position }) => position);
    return insertDraft(sql, document, by, { id: statement.id, positions });
  });
}

/** Makes the draft of a credit note final. Again: nothing changes. @throws BillingError */
export async function finaliseCredit(database: BillingDatabase, id: string, acting: Acting): Promise<IssuedRow> {
  return alone(database, async (sql) => {
    const { rows } = await sql.query<{ drafted_by: string; number: number | null }>(
      "SELECT drafted_by, number FROM billing.documents WHERE id = $1 AND kind = 'credit_note' FOR UPDATE",
      [id],
    );
    const [row] = rows;
    if (row === undefined) throw new BillingError(`There is no credit note ${id}`, SECTION);
    if (row.number === null) {
      assertOther(row.drafted_by, acting.by, `credit note ${id}`);
      await finaliseDocument(sql, id, acting);
    }
    const issued = (await issuedOf(sql)).find((each) => each.id === id);
    if (issued === undefined) throw new Error(`Credit note ${id} is not final`);
    return issued;
  });
}

async function statementOf(sql: Sql, number: string): Promise<IssuedRow> {
  const found = (await issuedOf(sql)).find((each) => each.number === number);
  if (found?.document.kind === "statement") return found;
  throw new BillingError(`${number} is not a final statement, expected a number such as STM-2026-0001`, SECTION);
}

function creditNote(statement: IssuedRow, credited: readonly CreditLine[], reason: string): BillingDocument {
  const { document, number, issued } = statement;
  const digits = fractionDigits(document.currency);
  if (new Set(credited.map(({ position }) => position)).size < credited.length) {
    throw new BillingError("A line is named twice, expected each line once", SECTION);
  }
  const lines = credited.map(({ position, amount }, index): Line => {
    const line = document.lines.find((each) => each.position === position);
    if (line === undefined) {
      throw new BillingError(`${number} has no line ${position}, expected 1 to ${document.lines.length}`, SECTION);
    }
    const isAmount = /^\d+(?:\.\d+)?$/.test(amount) && new Decimal(amount).greaterThan(0);
    if (!isAmount || new Decimal(amount).decimalPlaces() > digits) {
      const expected = `expected an amount above 0 with at most ${digits} digits after the point`;
      throw new BillingError(`${JSON.stringify(amount)} of line ${position} is not an amount, ${expected}`, SECTION);
    }
    const value = new Decimal(amount).toFixed(digits);
    // One unit at the amount: a part of a line has no quantity of its own.
    return { ...line, position: index + 1, quantity: "1", unit: "C62", price: value, baseQuantity: "1", amount: value };
  });
  if (lines.length === 0) throw new BillingError("No line is named, expected at least one", SECTION);
  const note: BillingDocument = {
    ...document,
    kind: "credit_note",
    corrects: { number, issued, reason },
    lines,
    ...totalsOf(lines, document.currency),
  };
  assertSums(note);
  return note;
}

async function assertLeft(
  sql: Sql,
  { id, number, document }: IssuedRow,
  credited: readonly CreditLine[],
): Promise<void> {
  const { rows } = await sql.query<{ position: number; amount: string }>(
    `SELECT original_position AS position, sum(amount)::text AS amount FROM billing.lines
     JOIN billing.documents ON id = document WHERE original = $1 GROUP BY original_position`,
    [id],
  );
  const taken = new Map(rows.map(({ position, amount }) => [position, amount]));
  for (const { position, amount } of credited) {
    const line = document.lines.find((each) => each.position === position);
    const left = new Decimal(line?.amount ?? 0).minus(taken.get(position) ?? 0);
    if (left.greaterThanOrEqualTo(amount)) continue;
    const message = `${amount} is more than what is left of line ${position} of ${number}, expected at most ${left.toFixed()}`;
    throw new BillingError(message, SECTION);
  }
}
