import type { Database } from "../database/connect.ts";

/** Something that a person did, or was refused, in the console. */
export interface AuditEntry {
  readonly login: string;
  readonly action: string;
  readonly outcome: "allowed" | "denied" | "failed";
  readonly tenant?: string | undefined;
  /** For people; without secrets. */
  readonly detail?: string | undefined;
}

/** Adds an entry to the audit log. Without it, nothing is done: an error of the database ends the request. */
export async function audit(database: Database, { login, action, outcome, tenant, detail }: AuditEntry): Promise<void> {
  await database
    .insertInto("audit")
    .values({ login, action, outcome, tenant: tenant ?? null, detail: detail ?? null })
    .execute();
}
