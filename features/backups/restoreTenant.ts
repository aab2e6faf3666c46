import { join } from "node:path";
import { assertNewDatabase } from "./refusals.ts";
import { restoreSnapshot } from "./restoreSnapshot.ts";
import type { Restored } from "./restoreSnapshot.ts";
import type { Session } from "./session.ts";

/** Which backup to restore, and where to. */
export interface RestoreTarget {
  /** Name of a new database of the tenant's server. */
  readonly database: string;
  /** Id of the snapshot. Default: the newest. */
  readonly snapshot: string | undefined;
}

/**
 * Restores a tenant's backup to a new database, owned by the tenant's role, and to a new filestore of the same name, and compares everything
 * with what the backup recorded.
 *
 * @returns what was verified, and the filestore's folder
 * @throws BackupError if it is refused or something differs; nothing is left behind
 */
export async function restoreTenant(
  session: Session,
  tenant: string,
  { database, snapshot }: RestoreTarget,
): Promise<Restored & { readonly filestore: string }> {
  assertNewDatabase(database, session.tenants);
  const filestore = join(session.data, "filestore", database);
  const restored = await restoreSnapshot({
    tenant,
    repository: session.repository(tenant),
    programs: session.programs,
    snapshot,
    admin: session.access.admin,
    target: { ...session.tenant(tenant).database, database },
    filestore,
    folder: session.folder,
  });
  return { ...restored, filestore };
}
