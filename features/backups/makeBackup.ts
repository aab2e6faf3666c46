import { copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import type { TenantSpec } from "../../config/index.ts";
import { realmName } from "../../config/names.ts";
import { KeycloakAdmin } from "../../lib/keycloakAdmin.ts";
import { PROJECT_ROOT } from "../../lib/projectRoot.ts";
import type { StackAccess, TenantAccess } from "./access.ts";
import { assertClientFits, clientEnvironment, connected } from "./database.ts";
import { BackupError } from "./backupError.ts";
import { run } from "./programs.ts";
import type { Programs } from "./programs.ts";
import { RETRY_LOCK } from "./resticRepository.ts";
import type { Repository } from "./resticRepository.ts";

const SCRIPT = join(PROJECT_ROOT, "charts/odoo/files/backup.sh");

/** Folder of the dump while it is written and of restic's cache. Default: below the user's cache folder. */
export const WORK_VARIABLE = "ODOO_SAAS_BACKUP_WORK";

/** What to back up. */
export interface BackupRequest {
  readonly access: TenantAccess;
  /** What the tenant's file came to; its `backup.keep` decides what is forgotten. */
  readonly spec: TenantSpec;
  readonly repository: Repository;
  readonly programs: Programs;
  /** Odoo's data folder, with `filestore/<database>` in it. */
  readonly data: string;
  /** Private folder for files with secrets. */
  readonly folder: string;
  readonly log: (line: string) => void;
}

/**
 * Runs the script of the tenant's CronJob here: database, filestore and what the tenant's file came to.
 *
 * @returns the snapshot's id.
 * @throws BackupError with what the script said.
 */
export async function backUpData(request: BackupRequest): Promise<string> {
  const { access, spec, repository, programs, data, folder, log } = request;
  await connected(access.database, (client) => assertClientFits(programs, client));
  const tenantFile = join(folder, "tenant.json");
  writeFileSync(tenantFile, `${JSON.stringify(spec, undefined, 2)}\n`, { mode: 0o600 });
  const { status, stdout, stderr } = await run("/bin/sh", [SCRIPT], {
    env: {
      ...clientEnvironment(programs, access.database, folder),
      ...repository.env,
      TENANT: access.tenant,
      TENANT_FILE: tenantFile,
      BACKUP_DIR: workFolder(access.tenant),
      DATA_DIR: data,
      RETRY_LOCK,
      KEEP_DAILY: String(spec.backup.keep.daily),
      KEEP_WEEKLY: String(spec.backup.keep.weekly),
      KEEP_MONTHLY: String(spec.backup.keep.monthly),
    },
    onLine: log,
  });
  const snapshot = /^odoo-backup: done: snapshot ([0-9a-f]{64})$/m.exec(stdout)?.[1];
  if (status === 0 && snapshot !== undefined) return snapshot;
  throw new BackupError(`The backup of ${access.tenant} failed (status ${status}):\n${stderr.trim()}`);
}

/** One folder a tenant: the lock in it excludes two backups at once. */
function workFolder(tenant: string): string {
  const { XDG_CACHE_HOME, [WORK_VARIABLE]: own } = process.env;
  const folder = join(own ?? join(XDG_CACHE_HOME ?? join(homedir(), ".cache"), "odoo-saas-backup"), tenant);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return folder;
}

/** What {@link backUpRealm} needs. */
export interface RealmBackupRequest extends Omit<BackupRequest, "data"> {
  readonly stack: StackAccess;
  /** The tenant's file, absolute. */
  readonly tenantFile: string;
}

/**
 * Takes the tenant's realm and file into its repository, as the program's own client: a pod of the tenant must not have
 * what may read a realm. Not in it: client secrets (masked), users' passwords and second factors, signing keys, sessions.
 *
 * @returns the snapshot's id.
 * @throws BackupError, KeycloakError
 */
export async function backUpRealm(request: RealmBackupRequest): Promise<string> {
  const { access, stack, spec, repository, folder, tenantFile, log } = request;
  const admin = await KeycloakAdmin.logIn({ ...stack.settings.keycloak, clientSecret: stack.keycloakClientSecret });
  const realm = realmName(access.tenant);
  const [exported, users] = [await admin.exportRealm(realm), await admin.users(realm)];
  const parts = join(folder, "realm");
  mkdirSync(parts, { recursive: true, mode: 0o700 });
  const write = (name: string, content: unknown) =>
    writeFileSync(join(parts, name), `${JSON.stringify(content, undefined, 2)}\n`, { mode: 0o600 });
  write("realm.json", exported);
  write("users.json", users);
  copyFileSync(tenantFile, join(parts, "tenant.yaml"));
  await repository.prepare();
  const snapshot = await repository.save(access.tenant, "realm", parts, spec.backup.keep);
  log(`odoo-backup: snapshot ${snapshot.slice(0, 8)} of realm ${realm} with ${users.length} users`);
  return snapshot;
}
