import type { Field } from "./field.ts";
import { today } from "./clock.ts";

/** Whether the properties of a TenantLifecycle say that the tenant's data may go: its hold is over, a backup is on record. */
export function isReleased(lifecycle: Field): boolean {
  const holdUntil = lifecycle.at("holdUntil").text;
  return (
    lifecycle.at("lifecycle").value === "decommissioning" &&
    lifecycle.at("release").value === true &&
    // Stryker disable next-line ConditionalExpression: A missing text is not a day, which the next condition asks.
    holdUntil !== undefined &&
    isDay(holdUntil) &&
    holdUntil <= today() &&
    (lifecycle.at("lastBackup").text ?? "") !== ""
  );
}

/** Whether a text is a calendar day that there is. */
export function isDay(text: string): boolean {
  // Stryker disable next-line Regex: A longer text is not a date, or is not what the date is written as again.
  const time = /^\d{4}-\d\d-\d\d$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN;
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
}
