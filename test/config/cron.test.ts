import assert from "node:assert/strict";
import fc from "fast-check";
import { cronGaps, parseCron } from "../../config/cron.ts";
import type { CronFault, CronSchedule } from "../../config/cron.ts";

function parsed(text: string): CronSchedule {
  const schedule = parseCron(text);
  assert.ok("minutes" in schedule, `${text}: ${JSON.stringify(schedule)}`);
  return schedule;
}

function fault(text: string): CronFault {
  const schedule = parseCron(text);
  assert.ok("wrong" in schedule, `${text} is taken`);
  return schedule;
}

describe("parseCron", () => {
  for (const schedule of [
    "0 2 * * *",
    "*/15 * * * *",
    "0,30 8-18 * * 1-5",
    "59 23 31 12 6",
    "5-55/10 */2 1,15 * 0",
    "5/10 0 * * *",
    "0 2 31 1-2 *",
    "0 2 28 2 *",
    "0 2 31 2 1",
  ]) {
    it(`takes ${schedule}`, () => assert.ok(parsed(schedule)));
  }

  it("reads lists, ranges and steps", () => {
    const { minutes, days, months, weekdays } = parsed("5/20,0 2,14-15 1-7,*/10 */5 5-6");
    const ofHour = (hour: number) => [0, 5, 25, 45].map((minute) => hour * 60 + minute);
    assert.deepEqual(minutes, [...ofHour(2), ...ofHour(14), ...ofHour(15)]);
    assert.deepEqual([...days], [1, 2, 3, 4, 5, 6, 7, 11, 21, 31]);
    assert.deepEqual([...months], [1, 6, 11]);
    assert.deepEqual([...weekdays], [5, 6]);
  });

  for (const [text, wrong, expected] of [
    ["", "which has 0 fields", "five fields (minute, hour, day of the month, month, day of the week) such as"],
    ["daily", "which has 1 field", "five fields"],
    ["0 2 * *", "which has 4 fields", "five fields"],
    ["0 0 2 * * *", "which has 6 fields", "five fields"],
    ["0  2 * * *", "which has more than one space", '"0 2 * * *"'],
    [" 0 2 * * *", "which has more than one space", '"0 2 * * *"'],
    ["0 2 * * *\n", "which has more than one space", '"0 2 * * *"'],
    ["0\t2 * * *", "which has more than one space", '"0 2 * * *"'],
    ["@daily", "which is a macro", 'its five fields: "0 0 * * *"'],
    ["@Weekly", "which is a macro", 'its five fields: "0 0 * * 0"'],
    ["TZ=UTC 0 2 * * *", "which names a time zone", "five fields"],
    ["CRON_TZ=Asia/Manila 0 2 * * *", "which names a time zone", "five fields"],
    ["60 2 * * *", 'whose minute (field 1 of 5) is "60"', "numbers from 0 to 59 such as"],
    ["-1 * * * *", 'whose minute (field 1 of 5) is "-1"', "*, or numbers from 0 to 59 as a list, range or step such"],
    ["1, * * * *", 'whose minute (field 1 of 5) is "1,"', "*, or numbers"],
    ["5-/10 * * * *", 'whose minute (field 1 of 5) is "5-/10"', "*, or numbers"],
    ["*/0 * * * *", 'whose minute (field 1 of 5) is "*/0"', "a step from 1 to 59"],
    ["5-1 * * * *", 'whose minute (field 1 of 5) is "5-1"', 'a range that begins with its lower end: "1-5"'],
    ["H 2 * * *", 'whose minute (field 1 of 5) is "H"', "*, or numbers"],
    ["0 24 * * *", 'whose hour (field 2 of 5) is "24"', "numbers from 0 to 23"],
    ["0 2am * * *", 'whose hour (field 2 of 5) is "2am"', "*, or numbers from 0 to 23"],
    ["0 2 0 * *", 'whose day of the month (field 3 of 5) is "0"', "numbers from 1 to 31"],
    ["0 2 32 * *", 'whose day of the month (field 3 of 5) is "32"', "numbers from 1 to 31"],
    ["0 2 L * *", 'whose day of the month (field 3 of 5) is "L"', "*, or numbers from 1 to 31"],
    ["0 2 15W * *", 'whose day of the month (field 3 of 5) is "15W"', "*, or numbers from 1 to 31"],
    ["0 2 ? * *", 'whose day of the month (field 3 of 5) is "?"', "*, or numbers from 1 to 31"],
    ["0 2 * 13 *", 'whose month (field 4 of 5) is "13"', "numbers from 1 to 12"],
    ["0 2 * JAN-mar *", 'whose month (field 4 of 5) is "JAN-mar"', 'numbers in place of names: "1-3"'],
    ["0 2 * * 7", 'whose day of the week (field 5 of 5) is "7"', "0 for Sunday, and numbers from 0 to 6"],
    ["0 2 * * 5-7", 'whose day of the week (field 5 of 5) is "5-7"', "0 for Sunday"],
    ["0 2 * * MON-FRI", 'whose day of the week (field 5 of 5) is "MON-FRI"', 'numbers in place of names: "1-5"'],
    ["0 2 * * 5L", 'whose day of the week (field 5 of 5) is "5L"', "*, or numbers from 0 to 6"],
    ["0 2 * * 1#2", 'whose day of the week (field 5 of 5) is "1#2"', "*, or numbers from 0 to 6"],
    ["a b c d e", 'whose minute (field 1 of 5) is "a"', "*, or numbers"],
  ] as const) {
    it(`says what is wrong with ${JSON.stringify(text)}`, () => {
      const found = fault(text);
      assert.ok(found.wrong.startsWith(wrong), found.wrong);
      assert.ok(found.expected.startsWith(expected), found.expected);
    });
  }

  it("suggests what it takes itself", () => {
    for (const text of ["60 2 * * *", "0 x * * *", "0 2 0 * *", "0 2 * y *", "0 2 * * z", "@yearly", "0  2 * * *"]) {
      const { wrong, expected } = fault(text);
      const field = Number(/field (\d)/.exec(wrong)?.[1] ?? 0);
      for (const [, example = ""] of expected.matchAll(/"([^"]+)"/g)) {
        const fields = text.split(" ");
        fields[field - 1] = example;
        assert.ok(parsed(field === 0 ? example : fields.join(" ")));
      }
    }
  });
});

