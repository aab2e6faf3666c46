/** A field of a schedule: its name, lowest and highest value, and examples for messages. */
interface Field {
  readonly name: string;
  readonly min: number;
  readonly max: number;
  readonly examples: string;
  /** Words that other cron programs take for values. */
  readonly words?: readonly string[];
}

const FIELDS = [
  { name: "minute", min: 0, max: 59, examples: '"0", "0,30" or "*/30"' },
  { name: "hour", min: 0, max: 23, examples: '"2", "2,14" or "*/6"' },
  { name: "day of the month", min: 1, max: 31, examples: '"*", "1,15" or "1-7"' },
  {
    name: "month",
    min: 1,
    max: 12,
    examples: '"*", "1,7" or "*/3"',
    words: ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"],
  },
  {
    name: "day of the week",
    min: 0,
    max: 6,
    examples: '"*", "0" (Sunday) or "1-5"',
    words: ["sun", "mon", "tue", "wed", "thu", "fri", "sat"],
  },
] as const satisfies readonly Field[];

/** What macros of other cron programs mean. */
const MACROS: Readonly<Record<string, string>> = {
  "@hourly": "0 * * * *",
  "@daily": "0 0 * * *",
  "@midnight": "0 0 * * *",
  "@weekly": "0 0 * * 0",
  "@monthly": "0 0 1 * *",
  "@yearly": "0 0 1 1 *",
  "@annually": "0 0 1 1 *",
};

/** Days of each month in a year that is not a leap year. */
const DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] as const;

const MINUTES_PER_DAY = 1440;

/** Days after which the calendar repeats, weekdays included, as long as every fourth year is a leap year: 28 years. */
const CYCLE_YEARS = 28;

/** A schedule that a Kubernetes CronJob takes. */
export interface CronSchedule {
  /** Minutes of the day at which it is due, sorted. */
  readonly minutes: readonly number[];
  /** Days of the month, months (from 1) and days of the week (from 0, Sunday), each sorted. */
  readonly days: ReadonlySet<number>;
  readonly months: ReadonlySet<number>;
  readonly weekdays: ReadonlySet<number>;
  /** Whether a day is due where one of its two kinds fits, and not only where both do. */
  readonly isAnyDay: boolean;
}

/** What is wrong with a schedule: the rest of a sentence after it, and what would be right. */
export interface CronFault {
  readonly wrong: string;
  readonly expected: string;
}

/**
 * Reads a schedule as a Kubernetes CronJob does: five numeric fields with `*`, lists, ranges and steps
 * (https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/#schedule-syntax). Names (`MON`), macros (`@daily`), `?`
 * and time zones, some of which Kubernetes also knows, are refused so that a schedule is written in one way.
 */
export function parseCron(text: string): CronSchedule | CronFault {
  const form = formFault(text);
  if (form !== undefined) return form;
  const parts = text.split(" ");
  const sets: number[][] = [];
  for (const [index, field] of FIELDS.entries()) {
    const part = parts[index] ?? "";
    const values = valuesOf(part, field);
    if (typeof values === "string") {
      return { wrong: `whose ${field.name} (field ${index + 1} of 5) is ${JSON.stringify(part)}`, expected: values };
    }
    sets.push([...values]);
  }
  const [minutes = [], hours = [], days, months, weekdays] = sets;
  return {
    minutes: hours.flatMap((hour) => minutes.map((minute) => hour * 60 + minute)).sort((one, other) => one - other),
    days: new Set(days),
    months: new Set(months),
    weekdays: new Set(weekdays),
    isAnyDay: !isStar(parts[2] ?? "") && !isStar(parts[4] ?? ""),
  };
}

/** What is wrong with a text before its fields are looked at. */
function formFault(text: string): CronFault | undefined {
  const five = 'five fields (minute, hour, day of the month, month, day of the week) such as "0 2 * * *"';
  const macro = MACROS[text.trim().toLowerCase()];
  if (macro !== undefined) return { wrong: "which is a macro", expected: `its five fields: "${macro}"` };
  if (/^(?:CRON_)?TZ=/.test(text)) return { wrong: "which names a time zone", expected: `${five}, in UTC` };
  const words = text.split(/\s+/).filter((word) => word !== "");
  if (words.length !== FIELDS.length) {
    return { wrong: `which has ${words.length} ${words.length === 1 ? "field" : "fields"}`, expected: five };
  }
  const tidy = words.join(" ");
  return text === tidy
    ? undefined
    : {
        wrong: "which has more than one space between two fields, or spaces around them",
        expected: JSON.stringify(tidy),
      };
}

