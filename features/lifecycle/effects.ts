import type { BaseRevision, BaseTenant } from "../../config/baseRevision.ts";
import type { ProjectFiles, Tenant } from "../../config/index.ts";
import type { LifecycleState } from "../../config/lifecycle.ts";
import { analyticsNames, databaseName, namespaceName, realmName, reporterRole } from "../../config/names.ts";

/** What a change of one tenant will do, part by part. */
export interface TenantChange {
  readonly tenant: string;
  readonly from: LifecycleState;
  readonly to: LifecycleState;
  /** Environments that it is in after the change, or was in when it goes. */
  readonly environments: readonly string[];
  /** What happens to each part, in the order of reading. */
  readonly effects: Readonly<Record<Part, string>>;
}

/** Parts of a tenant that a change of its lifecycle reaches. */
export type Part = "pods" | "logins" | "data" | "backups" | "route" | "protection" | "deleted";

const STAYS = "unchanged";

/** How each state treats a tenant's parts. */
const STATES: Readonly<Record<LifecycleState, Omit<Readonly<Record<Part, string>>, "deleted" | "protection">>> = {
  absent: {
    pods: "none",
    logins: "none: the realm does not exist",
    data: "none on the servers",
    backups: "no new ones; those in the repository stay",
    route: "none: the host does not exist",
  },
  active: {
    pods: "run as the plan says",
    logins: "accepted",
    data: "kept",
    backups: "continue on schedule",
    route: "to Odoo",
  },
  paused: {
    pods: "end: web and cron go to 0, running requests have 60 s",
    logins: "refused, and running sessions cannot be renewed: the realm is disabled",
    data: "kept",
    backups: "continue on schedule",
    route: "to the maintenance page (503, Retry-After)",
  },
  decommissioning: {
    pods: "end: web and cron go to 0, running requests have 60 s",
    logins: "refused, and running sessions cannot be renewed: the realm is disabled",
    data: "kept until the hold is over and the tenant is released",
    backups: "continue on schedule; one is to be verified and recorded (npx odoo-saas tenant decommission)",
    route: "to the maintenance page (503, Retry-After)",
  },
};

/** The tenants whose lifecycle, hold, environments or cell differ from the base, and what that will do; sorted by id. */
export function tenantChanges(base: BaseRevision, projectFiles: Pick<ProjectFiles, "tenants">): TenantChange[] {
  const ids = [...new Set([...base.tenants.keys(), ...projectFiles.tenants.keys()])].sort();
  return ids.flatMap((id) => {
    const change = changeOf(id, base.tenants.get(id), projectFiles.tenants.get(id));
    return change === undefined ? [] : [change];
  });
}

function changeOf(tenant: string, before: BaseTenant | undefined, after: Tenant | undefined): TenantChange | undefined {
  const from = before?.lifecycle ?? "absent";
  const to = after?.lifecycle ?? "absent";
  const was = before?.environments ?? [];
  const is = after === undefined ? [] : Object.keys(after.environments);
  const lost = was.filter((environment) => !is.includes(environment));
  const gained = is.filter((environment) => !was.includes(environment));
  const isMoved = before !== undefined && after !== undefined && before.cell !== after.cell;
  const protection = protectionOf(before, after);
  if (from === to && lost.length + gained.length === 0 && !isMoved && protection === STAYS) return undefined;

  const stays = { pods: STAYS, logins: STAYS, data: STAYS, backups: STAYS, route: STAYS };
  const effects = { ...(from === to && gained.length === 0 ? stays : STATES[to]), protection };
  if (from === to && gained.length > 0) effects.pods = `${effects.pods}; new in ${gained.join(", ")}`;
  const gone = isMoved ? was : lost;
  return {
    tenant,
    from,
    to,
    environments: after === undefined ? was : is,
    effects: { ...effects, deleted: gone.length === 0 ? "nothing" : `in ${gone.join(", ")}: ${parts(tenant)}` },
  };
}

function protectionOf(before: BaseTenant | undefined, after: Tenant | undefined): string {
  const end = after?.decommission;
  const released = end?.release === true;
  const wasReleased = before?.decommission?.release === true;
  if (after === undefined) return wasReleased ? "was lifted before" : "blocks deletion: data is protected";
  if (before === undefined) return "on, wherever the stack protects data";
  if (released && !wasReleased) return "lifted: the next change may delete the file, and with it the data";
  if (!released && wasReleased) return "on again";
  if (end !== undefined && end.holdUntil !== before.decommission?.holdUntil) return `on, hold until ${end.holdUntil}`;
  return STAYS;
}

/** What of a tenant is made on the servers, by name. */
function parts(tenant: string): string {
  const { schema, dataSchema, foreignSchema } = analyticsNames(tenant);
  return [
    `database ${databaseName(tenant)} with its role and ${reporterRole(tenant)}`,
    `namespace ${namespaceName(tenant)} with the filestore and the backup volume`,
    `realm ${realmName(tenant)} with its people`,
    `analytics schemas ${schema}, ${dataSchema}, ${foreignSchema} with their roles`,
    "DNS records, routes, certificates",
  ].join("; ");
}
