import { z } from "zod";
import { METERS } from "./meters.ts";

const decimal = z.string().regex(/^\d+(?:\.\d+)?$/);
const day = z.iso.date();

const partySchema = z.object({
  /** Name in companies.yaml; the supplier's is `supplier`. */
  id: z.string(),
  legalName: z.string(),
  taxId: z.string(),
  address: z.object({ street: z.string(), city: z.string(), postalCode: z.string(), country: z.string() }),
  contact: z.object({ name: z.string(), email: z.string() }),
});

const taxSchema = z.object({
  /** Category of UNCL5305. */
  category: z.enum(["S", "Z", "E"]),
  percent: decimal,
  exemption: z.string().optional(),
});

/** A line of a document. */
export const lineSchema = z.object({
  /** Position, from 1. */
  position: z.number().int().positive(),
  tenant: z.string(),
  environment: z.string(),
  costCentre: z.string(),
  /** What is charged: days on a plan, or usage above what it includes. */
  meter: z.enum(METERS),
  /** Text for people. */
  name: z.string(),
  plan: z.string(),
  /** First and last day. */
  from: day,
  to: day,
  /** Days, or units times days. */
  quantity: decimal,
  /** Unit of UN/ECE recommendation 20: DAY, or C62 for one. */
  unit: z.enum(["DAY", "C62"]),
  /** Price of {@link baseQuantity} of them: of a whole month. */
  price: decimal,
  baseQuantity: decimal,
  /** Net amount, rounded once. */
  amount: decimal,
  tax: taxSchema,
});

/** A statement of charges, or a credit note, with everything that it says. Amounts are decimal texts, tax excluded where not said. */
export const documentSchema = z.object({
  kind: z.enum(["statement", "credit_note"]),
  /** Such as `2026-11`. */
  month: z.string(),
  currency: z.string(),
  supplier: partySchema,
  customer: partySchema,
  /** Names of cost centres by their keys. */
  costCentres: z.record(z.string(), z.string()),
  /** Number of the statement that a credit note corrects, and why. */
  corrects: z.object({ number: z.string(), issued: day, reason: z.string() }).optional(),
  lines: z.array(lineSchema).min(1),
  taxes: z.array(taxSchema.extend({ taxable: decimal, amount: decimal })).min(1),
  totals: z.object({ lines: decimal, taxExclusive: decimal, tax: decimal, taxInclusive: decimal, payable: decimal }),
});

/** A document as it is calculated. */
export type BillingDocument = z.output<typeof documentSchema>;
/** A line of a document. */
export type Line = z.output<typeof lineSchema>;
/** A tax and its rate. */
export type Tax = z.output<typeof taxSchema>;
/** Who charges, or pays. */
export type Party = z.output<typeof partySchema>;

/** What a final document has beside its content. */
export interface Issued {
  /** Such as `STM-2026-0001`. */
  readonly number: string;
  /** Day of issue, in the supplier's time zone. */
  readonly issued: string;
  readonly document: BillingDocument;
}