/** Fields of a schedule as people write them. */
function fieldOf(min: number, max: number): fc.Arbitrary<string> {
  const value = fc.integer({ min, max });
  const range = fc.tuple(value, value).map((ends) => ends.sort((one, other) => one - other).join("-"));
  const base = fc.oneof(fc.constant("*"), value.map(String), range);
  const step = fc.tuple(base, fc.integer({ min: 1, max })).map((words) => words.join("/"));
  return fc.array(fc.oneof(base, step), { minLength: 1, maxLength: 3 }).map((parts) => parts.join(","));
}

/** The values of a field, by another way than the program's. */
function expanded(field: string, min: number, max: number): Set<number> {
  return new Set(
    field.split(",").flatMap((part) => {
      const [range = "", step] = part.split("/");
      const [from, to] = range === "*" ? [min, max] : range.split("-").map(Number);
      const end = to ?? (step === undefined ? from : max);
      return Array.from({ length: max + 1 }, (_, value) => value).filter(
        (value) => value >= from! && value <= end! && (value - from!) % Number(step ?? 1) === 0,
      );
    }),
  );
}

/** Gaps in minutes of a schedule in the years from 2024 on, by the calendar of the language. */
function gapsOfCalendar(text: string, years: number): { shortest: number; longest: number } | undefined {
  const [minute = "", hour = "", day = "", month = "", weekday = ""] = text.split(" ");
  const [minutes, hours] = [expanded(minute, 0, 59), expanded(hour, 0, 23)];
  const [days, months, weekdays] = [expanded(day, 1, 31), expanded(month, 1, 12), expanded(weekday, 0, 6)];
  const star = (field: string) => field.split(",").some((part) => part === "*" || part === "*/1");
  const isBoth = star(day) || star(weekday);
  const times = [...hours]
    .flatMap((of) => [...minutes].map((time) => of * 60 + time))
    .sort((one, other) => one - other);
  let previous: number | undefined;
  let [shortest, longest] = [Infinity, 0];
  for (let at = Date.UTC(2024, 0, 1); at < Date.UTC(2024 + years, 0, 1); at += 86_400_000) {
    const date = new Date(at);
    const [isDay, isWeekday] = [days.has(date.getUTCDate()), weekdays.has(date.getUTCDay())];
    if (!months.has(date.getUTCMonth() + 1) || !(isBoth ? isDay && isWeekday : isDay || isWeekday)) continue;
    for (const time of times) {
      const now = at / 60_000 + time;
      if (previous !== undefined)
        [shortest, longest] = [Math.min(shortest, now - previous), Math.max(longest, now - previous)];
      previous = now;
    }
  }
  return previous === undefined ? undefined : { shortest, longest };
}

