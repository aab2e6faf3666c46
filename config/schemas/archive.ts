import { z } from "zod";
import { isDay } from "../lifecycle.ts";
import { email, expecting, LABEL, singleLine, list, mapping, oneOf, text, integer } from "./common.ts";

/** Environments that a tenant may have been in; the same words as in tenant files. */
const ENVIRONMENTS = ["staging", "prod"] as const;

const DAY = 'a calendar day (UTC) such as "2027-02-28"';
const TIME = 'a time in UTC such as "2026-11-22T02:00:00Z"';

/** A calendar day in UTC. */
export const day = z
  .string(expecting(DAY))
  .refine(isDay, expecting(DAY))
  .meta({ pattern: "^20\\d\\d-\\d\\d-\\d\\d$" });

/** A point in time, in UTC. */
export const time = z
  .string(expecting(TIME))
  .refine((value) => /^20\d\d-\d\d-\d\dT[\d:.]+Z$/.test(value) && !Number.isNaN(Date.parse(value)), expecting(TIME))
  .meta({ pattern: "^20\\d\\d-\\d\\d-\\d\\dT[\\d:.]+Z$" });

/** Identifier of a backup: restic's snapshot id, or a SHA-256. */
export const snapshot = text(/^[0-9a-f]{8,64}$/, "8 to 64 hexadecimal digits: a restic snapshot id or a SHA-256");

/** Checksum over what a restored backup held. */
export const checksum = text(/^(?:sha256:)?[0-9a-f]{64}$/, "a SHA-256: 64 hexadecimal digits");

/** How many rows each table had when the backup was verified. */
export const rows = z
  .record(
    singleLine('a table such as "public.res_partner"', 200),
    // Stryker disable next-line StringLiteral: Only the unit in a message, whose place is below rows.
    integer(0, Number.MAX_SAFE_INTEGER, "rows"),
    expecting("a mapping from tables to row counts"),
  )
  .refine((tables) => Object.keys(tables).length > 0, {
    error: "has no table, expected at least one: a backup of nothing proves nothing",
  });

/** The permanent record of a tenant, `archive/<tenant-id>.yaml`. `npx odoo-saas tenant decommission` writes it; nobody changes it. */
export const archiveSchema = mapping({
  displayName: singleLine("the company's or department's name").describe("Display name."),
  owner: mapping({
    team: text(LABEL, 'lower-case letters, digits and hyphens such as "finance-ops"').describe("Team that was responsible for it."),
    email: email.describe("The team's mail address at the time."),
  }).describe("Who was responsible for the tenant."),
  environments: list(oneOf(ENVIRONMENTS), "a list of environments")
    .min(1, { error: "is empty, expected at least one of staging, prod" })
    .describe("Where the tenant was."),
  decommissioned: day.describe("Day on which this record was made; the tenant no longer ran."),
  holdUntil: day.describe("First day on which its data could be deleted, at the time of this record."),
  lastBackup: mapping({
    stack: text(LABEL, 'a stack such as "prod"').exactOptional().describe("Stack of the database, if the report named it."),
    id: snapshot.describe("Snapshot of the backup, as the backup command named it."),
    taken: time.describe("When it was taken."),
    verified: time.describe("When it was restored and compared."),
    checksum: checksum.describe("Checksum of the rows that the restored database held."),
    rows: rows.describe("How many rows each table had."),
  })
    .superRefine(({ taken, verified }, context) => {
      if (Date.parse(verified) < Date.parse(taken)) {
        context.addIssue({
          // Stryker disable next-line StringLiteral: Of the kinds of issues only wrong and unknown keys are distinguished.
          code: "custom",
          path: ["verified"],
          message: `is "${verified}", before it was taken, expected a time after "${taken}"`,
        });
      }
    })
    .describe("The last backup, verified by restoring it."),
}).describe("The permanent record of a tenant that ended.");

/** An archive record as it is after parsing. */
export type ArchiveFile = z.output<typeof archiveSchema>;
