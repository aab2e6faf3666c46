import { connected, Session, withWorkspace } from "../backups/index.ts";
import type { StackSettings } from "../../config/index.ts";
import { gibOf } from "./meters.ts";
import type { MeterEvent } from "./meters.ts";

/** What a reading of a stack's usage came to. */
export interface UsageReading {
  readonly events: readonly MeterEvent[];
  /** What could not be read, for people: their days are holes. */
  readonly problems: readonly string[];
}

/**
 * The meters of sizes, as they are now: databases as each one says of itself, files and backups as restic does where a tenant has a
 * repository with a backup. Nothing of tenants' data is read, and nothing enters their databases.
 *
 * @param day that the readings count for
 * @throws BackupError, ConfigError, PulumiError
 */
export async function readUsage(
  stack: string,
  environment: StackSettings["environment"],
  day: string,
  repository?: string,
): Promise<UsageReading> {
  return withWorkspace(async (folder) => {
    const session = await Session.open({ stack, repository }, folder);
    const events: MeterEvent[] = [];
    const problems: string[] = [];
    for (const tenant of session.tenants) {
      const about = { tenant, environment, day };
      try {
        // As its owner: the role that makes databases may enter none of them, nor see its size.
        const bytes = await connected(session.tenant(tenant).database, async (client) => {
          const { rows } = await client.query<{ bytes: string }>(
            "SELECT pg_database_size(current_database())::text AS bytes",
          );
          return BigInt(rows[0]?.bytes ?? 0);
        });
        events.push({ ...about, source: `postgresql:${stack}`, meter: "database_gib", value: gibOf(bytes) });
      } catch (error) {
        problems.push(`${tenant}: ${error instanceof Error ? error.message : String(error)}`);
      }
      try {
        const stored = await session.repository(tenant).sizes(tenant);
        if (stored === undefined) {
          problems.push(`${tenant}: has no backup yet, so its files and backups have no size`);
          continue;
        }
        const source = `restic:${stack}`;
        events.push({ ...about, source, meter: "filestore_gib", value: gibOf(stored.filestore) });
        events.push({ ...about, source, meter: "backup_gib", value: gibOf(stored.repository) });
      } catch (error) {
        problems.push(`${tenant}: ${error instanceof Error ? error.message : String(error)}`);
      }
    }
    return { events, problems };
  });
}
