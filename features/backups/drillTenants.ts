import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { UserError } from "../../lib/userError.ts";
import { dropDatabase } from "./database.ts";
import { verifiedDrill } from "./drillReport.ts";
import type { Drill } from "./drillReport.ts";
import { drillDatabase } from "./refusals.ts";
import { restoreSnapshot } from "./restoreSnapshot.ts";
import type { Session } from "./session.ts";

/** How drills are done. */
export interface DrillOptions {
  /** Whether a new backup is made first. */
  readonly backup: boolean;
  /** Called with each line of progress of a new backup. */
  readonly log: (line: string) => void;
  /** Called when a tenant's drill has ended. */
  readonly onResult: (drill: Drill) => void;
}

/**
 * Proves that backups can be restored: restores each tenant's newest snapshot to a scratch database, compares every table and file with what
 * the backup recorded, and drops the database again.
 *
 * @param named the tenants; none: all of the stack
 * @returns one drill per tenant; a failed one says why
 * @throws BackupError if a tenant does not exist, before any work
 */
export async function drillTenants(
  session: Session,
  named: readonly string[],
  { onResult, ...options }: DrillOptions,
): Promise<readonly Drill[]> {
  const tenants = named.length > 0 ? named : session.tenants;
  for (const tenant of tenants) session.tenant(tenant);
  const drills: Drill[] = [];
  for (const tenant of tenants) {
    const drill = await drillTenant(session, tenant, options);
    drills.push(drill);
    onResult(drill);
  }
  return drills;
}

async function drillTenant(
  session: Session,
  tenant: string,
  { backup, log }: Omit<DrillOptions, "onResult">,
): Promise<Drill> {
  const begin = Date.now();
  const seconds = () => (Date.now() - begin) / 1000;
  const { stack, admin } = session.access;
  const { database: own } = session.tenant(tenant);
  const target = { ...own, database: drillDatabase(tenant) };
  const folder = join(session.folder, tenant);
  mkdirSync(folder, { mode: 0o700 });
  try {
    if (backup) await session.backUp(tenant, undefined, log);
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
