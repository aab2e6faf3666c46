/** Lowest and highest value of each of the five fields (minute, hour, day of month, month, day of week). */
const FIELDS: readonly (readonly [number, number])[] = [
  [0, 59],
  [0, 23],
  [1, 31],
  [1, 12],
  [0, 6],
];

function isCronField(field: string, [min, max]: readonly [number, number]): boolean {
  return field.split(",").every((part) => {
    const match = /^(?:\*|(\d{1,2})(?:-(\d{1,2}))?)(?:\/(\d{1,2}))?$/.exec(part);
    if (match === null) return false;
    const from = Number(match[1] ?? min);
    const to = Number(match[2] ?? match[1] ?? max);
    const step = Number(match[3] ?? 1);
    return from >= min && to <= max && from <= to && step >= 1 && step <= max;
  });
}

/**
 * Whether a text is a schedule that a Kubernetes CronJob takes: five numeric fields with `*`, lists, ranges and steps
 * (https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/#schedule-syntax). Names (`MON`) and macros
 * (`@daily`), which Kubernetes also knows, are refused so that a schedule is written in one way.
 */
export function isCronSchedule(text: string): boolean {
  const fields = text.split(" ");
  return (
    fields.length === FIELDS.length &&
    FIELDS.every((limits, index) => {
      const field = fields[index];
      return field !== undefined && isCronField(field, limits);
    })
  );
}
