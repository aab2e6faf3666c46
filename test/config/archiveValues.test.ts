import assert from "node:assert/strict";
import { archiveSchema } from "../../config/schemas/archive.ts";
import { editor } from "./support/editor.ts";
import { hex } from "./support/pins.ts";
import { checkValues } from "./support/values.ts";

const DAYS = { right: ["2027-02-28", "2028-02-29"], wrong: ["2027-02-29", "28.02.2027", "2027-2-28", 7, undefined] };
const RECORD = {
  displayName: "Beta",
  owner: { team: "ops", email: "ops@beta.example" },
  environments: ["staging", "prod"],
  decommissioned: "2026-10-01",
  holdUntil: "2026-11-01",
  lastBackup: {
    stack: "prod",
    id: "0123abcd",
    taken: "2026-10-01T02:00:00Z",
    verified: "2026-10-01T03:00:00Z",
    checksum: "ab".repeat(32),
    rows: { "public.res_partner": 3 },
  },
};
const TIMES = [
  "2026-10-01 02:00:00Z",
  "2026-10-01T02:00:00",
  "2026-10-01",
  "2026-10-01T25:00:00Z",
  "(x)2026-10-01T02:00:00Z",
];

describe("an archive record", () => {
  checkValues("with every key", archiveSchema, RECORD, [
    ["displayName", ["a".repeat(100)], ["", "a".repeat(101), undefined]],
    ["owner", [], [{}, "ops", undefined]],
    ["owner.team", ["a"], ["A", 7, undefined]],
    ["owner.email", ["a@b.cd"], ["a", 7, undefined]],
    ["environments", [["prod"]], [[], ["sandbox"], ["prod", "prod"], "prod", undefined]],
    ["environments", [], [[]], "is empty, expected at least one of staging, prod"],
    ["decommissioned", DAYS.right, DAYS.wrong],
    ["holdUntil", DAYS.right, DAYS.wrong],
    ["lastBackup", [], [{}, "0123abcd", undefined]],
    ["lastBackup.stack", ["prod-eu", undefined], ["Prod", "", 7]],
    ["lastBackup.id", [hex(8), hex(64)], ["latest", hex(7), hex(65), "0123ABCD", `${hex(8)} `, 7, undefined]],
    ["lastBackup.taken", ["2026-10-01T02:00:00.123456Z", RECORD.lastBackup.verified], [...TIMES, 7, undefined]],
    [
      "lastBackup.verified",
      [RECORD.lastBackup.taken, "2026-10-01T02:00:00.001Z"],
      [...TIMES, "2026-10-01T03:00:00Z (x)", "1999-10-01T03:00:00Z", "2026-10-01T01:59:59Z", 7, undefined],
    ],
    [
      "lastBackup.checksum",
      [hex(64), `sha256:${hex(64)}`],
      [hex(63), hex(65), hex(64).toUpperCase(), `md5:${hex(64)}`, `sha256:${hex(63)}g`, ` ${hex(64)}`, 7, undefined],
    ],
    [
      "lastBackup.rows",
      [{ "public.res_partner": 0 }, { "a table": Number.MAX_SAFE_INTEGER }, { ["a".repeat(200)]: 1 }],
      [{}, { "": 1 }, { ["a".repeat(201)]: 1 }, { a: -1 }, { a: 1.5 }, { a: "1" }, [], undefined],
    ],
    ["lastBackup.rows", [], [{}], "has no table, expected at least one: a backup of nothing proves nothing"],
  ]);
});

describe("an editor", () => {
  it("knows the form of days and times", () => {
    const takes = editor(archiveSchema);
    const backup = (taken: string) => takes({ ...RECORD, lastBackup: { ...RECORD.lastBackup, taken } });
    assert.ok(takes(RECORD) && backup("2026-10-01T02:00:00.123Z"));
    for (const day of ["2026-10-1", "02026-10-01", "2026-10-011"])
      assert.ok(!takes({ ...RECORD, holdUntil: day }), day);
    for (const time of ["2026-10-01", "02026-10-01T02:00Z", "2026-10-01T02:00Zx"]) assert.ok(!backup(time), time);
  });
});
