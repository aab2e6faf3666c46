import { join, resolve } from "node:path";
import { drillMetrics } from "../../features/backups/drillMetrics.ts";
import { writeDrills } from "../../features/backups/drillReport.ts";
import type { Drill } from "../../features/backups/drillReport.ts";
import { drillTenants } from "../../features/backups/drillTenants.ts";
import { Session } from "../../features/backups/session.ts";
import { withWorkspace } from "../../features/backups/workspace.ts";
import { writeMetrics } from "../../lib/metrics.ts";
import { command, finish, log } from "../command.ts";
import { reasonOf } from "../../features/events/index.ts";
import type { Result } from "../../features/events/index.ts";
import { useStack } from "../environment.ts";
import { noteResults } from "../record.ts";
import { dataOption, repositoryOption } from "./places.ts";

export default command("backup drill", "Prove that tenants' backups can be restored", "--stack prod --backup")
  .description(
    "Proves that backups can be restored: restores each tenant's newest snapshot to a scratch database, compares every table and file with what " +
      "the backup recorded, and drops it again. Writes drill-<tenant>.json and drill.md. Exit status 1 if a tenant's drill failed.",
  )
  .argument("[tenants...]", "ids of tenants; default: all tenants of the stack")
  .option("--backup", "make a new backup first")
  .option("--report <folder>", "where the reports are written", "reports")
  .option("--metrics <file>", "also write the results for Prometheus (docs/alerts.md)")
  .option("--stack <stack>", "the stack that the tenants are on", "sandbox")
  .addOption(repositoryOption())
  .addOption(dataOption())
  .action(async (tenants, { backup = false, report, metrics, ...options }, running) => {
    await useStack(options.stack);
    const drills = await withWorkspace(async (folder) => {
      const session = await Session.open(options, folder);
      return await drillTenants(session, tenants, { backup, log, onResult: (drill) => log(resultLine(drill)) });
    });
    noteResults(running, drills.map(resultOf));
    writeDrills(resolve(report), drills);
    if (metrics !== undefined) writeMetrics(resolve(metrics), drillMetrics(drills));
    log(`Report: ${join(resolve(report), "drill.md")}`);
    finish(drills.every(({ verified }) => verified));
  });

function resultOf(drill: Drill): Result {
  const { tenant } = drill;
  return drill.verified
    ? { tenant, outcome: "succeeded", snapshot: drill.snapshot, takenAt: drill.takenAt }
    : { tenant, outcome: "failed", reason: reasonOf(drill.problem) };
}

function resultLine(drill: Drill): string {
  return drill.verified
    ? `${drill.tenant}: snapshot ${drill.snapshot.slice(0, 8)} of ${drill.takenAt} restored and equal, ${drill.seconds.toFixed(1)} s`
    : `${drill.tenant}: ${drill.problem}`;
}
