import { mkdirSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { PLACES, PLACES_USAGE } from "../../features/backups/places.ts";
import { parseCommand, runCommand } from "../command.ts";
import { prepared } from "../preparation.ts";
import { UserError } from "../../lib/userError.ts";
import { dropDatabase } from "../../features/backups/database.ts";
import { drillMetrics } from "../../features/backups/drillMetrics.ts";
import { verifiedDrill, writeDrills } from "../../features/backups/drillReport.ts";
import type { Drill } from "../../features/backups/drillReport.ts";
import { drillDatabase } from "../../features/backups/refusals.ts";
import { restoreSnapshot } from "../../features/backups/restoreSnapshot.ts";
import { Session } from "../../features/backups/session.ts";
import { withWorkspace } from "../../features/backups/workspace.ts";
import { writeMetrics } from "../../lib/metrics.ts";

const USAGE = `usage: npm run drill -- [TENANT …] [options]

Proves that backups can be restored: takes each tenant's newest snapshot (all tenants unless some are named), restores it
to a scratch database, compares every table and file with what the backup recorded, and drops it again. Writes
drill-<tenant>.json and drill.md. Exit status: 0 all equal, 1 one or more not, 2 wrong usage.

  --backup             makes a new backup first
  --report FOLDER      default reports
  --metrics FILE       writes the results for Prometheus too (docs/alerts.md)
  --stack STACK        default sandbox
${PLACES_USAGE}`;

async function main(args: readonly string[]): Promise<boolean> {
  const { values, positionals } = parseCommand(
    args,
    {
      stack: { type: "string", default: "sandbox" },
      backup: { type: "boolean", default: false },
      report: { type: "string", default: "reports" },
      metrics: { type: "string" },
      ...PLACES,
    },
    Infinity,
  );
  await prepared();
  const drills = await withWorkspace(async (folder) => {
    const session = await Session.open(values, folder);
    const tenants = positionals.length > 0 ? positionals : session.tenants;
    // All names before any work.
    for (const tenant of tenants) session.tenant(tenant);
    const done: Drill[] = [];
    for (const tenant of tenants) {
      const result = await drill(session, tenant, values.backup);
      done.push(result);
      console.log(
        result.verified
          ? `${tenant}: snapshot ${result.snapshot.slice(0, 8)} of ${result.takenAt} restored and equal, ${result.seconds.toFixed(1)} s`
          : `${tenant}: ${result.problem}`,
      );
    }
    return done;
  });
  const report = resolve(values.report);
  writeDrills(report, drills);
  if (values.metrics !== undefined) writeMetrics(resolve(values.metrics), drillMetrics(drills));
  console.log(`Report: ${join(report, "drill.md")}`);
  return drills.every(({ verified }) => verified);
}

async function drill(session: Session, tenant: string, backup: boolean): Promise<Drill> {
  const begin = Date.now();
  const seconds = () => (Date.now() - begin) / 1000;
  const { stack, admin } = session.access;
  const { database: own } = session.tenant(tenant);
  const target = { ...own, database: drillDatabase(tenant) };
  const folder = join(session.folder, tenant);
  mkdirSync(folder, { mode: 0o700 });
  try {
    if (backup) await session.backUp(tenant, undefined, (line) => console.log(line));
    const repository = session.repository(tenant);
    const restored = await restoreSnapshot({
      tenant,
      repository,
      programs: session.programs,
      admin,
      target,
      filestore: join(folder, "filestore"),
      folder,
    });
    const realm = (await repository.snapshots(tenant, "realm")).at(-1);
    await dropDatabase(admin, target);
    return verifiedDrill(stack, restored, realm, seconds());
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return {
      tenant,
      stack,
      verified: false,
      failedAt: new Date().toISOString(),
      problem: error.message,
      seconds: seconds(),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

await runCommand(USAGE, main);
