import { addDays } from "../../config/lifecycle.ts";
import { BillingError } from "./billingError.ts";

/** Whether a text is a month such as `2026-11`. */
export function isMonth(text: string): boolean {
  return /^20\d\d-(?:0[1-9]|1[0-2])$/.test(text);
}

/** A month as a caller wrote it. @throws BillingError for a text that is not a month */
export function monthFrom(text: string): string {
  if (isMonth(text)) return text;
  throw new BillingError(`${JSON.stringify(text)} is not a month, expected one such as 2026-11`, "commands");
}

/** Days of a month, the first one first. @param month such as `2026-02` */
export function daysOf(month: string): string[] {
  const days: string[] = [];
  for (let day = `${month}-01`; day.startsWith(month); day = addDays(day, 1)) days.push(day);
  return days;
}

/** The month some months later, or earlier. */
export function addMonths(month: string, count: number): string {
  const [year = 0, number = 1] = month.split("-").map(Number);
  return new Date(Date.UTC(year, number - 1 + count, 1)).toISOString().slice(0, 7);
}

/** The calendar day of a moment in a time zone, such as `2026-11-30`. */
export function dayIn(timezone: string, time: Date): string {
  // Swedish dates are those of ISO 8601.
  return new Intl.DateTimeFormat("sv-SE", { timeZone: timezone, dateStyle: "short" }).format(time);
}
