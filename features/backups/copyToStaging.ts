import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { platformHost } from "../../config/names.ts";
import { copyTenant } from "./copyTenant.ts";
import type { Copied } from "./copyTenant.ts";
import { neutralizeInCluster } from "./neutralizeJob.ts";
import { neutralizeByCommand } from "./odooNeutralize.ts";
import { assertCopyAllowed, assertNewDatabase } from "./refusals.ts";
import { Session } from "./session.ts";
import type { SessionOptions } from "./session.ts";

/** Which tenant to copy, from where to where. */
export interface StackCopy {
  readonly tenant: string;
  /** A stack of prod. */
  readonly from: string;
  /** A stack of staging. */
  readonly to: string;
  /** New database in staging. */
  readonly database: string;
  /** Id of the snapshot. Default: the newest. */
  readonly snapshot: string | undefined;
  /** Folder of prod's repositories. Default: as for every {@link Session}. */
  readonly repository: string | undefined;
  /** Staging's data folder of Odoo. Default: as for every {@link Session}. */
  readonly data: string | undefined;
  /** Command of an Odoo on this machine that neutralizes. Default: a Job in the tenant's namespace in staging. */
  readonly odoo: string | undefined;
}

/**
 * Copies a tenant of a stack of prod to a new database and filestore of a stack of staging, and neutralizes the copy.
 *
 * @param folder private, for files with secrets and data
 * @throws UserError if it is refused or fails; nothing is left behind
 */
export async function copyToStaging(request: StackCopy, folder: string): Promise<Copied> {
  const { tenant, database } = request;
  const open = (part: string, options: SessionOptions) => {
    mkdirSync(join(folder, part), { mode: 0o700 });
    return Session.open(options, join(folder, part));
  };
  const source = await open("from", { stack: request.from, repository: request.repository });
  const target = await open("to", { stack: request.to, data: request.data });
  const { programs, folder: work, access } = target;
  assertCopyAllowed(source.access.settings.environment, access.settings.environment);
  assertNewDatabase(database, target.tenants);
  return await copyTenant({
    from: source.access.settings.environment,
    to: access.settings.environment,
    place: { url: `https://${platformHost(tenant, access.settings.baseDomain)}` },
    odoo:
      request.odoo === undefined
        ? neutralizeInCluster({ ...access.settings.kubernetes, kubeconfig: access.kubeconfig, tenant })
        : neutralizeByCommand({ command: request.odoo, env: programs.env, folder: work }),
    tenant,
    repository: source.repository(tenant),
    programs,
    snapshot: request.snapshot,
    admin: access.admin,
    target: { ...target.tenant(tenant).database, database },
    filestore: join(target.data, "filestore", database),
    folder: work,
  });
}
