import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { BACKUP_DAYS_APART, BACKUP_HOURS_APART, backupScheduleProblem } from "../../config/backupSchedule.ts";

const read = (file: string) => readFileSync(join(import.meta.dirname, "../..", file), "utf8");

const OFTEN =
  'which would leave upgrades no time between them, expected at least 4 hours between two, such as "0 */4 * * *"';
const RARE =
  'which is how much data a loss of the database would cost, expected at most 7 days between two, such as "0 2 * * *"';

describe("a schedule of backups", () => {
  for (const schedule of [
    "0 2 * * *",
    "0 */4 * * *",
    "15 1,13 * * *",
    "30 0,4,8,12,16,20 * * *",
    "15 3 * * 1-5",
    "0 2 * * 0",
    "0 2 1-31/2 * *",
    "0 2 1,8,15,22,29 * *",
    "0 2 1 * 1",
    "30 2,14 * * 0",
    "7-7/9 22 * 1-12 *",
  ]) {
    it(`is ${schedule}`, () => assert.equal(backupScheduleProblem(schedule), undefined));
  }

  for (const [schedule, apart] of [
    ["* * * * *", "1 minute"],
    ["*/15 1-5 * * *", "15 minutes"],
    ["0 * * * *", "1 hour"],
    ["0 */3 * * *", "3 hours"],
    ["0 2,5-5 * * *", "3 hours"],
    ["0,59 2 * * 1", "59 minutes"],
    // The last of a day and the first of the next.
    ["0 1,23 * * *", "2 hours"],
  ] as const) {
    it(`is not ${schedule}, which is too often`, () => {
      assert.equal(backupScheduleProblem(schedule), `is "${schedule}", backups ${apart} apart, ${OFTEN}`);
    });
  }

  for (const [schedule, apart] of [
    ["0 2 1 1 *", "366 days"],
    ["0 2 29 2 *", "1461 days"],
    ["0 2 1 * *", "31 days"],
    ["0 2 1,15 * *", "17 days"],
    ["0 2 1-21 * *", "11 days"],
    ["0 2 * 1-6 *", "185 days"],
    ["0 2 31 2 1", "350 days"],
    ["0 2 1,8,15,22 * *", "10 days"],
  ] as const) {
    it(`is not ${schedule}, which is too rare`, () => {
      assert.equal(backupScheduleProblem(schedule), `is "${schedule}", backups up to ${apart} apart, ${RARE}`);
    });
  }

  it("comes", () => {
    assert.equal(
      backupScheduleProblem("0 2 30 2 *"),
      'is "0 2 30 2 *", days that never occur, expected days that occur each week, such as "0 2 * * *"',
    );
  });

  it("is told of by its field", () => {
    assert.equal(
      backupScheduleProblem("0 25 * * *"),
      'is "0 25 * * *", whose hour (field 2 of 5) is "25", expected numbers from 0 to 23 such as "2", "2,14" or "*/6"',
    );
    assert.match(backupScheduleProblem(`0 2 ${"1,".repeat(90)}1 * * *`) ?? "", /^is ".{56}\.\.\., which has 6 fields/);
  });

  it("leaves time for upgrades by the deadlines of a backup, and a backup for each drill", () => {
    const job = read("charts/odoo/templates/backup.yaml");
    const late = Number(/startingDeadlineSeconds: (\d+)/.exec(job)?.[1]);
    const work = Number(/activeDeadlineSeconds: \{\{ add (\d+)/.exec(job)?.[1]);
    assert.equal(BACKUP_HOURS_APART * 3600, late + work);
    const alerts = read("alerts/rules/backups.yaml");
    assert.match(alerts, new RegExp(`alert: OdooBackupLate[^]*?for: ${BACKUP_HOURS_APART}h`));
    const drills = Number(/odoo_restore_drill_timestamp_seconds > (\d+) \* 86400/.exec(alerts)?.[1]);
    assert.ok(BACKUP_DAYS_APART < drills);
  });
});
