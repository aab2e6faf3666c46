import assert from "node:assert/strict";
import { z } from "zod";

/** What an attempt came to: the SQLSTATE or HTTP status that it was refused with, or `done`. */
export type Outcome = string | number;

/** The outcome of what was not refused. */
export const DONE = "done";

/** SQLSTATEs, https://www.postgresql.org/docs/15/errcodes-appendix.html */
export const SQL = {
  denied: "42501",
  tooManyConnections: "53300",
  wrongPassword: "28P01",
} as const;

/** Counts attacks, and fails at the first that is not refused in the way that it should be. */
export class Attacks {
  readonly #kinds = new Set<string>();
  #pairs = 0;
  /** Connections that network policies were asked about. */
  network = { ends: 0, evaluated: 0, open: 0 };
  #tried = 0;
  #refused = 0;
  #counterProofs = 0;

  /** Told once, for the figures. */
  set pairs(pairs: number) {
    this.#pairs = pairs;
  }

  /**
   * One attack, which must be refused.
   *
   * @param pair who attacks whom, for the message.
   * @param what the kind of attack.
   * @param outcome how it ended.
   * @param expected how it must end; of several, any.
   */
  refused(pair: string, what: string, outcome: Outcome, ...expected: readonly Outcome[]): void {
    this.#kinds.add(what);
    this.#tried++;
    assert.ok(
      outcome !== DONE && expected.includes(outcome),
      `${pair}: ${what}: was ${outcome}, expected ${expected.join(" or ")}`,
    );
    this.#refused++;
  }

  /** The same means on one's own tenant, which must work: else the attack fails for another reason than it should. */
  works(who: string, what: string, outcome: Outcome, expected: Outcome = DONE): void {
    assert.equal(outcome, expected, `${who}: ${what} on its own must work, or the attack proves nothing`);
    this.#counterProofs++;
  }

  /** One line. */
  get figures(): string {
    const { ends, evaluated, open } = this.network;
    return (
      `isolation: ${this.#pairs} ordered pairs of tenants, ${this.#kinds.size} kinds of attack, ${this.#tried} tried, ` +
      `${this.#refused} refused, ${this.#counterProofs} counter-proofs that the same works on one's own; ` +
      `${evaluated} connections between ${ends} pods and addresses evaluated, ${open} open, those that Odoo needs`
    );
  }
}

/** The SQLSTATE that an attempt fails with, or {@link DONE}. What is no answer of the server's is thrown on. */
export async function sqlOutcome(attempt: Promise<unknown>): Promise<string> {
  try {
    await attempt;
    return DONE;
  } catch (error) {
    const { data } = z.object({ code: z.string().regex(/^[0-9A-Z]{5}$/) }).safeParse(error);
    if (data === undefined) throw error;
    return data.code;
  }
}
