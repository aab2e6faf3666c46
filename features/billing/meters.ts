import { z } from "zod";
import { hashOf } from "../../config/promotableHash.ts";
import { LIFECYCLES } from "../../config/lifecycle.ts";
import { USAGE_METERS } from "../../config/schemas/billing.ts";

/** Everything that is metered, each day. */
export const METERS = ["plan", ...USAGE_METERS] as const;
/** Something that is metered. */
export type Meter = (typeof METERS)[number];
/** A meter of a quantity. */
export type UsageMeter = (typeof USAGE_METERS)[number];

const DECIMAL = /^(?:0|[1-9]\d{0,11})(?:\.\d{1,3})?$/;
const day = z.iso.date();

const about = {
  /** Where it was read, such as `deploy:prod` or `postgresql:prod`. */
  source: z.string().min(1).max(100),
  tenant: z.string().min(1),
  environment: z.string().min(1),
  /** Calendar day in the supplier's time zone. */
  day,
  /** Id of the event of the same source that this one corrects. */
  corrects: z.string().optional(),
  /** Why it corrects another one. */
  reason: z.string().min(1).max(300).optional(),
};

/** What one meter said of a tenant on one day. */
export const meterEventSchema = z.discriminatedUnion("meter", [
  z.strictObject({
    ...about,
    meter: z.literal("plan"),
    /** Plan that was deployed at the end of the day; empty when nothing was. */
    plan: z.string(),
    /** What the deployed tenant was; `absent`: it was deployed before, and is no more. */
    lifecycle: z.enum([...LIFECYCLES, "absent"]),
  }),
  z.strictObject({
    ...about,
    meter: z.enum(USAGE_METERS),
    /** Quantity, at most three digits after the point. */
    value: z.string().regex(DECIMAL),
  }),
]);

/** What one meter said of a tenant on one day. */
export type MeterEvent = z.output<typeof meterEventSchema>;

/** An event's id: the same reading always has the same. A correction's has the hash of what it corrects with. */
export function eventId(event: MeterEvent): string {
  const id = `${event.tenant}/${event.environment}/${event.meter}/${event.day}`;
  return event.corrects === undefined ? id : `${id}/${eventDigest(event).slice(0, 12)}`;
}

/** SHA-256 of what an event says, 64 hexadecimal digits. */
export function eventDigest(event: MeterEvent): string {
  return hashOf(event);
}

/** A number of bytes in GiB, to three digits after the point. */
export function gibOf(bytes: number | bigint): string {
  const thousandths = (BigInt(bytes) * 1000n + (1n << 29n)) >> 30n;
  return `${thousandths / 1000n}.${(thousandths % 1000n).toString().padStart(3, "0")}`;
}
