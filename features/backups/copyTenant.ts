import type { StackSettings } from "../../config/index.ts";
import { neutralizeCopy } from "./neutralize.ts";
import type { CopyPlace, Neutralized } from "./neutralize.ts";
import type { OdooNeutralize } from "./odooNeutralize.ts";
import { assertCopyAllowed } from "./refusals.ts";
import { restoreSnapshot } from "./restoreSnapshot.ts";
import type { Restored, RestoreRequest } from "./restoreSnapshot.ts";

/** What to copy, and where to. */
export interface CopyRequest extends Omit<RestoreRequest, "afterwards"> {
  readonly from: StackSettings["environment"];
  readonly to: StackSettings["environment"];
  readonly place: CopyPlace;
  /** Runs Odoo's own neutralisation, of the release that staging runs. */
  readonly odoo: OdooNeutralize;
}

/** What a copy has proved and done. */
export interface Copied extends Restored {
  readonly database: string;
  /** Beyond Odoo's own. */
  readonly neutralized: readonly Neutralized[];
}

/**
 * Copies a tenant of prod to a new database in staging: restores and compares as any restore, then makes it harmless, by
 * Odoo's own neutralisation and the platform's. A copy that cannot be made harmless is dropped.
 *
 * @throws BackupError, also for any other way than from prod to staging, before anything is touched.
 */
export async function copyTenant({ from, to, place, odoo, ...restore }: CopyRequest): Promise<Copied> {
  assertCopyAllowed(from, to);
  let neutralized: readonly Neutralized[] = [];
  const restored = await restoreSnapshot({
    ...restore,
    afterwards: async (login) => {
      neutralized = await neutralizeCopy(login, odoo, place);
    },
  });
  return { ...restored, database: restore.target.database, neutralized };
}
