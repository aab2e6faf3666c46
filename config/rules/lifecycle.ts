import { LIFECYCLE_RUNBOOK } from "../lifecycle.ts";
import { quote } from "../schemas/common.ts";
import { forTenants } from "./rule.ts";
import type { Rule } from "./rule.ts";

/** An id with an archive record is the one of a tenant on its way out, or nobody's any more. */
export const archivedIds: Rule = forTenants(({ id, lifecycle, decommission }, { archive }) => {
  const record = archive.get(id);
  if (record === undefined) return [];
  if (decommission === undefined) {
    const message = `is ${quote(lifecycle)}, but archive/${id}.yaml says that the tenant ended, expected another id for a new tenant: see ${LIFECYCLE_RUNBOOK}#an-id-that-was-used`;
    return [{ path: ["lifecycle"], message }];
  }
  if (decommission.holdUntil >= record.holdUntil) return [];
  const message = `is ${quote(decommission.holdUntil)}, before the ${record.holdUntil} of archive/${id}.yaml, expected that day or a later one: see ${LIFECYCLE_RUNBOOK}#a-hold`;
  return [{ path: ["decommission", "holdUntil"], message }];
});

/** Data is let go only when a verified backup of it is on record. */
export const releaseNeedsRecord: Rule = forTenants(({ id, decommission }, { archive }) => {
  if (decommission?.release !== true || archive.has(id)) return [];
  const message = `is true without archive/${id}.yaml, expected a verified last backup on record (npx odoo-saas tenant decommission ${id} --backup-report FILE): see ${LIFECYCLE_RUNBOOK}#release`;
  return [{ path: ["decommission", "release"], message }];
});
