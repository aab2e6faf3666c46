/** Backups of tenants: making, restoring and checking them, and the databases that this needs. */
export { connected, dropDatabase, swapDatabases } from "./database.ts";
export { BackupError } from "./backupError.ts";
export { restoreSnapshot } from "./restoreSnapshot.ts";
export { Session } from "./session.ts";
export { withWorkspace } from "./workspace.ts";
