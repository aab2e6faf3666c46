/** The time that policies go by; tests set it. */
export const clock = {
  now: (): Date => new Date(),
};

/** Today's calendar day in UTC, such as `2026-11-22`. */
export function today(): string {
  return clock.now().toISOString().slice(0, 10);
}
