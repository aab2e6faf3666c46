import { z } from "zod";
import { time } from "./common.ts";

/** A month such as `2026-11`. */
export const monthSchema = z.string().regex(/^20\d\d-(?:0[1-9]|1[0-2])$/);

/** An amount as a decimal text: money is never a number here. */
const decimal = z.string();
const day = z.string();

/** Where a month is on its way. */
export const PERIOD_STATES = ["open", "collecting", "draft", "final", "exported"] as const;
const stateSchema = z.enum(PERIOD_STATES);
/** Where a month is on its way. */
export type PeriodState = z.output<typeof stateSchema>;

const notBillableSchema = z.object({ tenant: z.string(), environment: z.string(), reason: z.string() });

/** `GET /api/billing?month=`: a month by company, with what finance must know of it. */
export const billingSchema = z.object({
  months: z.array(z.object({ month: monthSchema, state: stateSchema })),
  month: monthSchema,
  state: stateSchema,
  /** Last day on which late readings are awaited; absent for a month that is open. */
  collectUntil: day.optional(),
  draftedBy: z.string().optional(),
  finalisedBy: z.string().optional(),
  /** Whether amounts go on from the last day that was metered. */
  isForecast: z.boolean(),
  companies: z.array(
    z.object({
      id: z.string(),
      legalName: z.string(),
      currency: z.string(),
      /** Without tax. */
      net: decimal,
      gross: decimal,
      /** Without tax, of the month before; absent: not charged then. */
      before: decimal.optional(),
      /** What it is more than the month before, or less with a minus. */
      difference: decimal.optional(),
      costCentres: z.array(z.object({ id: z.string(), name: z.string(), net: decimal })),
    }),
  ),
  documents: z.array(
    z.object({
      id: z.string(),
      kind: z.enum(["statement", "credit_note"]),
      /** Absent: a draft. */
      number: z.string().optional(),
      issued: day.optional(),
      draftedBy: z.string(),
      company: z.string(),
      currency: z.string(),
      gross: decimal,
    }),
  ),
  changes: z.array(
    z.object({
      day,
      tenant: z.string(),
      environment: z.string(),
      from: z.string(),
      to: z.string(),
      /** Prices of a whole month. */
      priceBefore: decimal,
      priceAfter: decimal,
    }),
  ),
  holes: z.array(z.object({ tenant: z.string(), environment: z.string(), meter: z.string(), days: z.array(day) })),
  notBillable: z.array(notBillableSchema),
  /** Readings that were refused because something else was there. */
  conflicts: z.number(),
  prices: z.array(
    z.object({
      currency: z.string(),
      validFrom: day,
      isNow: z.boolean(),
      tax: z.string(),
      plans: z.array(z.object({ plan: z.string(), month: decimal, paused: decimal })),
      overage: z.array(z.object({ meter: z.string(), price: decimal })),
    }),
  ),
});

/** Body of the steps of a month. */
export const monthInputSchema = z.object({ month: monthSchema });

/** What a step answers. */
export const monthStateSchema = z.object({ month: monthSchema, state: stateSchema });

const documentLineSchema = z.object({
  position: z.number(),
  tenant: z.string(),
  environment: z.string(),
  costCentre: z.string(),
  meter: z.string(),
  name: z.string(),
  from: day,
  to: day,
  quantity: decimal,
  price: decimal,
  baseQuantity: decimal,
  amount: decimal,
});

/** `GET /api/billing/documents/:id`. */
export const documentSchema = z.object({
  id: z.string(),
  kind: z.enum(["statement", "credit_note"]),
  number: z.string().optional(),
  issued: day.optional(),
  month: monthSchema,
  company: z.string(),
  currency: z.string(),
  lines: z.array(documentLineSchema),
  taxes: z.array(z.object({ category: z.string(), percent: decimal, taxable: decimal, amount: decimal })),
  net: decimal,
  tax: decimal,
  gross: decimal,
});

/** `GET /api/billing/documents/:id/lines/:position`: the readings that an amount comes from. */
export const lineEventsSchema = z.object({
  events: z.array(
    z.object({
      day,
      source: z.string(),
      id: z.string(),
      /** Quantity, or the plan with its state. */
      value: z.string(),
      /** Why it corrects another reading. */
      reason: z.string().optional(),
      recordedAt: time,
    }),
  ),
});

/** `GET /api/tenants/:id/money`. */
export const moneyTabSchema = z.object({
  /** Who pays; absent: the tenant's file names nobody. */
  payer: z.object({ company: z.string(), legalName: z.string(), costCentre: z.string() }).optional(),
  month: monthSchema,
  charges: z.array(
    z.object({
      month: monthSchema,
      state: stateSchema,
      number: z.string().optional(),
      document: z.string().optional(),
      currency: z.string(),
      net: decimal,
    }),
  ),
  /** The current month's charges, as if its last metered day went on. */
  lines: z.array(documentLineSchema),
  notBillable: z.array(notBillableSchema),
});
