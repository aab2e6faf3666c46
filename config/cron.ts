/** Lowest and highest value of each of the five fields (minute, hour, day of month, month, day of week). */
const FIELDS: readonly (readonly [number, number])[] = [
  [0, 59],
  [0, 23],
  [1, 31],
  [1, 12],
  [0, 6],
];

/** Days of each month in a year that is no leap year. */
const DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] as const;

/** The values of a field; undefined when it is none. */
function valuesOf(field: string, [min, max]: readonly [number, number]): Set<number> | undefined {
  const values = new Set<number>();
  for (const part of field.split(",")) {
    const match = /^(?:\*|(\d{1,2})(?:-(\d{1,2}))?)(?:\/(\d{1,2}))?$/.exec(part);
    if (match === null) return undefined;
    const [, first, last, every] = match;
    const from = Number(first ?? min);
    // With a step and no end, a single value begins a range: 5/10 is 5, 15, 25 and so on.
    const to = Number(last ?? (every === undefined ? first : undefined) ?? max);
    const step = Number(every ?? 1);
    if (from < min || to > max || from > to || step < 1 || step > max) return undefined;
    for (let value = from; value <= to; value += step) values.add(value);
  }
  return values;
}

/**
 * Whether a text is a schedule that a Kubernetes CronJob takes, and that comes each year: five numeric fields with `*`,
 * lists, ranges and steps (https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/#schedule-syntax). Names
 * (`MON`) and macros (`@daily`), which Kubernetes also knows, are refused so that a schedule is written in one way. `0 2 31
 * 2 *` is a schedule to Kubernetes, which waits for it without an end.
 */
export function isCronSchedule(text: string): boolean {
  const fields = text.split(" ");
  if (fields.length !== FIELDS.length) return false;
  const sets = FIELDS.map((limits, index) => valuesOf(fields[index] ?? "", limits));
  const [, , days, months] = sets;
  if (sets.includes(undefined) || days === undefined || months === undefined) return false;
  // Where days of both kinds are named, one of them is enough: a day of the week comes in each month.
  const isAnyOfBoth = !fields[2]?.includes("*") && !fields[4]?.includes("*");
  return isAnyOfBoth || [...months].some((month) => [...days].some((day) => day <= (DAYS[month - 1] ?? 0)));
}
