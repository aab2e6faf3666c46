import assert from "node:assert/strict";
import { isCronSchedule } from "../../config/cron.ts";

describe("isCronSchedule", () => {
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
    it(`takes ${schedule}`, () => assert.ok(isCronSchedule(schedule)));
  }
  for (const schedule of [
    "",
    "0 2 * *",
    "0 2 * * * *",
    "60 2 * * *",
    "0 24 * * *",
    "0 2 0 * *",
    "0 2 * 13 *",
    "0 2 * * 7",
    "0  2 * * *",
    " 0 2 * * *",
    "@daily",
    "0 2 * * MON",
    "5-1 * * * *",
    "*/0 * * * *",
    "1, * * * *",
    "-1 * * * *",
    "0 2 * * *\n",
    "TZ=UTC 0 2 * * *",
    "a b c d e",
    "5-/10 * * * *",
  ]) {
    it(`refuses ${JSON.stringify(schedule)}`, () => assert.ok(!isCronSchedule(schedule)));
  }
  // Kubernetes takes them, and nothing is ever backed up. The 29th of February does not come each year.
  for (const schedule of [
    "0 2 31 2 *",
    "0 2 30 2 *",
    "0 2 29 2 *",
    "0 2 31 4,6,9,11 *",
    "0 2 29/1 2 *",
    "0 2 30-31 2 *",
    "0 2 31 2 */2",
  ]) {
    it(`refuses ${schedule}, which never comes`, () => assert.ok(!isCronSchedule(schedule)));
  }
});
