import { UserError } from "../../lib/userError.ts";

/** Pages that say what to do when something of the backups fails. */
export const RUNBOOKS = { backup: "docs/runbooks/backup.md", restore: "docs/runbooks/restore.md" } as const;

/** A backup, a restore or a copy that was refused or failed; the message ends with the page that helps. */
export class BackupError extends UserError {
  override readonly name = "BackupError";

  constructor(message: string, runbook: keyof typeof RUNBOOKS = "backup") {
    super(`${message}\nSee ${RUNBOOKS[runbook]}`);
  }
}
