import assert from "node:assert/strict";
import { isCronSchedule } from "../../config/cron.ts";

describe("isCronSchedule", () => {
  for (const schedule of ["0 2 * * *", "*/15 * * * *", "0,30 8-18 * * 1-5", "59 23 31 12 6", "5-55/10 */2 1,15 * 0"]) {
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
  ]) {
    it(`refuses ${JSON.stringify(schedule)}`, () => assert.ok(!isCronSchedule(schedule)));
  }
});
