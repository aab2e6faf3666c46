import { join } from "node:path";
import { selectTenants, usableProjectFiles } from "../../config/index.ts";
import type { TenantSpec } from "../../config/index.ts";
import { PROJECT_ROOT } from "../../lib/projectRoot.ts";
import { stackAccess, tenantOf } from "./access.ts";
import type { StackAccess, TenantAccess } from "./access.ts";
import { BackupError } from "./backupError.ts";
import { backUpData, backUpRealm } from "./makeBackup.ts";
import { findPrograms } from "./programs.ts";
import type { Programs } from "./programs.ts";
import { Repository } from "./resticRepository.ts";
import type { Snapshot } from "./resticRepository.ts";

/** Folder of repositories, where `--repository` does not name one. */
export const REPOSITORY_VARIABLE = "ODOO_SAAS_BACKUPS";
/** Odoo's data folder, where `--data` does not name one. */
export const DATA_VARIABLE = "ODOO_SAAS_DATA";

/** What the commands' options say, and the environment where they do not. */
export interface SessionOptions {
  readonly stack: string;
  /** Folder of repositories, a repository a tenant in it. Default: {@link REPOSITORY_VARIABLE}, else the stack's own. */
  readonly repository?: string | undefined;
  /** Odoo's data folder. Default: {@link DATA_VARIABLE}. */
  readonly data?: string | undefined;
}

/** A stack's backups, opened: what every command begins with. */
export class Session {
  readonly access: StackAccess;
  readonly programs: Programs;
  /** Private folder for files with secrets and data. */
  readonly folder: string;
  readonly #specs: ReadonlyMap<string, TenantSpec>;
  readonly #data: string | undefined;

  private constructor(
    access: StackAccess,
    programs: Programs,
    specs: readonly TenantSpec[],
    folder: string,
    data?: string,
  ) {
    this.access = access;
    this.programs = programs;
    this.folder = folder;
    this.#specs = new Map(specs.map((spec) => [spec.id, spec]));
    this.#data = data;
  }

  /** @throws BackupError, ConfigError, PulumiError */
  static async open({ stack, repository, data }: SessionOptions, folder: string): Promise<Session> {
    const programs = await findPrograms();
    const access = await stackAccess(stack, PROJECT_ROOT, repository ?? process.env[REPOSITORY_VARIABLE]);
    const specs = selectTenants(usableProjectFiles(PROJECT_ROOT), access.settings);
    return new Session(access, programs, specs, folder, data ?? process.env[DATA_VARIABLE]);
  }

  /** Ids of the stack's tenants, sorted. */
  get tenants(): string[] {
    return [...this.access.tenants.keys()].sort();
  }

  /** @throws BackupError when there is no such tenant */
  tenant(id: string): TenantAccess {
    return tenantOf(this.access, id);
  }

  repository(id: string): Repository {
    return new Repository(this.programs, this.tenant(id).backup, this.folder);
  }

  /** Odoo's data folder. @throws BackupError when none is named */
  get data(): string {
    if (this.#data !== undefined) return this.#data;
    throw new BackupError(
      `Odoo's data folder is not named, expected --data <folder> with filestore/<database> in it (or ${DATA_VARIABLE}): without the filestore a backup is incomplete`,
    );
  }

  /**
   * Backs a tenant up: its data, its realm, or both.
   *
   * @returns the snapshot of the data; undefined where only the realm was backed up
   * @throws BackupError, KeycloakError
   */
  async backUp(
    id: string,
    only: "data" | "realm" | undefined,
    log: (line: string) => void,
  ): Promise<Snapshot | undefined> {
    const spec = this.#specs.get(id);
    const access = this.tenant(id);
    if (spec === undefined) {
      throw new BackupError(`tenants/${id}.yaml is not in this checkout, expected the file that says what is kept`);
    }
    const request = {
      access,
      spec,
      repository: this.repository(id),
      programs: this.programs,
      folder: this.folder,
      log,
    };
    const made = only === "realm" ? undefined : await backUpData({ ...request, data: this.data });
    if (only !== "data") {
      const tenantFile = join(PROJECT_ROOT, "tenants", `${id}.yaml`);
      await backUpRealm({ ...request, stack: this.access, tenantFile });
    }
    return made === undefined ? undefined : await request.repository.snapshot(id, "data", made);
  }
}
