import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import { UserError } from "../../lib/userError.ts";
import { formatDiagnostics, loadProjectFiles } from "../../config/index.ts";
import type { Tenant } from "../../config/index.ts";
import { dayOf, LIFECYCLE_RUNBOOK } from "../../config/lifecycle.ts";
import { archiveSchema, checksum, rows, snapshot, time } from "../../config/schemas/archive.ts";
import type { ArchiveFile } from "../../config/schemas/archive.ts";
import { formatPath, issueProblems } from "../../config/schemas/common.ts";
import { writeYaml } from "../../config/yaml.ts";

/**
 * Maximum age of the last backup, in days. Any backup since the tenant stopped holds everything, but nobody expects the last one to be
 * older than a week.
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

/** No record is written. */
class Refusal extends UserError {}

/**
 * The record of a tenant, from its file and the report of its last backup.
 *
 * @param now the time of writing
 * @throws Refusal if the report is of another tenant, or of a backup that is not verified, too old or in the future
 */
function recordOf(tenant: Tenant, file: string, report: unknown, now: Date): ArchiveFile {
  const refuse = (message: string): never => {
    throw new Refusal(`${file}: ${message}; see ${LIFECYCLE_RUNBOOK}#the-record`);
  };
  const result = reportSchema.safeParse(report);
  if (!result.success) {
    const problems = issueProblems(result.error.issues).map(({ path, message }) => `${formatPath(path)} ${message}`);
    return refuse(`is not a report of a verified backup: ${problems.join("; ")}`);
  }
  const { tenant: id, stack, takenAt, verifiedAt, snapshot: snapshotId, rows: tables, checksum: sum } = result.data;
  if (id !== tenant.id)
    refuse(`tenant is ${JSON.stringify(id)}, expected ${JSON.stringify(tenant.id)}: its own report`);
  const [taken, verified, latest] = [Date.parse(takenAt), Date.parse(verifiedAt), now.getTime() + CLOCK_SKEW];
  if (verified < taken)
    refuse(`verifiedAt is ${verifiedAt}, before takenAt ${takenAt}, expected a backup that was verified`);
  if (verified > latest)
    refuse(`verifiedAt is ${verifiedAt}, expected a time in the past (it is ${now.toISOString()})`);
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
 * Writes the record of a tenant. A record of the same backup is left as it is.
 *
 * @param id of the tenant
 * @param reportFile path of the report of its last backup
 * @param now the time of writing
 * @returns what was done, as one line
 * @throws Refusal
 */
export function decommission(root: string, id: string, reportFile: string, now: Date): string {
  const result = loadProjectFiles(root);
  if (!result.ok) throw new Refusal(formatDiagnostics(result.diagnostics));
  const tenant = result.projectFiles.tenants.get(id);
  if (tenant === undefined) {
    throw new Refusal(
      `tenants/${id}.yaml does not exist, expected one of ${[...result.projectFiles.tenants.keys()].join(", ")}`,
    );
  }
  const record = recordOf(tenant, reportFile, readJson(reportFile), now);
  const file = `archive/${id}.yaml`;
  const path = join(root, file);
  if (existsSync(path)) {
    const known = archiveSchema.parse(parse(readFileSync(path, "utf8")));
    if (known.lastBackup.id === record.lastBackup.id)
      return `${file} already exists, of backup ${known.lastBackup.id}.`;
    throw new Refusal(
      `${file}: is of backup ${known.lastBackup.id}, not of ${record.lastBackup.id}, expected one permanent record: keep it; see ${LIFECYCLE_RUNBOOK}#the-record`,
    );
  }
  mkdirSync(join(root, "archive"), { recursive: true });
  // A record that somebody else has just written stays.
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
