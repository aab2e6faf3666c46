import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import { UserError } from "../../lib/userError.ts";
import { onlyTenant, parseCommand, PROJECT, runCommand, UsageError } from "../../commands/command.ts";
import { formatDiagnostics, loadCatalogue } from "../../config/index.ts";
import type { Tenant } from "../../config/index.ts";
import { dayOf, LIFECYCLE_RUNBOOK } from "../../config/lifecycle.ts";
import { archiveSchema, checksum, rows, snapshot, time } from "../../config/schemas/archive.ts";
import type { ArchiveFile } from "../../config/schemas/archive.ts";
import { formatPath, issueProblems } from "../../config/schemas/common.ts";
import { writeYaml } from "../../config/yaml.ts";

/** How to call it. */
export const USAGE = `usage: npm run decommission -- TENANT --backup-report FILE [--root DIR]

Writes archive/TENANT.yaml, the record that stays of a tenant, from the report of its last verified backup. The tenant must be
decommissioning. Exit status: 0 fine (also when the record is there already), 1 refused, 2 wrong usage.

  --backup-report FILE  JSON: { tenant, snapshot, takenAt, verifiedAt, rows: { TABLE: COUNT }, checksum }, and optionally stack
  --root DIR            the folder that holds tenants/ and archive/; default: this project`;

/**
 * Oldest last backup, in days: the tenant does not run any more, so that any backup since it stopped holds everything, but
 * nobody looks for one that is older than a week as the last.
 */
const MAX_BACKUP_DAYS = 7;

/** Clocks of two machines may differ by as much, in milliseconds. */
const CLOCK_SKEW = 5 * 60_000;

/** A report of a backup, as the backup command writes it. Other keys are left alone: they are that command's. */
const reportSchema = z.looseObject({
  tenant: z.string(),
  stack: z.string().exactOptional(),
  verified: z.literal(true, { error: "is not true, expected a backup that was verified" }).exactOptional(),
  snapshot,
  takenAt: time,
  verifiedAt: time,
  rows,
  checksum,
});

/** Why no record is written; the message is for people. */
class Refusal extends UserError {}

/**
 * The record of a tenant, from its file and the report of its last backup.
 *
 * @param now the time of writing
 * @throws Refusal when the report is another tenant's, or of a backup that is not verified, not the last, or in the future.
 */
function recordOf(tenant: Tenant, file: string, report: unknown, now: Date): ArchiveFile {
  const refuse = (message: string): never => {
    throw new Refusal(`${file}: ${message}; see ${LIFECYCLE_RUNBOOK}#the-record`);
  };
  const result = reportSchema.safeParse(report);
  if (!result.success) {
    const problems = issueProblems(result.error.issues).map(({ path, message }) => `${formatPath(path)} ${message}`);
    return refuse(`is no report of a verified backup: ${problems.join("; ")}`);
  }
  const { tenant: id, stack, takenAt, verifiedAt, snapshot: snapshotId, rows: tables, checksum: sum } = result.data;
  if (id !== tenant.id)
    refuse(`tenant is ${JSON.stringify(id)}, expected ${JSON.stringify(tenant.id)}: a report of its own`);
  const [taken, verified, latest] = [Date.parse(takenAt), Date.parse(verifiedAt), now.getTime() + CLOCK_SKEW];
  if (verified < taken)
    refuse(`verifiedAt is ${verifiedAt}, before takenAt ${takenAt}, expected a backup that was verified`);
  if (verified > latest)
    refuse(`verifiedAt is ${verifiedAt}, expected a time that has been (it is ${now.toISOString()})`);
  if (taken < now.getTime() - MAX_BACKUP_DAYS * 86_400_000) {
    refuse(
      `takenAt is ${takenAt}, expected a last backup of at most ${MAX_BACKUP_DAYS} days ago: take and verify another one`,
    );
  }
  // A cell's stacks are named after their environment: prod-eu.
  if (tenant.environments.prod !== undefined && stack?.split("-")[0] === "staging") {
    refuse(`stack is ${JSON.stringify(stack)}, expected a backup of prod, where the tenant's books are`);
  }
  const end = tenant.decommission;
  if (end === undefined) {
    throw new Refusal(
      `tenants/${tenant.id}.yaml: lifecycle is ${tenant.lifecycle}, expected decommissioning before its record is written; see ${LIFECYCLE_RUNBOOK}#the-record`,
    );
  }
  return archiveSchema.parse({
    displayName: tenant.displayName,
    owner: tenant.owner,
    environments: Object.keys(tenant.environments),
    decommissioned: dayOf(now),
    holdUntil: end.holdUntil,
    lastBackup: {
      ...(stack === undefined ? {} : { stack }),
      id: snapshotId,
      taken: takenAt,
      verified: verifiedAt,
      checksum: sum,
      rows: tables,
    },
  });
}

/**
 * Writes the record of a tenant, unless it is there.
 *
 * @returns a line for people
 * @throws Refusal
 */
export function decommission(root: string, id: string, reportFile: string, now: Date): string {
  const result = loadCatalogue(root);
  if (!result.ok) throw new Refusal(formatDiagnostics(result.diagnostics));
  const tenant = result.catalogue.tenants.get(id);
  if (tenant === undefined) {
    throw new Refusal(
      `tenants/${id}.yaml does not exist, expected one of ${[...result.catalogue.tenants.keys()].join(", ")}`,
    );
  }
  const record = recordOf(tenant, reportFile, readJson(reportFile), now);
  const file = `archive/${id}.yaml`;
  const path = join(root, file);
  if (existsSync(path)) {
    const known = archiveSchema.parse(parse(readFileSync(path, "utf8")));
    if (known.lastBackup.id === record.lastBackup.id)
      return `${file} is there already, of backup ${known.lastBackup.id}.`;
    throw new Refusal(
      `${file}: is of backup ${known.lastBackup.id}, not of ${record.lastBackup.id}, expected one record for ever: keep it; see ${LIFECYCLE_RUNBOOK}#the-record`,
    );
  }
  mkdirSync(join(root, "archive"), { recursive: true });
  // Not over a record that somebody else has just written.
  writeFileSync(path, `# yaml-language-server: $schema=../schemas/archive.schema.json\n${writeYaml(record)}`, {
    flag: "wx",
  });
  return `Wrote ${file}: backup ${record.lastBackup.id}, verified ${record.lastBackup.verified}. Commit it; the hold is until ${record.holdUntil}.`;
}

function readJson(file: string): unknown {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch {
    throw new Refusal(`${file}: cannot be read, expected the report of a verified backup as JSON`);
  }
  try {
    return JSON.parse(text);
  } catch {
    throw new Refusal(`${file}: is not JSON, expected the report of a verified backup`);
  }
}

/** The command. @returns the exit status */
export function main(args: readonly string[], now: Date): boolean {
  const { values, positionals } = parseCommand(
    args,
    { "backup-report": { type: "string" }, root: { type: "string", default: PROJECT } },
    1,
  );
  const report = values["backup-report"];
  if (report === undefined) throw new UsageError("--backup-report is needed");
  console.log(decommission(values.root, onlyTenant(positionals), report, now));
  return true;
}

if (import.meta.main) await runCommand(USAGE, (args) => main(args, new Date()));
