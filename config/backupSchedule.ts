import { cronGaps, parseCron } from "./cron.ts";
import { quote } from "./schemas/common.ts";

/**
 * Fewest hours between two backups of a tenant. One may start an hour late and take three (`startingDeadlineSeconds` and
 * `activeDeadlineSeconds` in charts/odoo/templates/backup.yaml), after which `OdooBackupLate` fires. Closer ones could follow each
 * other without a pause, and an upgrade, which begins nothing while a backup runs, would never begin.
 */
export const BACKUP_HOURS_APART = 4;

/**
 * Most days between two backups of a tenant. Restore drills are weekly (`OdooRestoreDrillLate`) and prove the newest backup: a rarer one
 * would be proved again, and what was changed since by none. `keep.weekly` counts on one for each week.
 */
export const BACKUP_DAYS_APART = 7;

/** What is wrong with a text as the schedule of backups, `<wrong>, expected <right>`; undefined when it is right. */
export function backupScheduleProblem(text: string): string | undefined {
  const schedule = parseCron(text);
  const message = (wrong: string, expected: string) => `is ${quote(text)}, ${wrong}, expected ${expected}`;
  if ("wrong" in schedule) return message(schedule.wrong, schedule.expected);
  const gaps = cronGaps(schedule);
  const daily = 'such as "0 2 * * *"';
  if (gaps === undefined) return message("days that never occur", `days that occur each week, ${daily}`);
  if (gaps.shortest < BACKUP_HOURS_APART * 60) {
    return message(
      `backups ${duration(gaps.shortest)} apart, which would leave upgrades no time between them`,
      `at least ${BACKUP_HOURS_APART} hours between two, such as "0 */${BACKUP_HOURS_APART} * * *"`,
    );
  }
  if (gaps.longest > BACKUP_DAYS_APART * 24 * 60) {
    return message(
      `backups up to ${duration(gaps.longest)} apart, which is how much data a loss of the database would cost`,
      `at most ${BACKUP_DAYS_APART} days between two, ${daily}`,
    );
  }
  return undefined;
}

/** A number of minutes for people, in the largest unit that it is a whole number of, or else in the next smaller one. */
function duration(minutes: number): string {
  const [count, unit] =
    minutes % 1440 === 0 ? [minutes / 1440, "day"] : minutes % 60 === 0 ? [minutes / 60, "hour"] : [minutes, "minute"];
  return `${count} ${unit}${count === 1 ? "" : "s"}`;
}