/** The values of a field, or what would be right in its place. */
function valuesOf(text: string, field: Field): ReadonlySet<number> | string {
  const { min, max, examples, words } = field;
  const values = new Set<number>();
  for (const part of text.split(",")) {
    const match = /^(?:\*|(\d{1,2})(?:-(\d{1,2}))?)(?:\/(\d{1,2}))?$/.exec(part);
    if (match === null) {
      const named = numbersFor(text, words ?? [], min);
      return named === undefined
        ? `*, or numbers from ${min} to ${max} as a list, range or step such as ${examples}`
        : `numbers in place of names: "${named}"`;
    }
    const [, first, last, every] = match;
    const from = Number(first ?? min);
    // With a step and no end, a single value begins a range: 5/10 is 5, 15, 25 and so on.
    const to = Number(last ?? (every === undefined ? first : undefined) ?? max);
    const step = Number(every ?? 1);
    if (field.name === "day of the week" && (from === 7 || to === 7)) return "0 for Sunday, and numbers from 0 to 6";
    if (from < min || to > max) return `numbers from ${min} to ${max} such as ${examples}`;
    if (from > to) return `a range that begins with its lower end: "${to}-${from}"`;
    if (step < 1 || step > max) return `a step from 1 to ${max} such as ${examples}`;
    for (let value = from; value <= to; value += step) values.add(value);
  }
  return values;
}

/** A field with numbers in place of names; undefined where it has none, or something else, too. */
function numbersFor(text: string, words: readonly string[], min: number): string | undefined {
  const numbers = text.replace(/[a-z]+/gi, (word) => {
    const at = words.indexOf(word.toLowerCase());
    return at < 0 ? word : String(at + min);
  });
  return numbers === text || /[^\d,*/-]/.test(numbers) ? undefined : numbers;
}

/**
 * Whether a field of days leaves the choice to the other one. With a step of two or more it does not, in the library that Kubernetes
 * reads schedules with (robfig/cron v3).
 */
function isStar(text: string): boolean {
  return text.split(",").some((part) => /^\*(?:\/0?1)?$/.test(part));
}

/** Minutes from one time that a schedule is due to the next: the fewest and the most that occur. Undefined: it is never due. */
export function cronGaps(schedule: CronSchedule): { readonly shortest: number; readonly longest: number } | undefined {
  const { minutes } = schedule;
  const days = dayGaps(schedule);
  if (days.size === 0) return undefined;
  const [first, last] = [minutes[0] ?? 0, minutes.at(-1) ?? 0];
  const gaps = [
    ...minutes.slice(1).map((minute, index) => minute - (minutes[index] ?? 0)),
    ...[...days].map((count) => count * MINUTES_PER_DAY + first - last),
  ];
  return { shortest: Math.min(...gaps), longest: Math.max(...gaps) };
}

/** Numbers of days from one day that a schedule is due to the next; none where it never is. */
function dayGaps({ days, months, weekdays, isAnyDay }: CronSchedule): ReadonlySet<number> {
  const isDaily = days.size === 31 && months.size === 12 && weekdays.size === 7;
  if (isDaily) return new Set([1]);
  const gaps = new Set<number>();
  let previous: number | undefined;
  let today = 0;
  // Twice around: a schedule that is due once in a cycle has a gap, too.
  for (let year = 0; year < 2 * CYCLE_YEARS; year++) {
    for (const [index, length] of DAYS.entries()) {
      const isLeapMonth = index === 1 && year % 4 === 0;
      for (let day = 1; day <= length + Number(isLeapMonth); day++, today++) {
        const [isDay, isWeekday] = [days.has(day), weekdays.has(today % 7)];
        if (!months.has(index + 1) || !(isAnyDay ? isDay || isWeekday : isDay && isWeekday)) continue;
        if (previous !== undefined) gaps.add(today - previous);
        previous = today;
      }
    }
  }
  return gaps;
}