describe("cronGaps", () => {
  const HOUR = 60;
  const DAY = 24 * HOUR;
  for (const [text, shortest, longest] of [
    ["* * * * *", 1, 1],
    ["*/15 * * * *", 15, 15],
    ["*/7 * * * *", 4, 7],
    ["0 2 * * *", DAY, DAY],
    ["30 2,14 * * *", 12 * HOUR, 12 * HOUR],
    ["0 */5 * * *", 4 * HOUR, 5 * HOUR],
    ["59 23 * * *", DAY, DAY],
    ["0,59 0,23 * * *", 1, 22 * HOUR + 1],
    ["0 2 * * 1-5", DAY, 3 * DAY],
    ["0 2 * * 0", 7 * DAY, 7 * DAY],
    // Short months: the 31st comes in seven of twelve.
    ["0 2 1 * *", 28 * DAY, 31 * DAY],
    ["0 2 31 * *", 31 * DAY, 61 * DAY],
    ["0 2 30 * *", 30 * DAY, 60 * DAY],
    ["0 2 */2 * *", DAY, 2 * DAY],
    ["0 2 1-28 * *", DAY, 4 * DAY],
    ["0 2 1 1 *", 365 * DAY, 366 * DAY],
    ["0 2 29 2 *", 4 * 365 * DAY + DAY, 4 * 365 * DAY + DAY],
    // Either kind of day where both are named, and both where one begins with a star.
    ["0 2 1 * 1", DAY, 7 * DAY],
    ["0 2 31 2 1", 7 * DAY, 50 * 7 * DAY],
    ["0 2 */2 * 1", DAY, 2 * DAY],
  ] as const) {
    it(`are of ${text} from ${shortest} to ${longest} minutes`, () => {
      assert.deepEqual(cronGaps(parsed(text)), { shortest, longest });
    });
  }

  // Kubernetes takes them, and nothing is ever backed up.
  for (const text of ["0 2 31 2 *", "0 2 30 2 *", "0 2 31 4,6,9,11 *", "0 2 30-31 2 *", "* * 31 2 *"]) {
    it(`are none of ${text}, which never comes`, () => assert.equal(cronGaps(parsed(text)), undefined));
  }

  it("are those of the calendar", () => {
    const schedules = fc.tuple(fieldOf(0, 59), fieldOf(0, 23), fieldOf(1, 31), fieldOf(1, 12), fieldOf(0, 6));
    fc.assert(
      fc.property(schedules, (fields) => {
        const text = fields.join(" ");
        assert.deepEqual(cronGaps(parsed(text)), gapsOfCalendar(text, 57), text);
      }),
      { numRuns: 40 },
    );
  });

  it("are the same wherever they are reckoned: CronJobs go by UTC, which has no summer time", () => {
    const { TZ } = process.env;
    try {
      for (const zone of ["America/New_York", "Asia/Manila", "Australia/Lord_Howe"]) {
        process.env.TZ = zone;
        assert.deepEqual(cronGaps(parsed("30 2 * * *")), { shortest: DAY, longest: DAY });
      }
    } finally {
      if (TZ === undefined) delete process.env.TZ;
      else process.env.TZ = TZ;
    }
  });
});
