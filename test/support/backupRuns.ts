import assert from "node:assert/strict";
import { chmodSync, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { clientEnvironment } from "../../features/backups/database.ts";
import { run } from "../../features/backups/programs.ts";
import type { Programs } from "../../features/backups/programs.ts";
import type { Ended } from "../../lib/process.ts";
import { Repository } from "../../features/backups/resticRepository.ts";
import type { RestoreRequest } from "../../features/backups/restoreSnapshot.ts";
import { backupFixture, backupPrograms } from "./backups.ts";
import type { BackupFixture } from "./backups.ts";

/** The script of the chart, which is under test. */
export const SCRIPT = join(import.meta.dirname, "../../charts/odoo/files/backup.sh");

/** An empty repository that opens at once: its README says how. */
const REPOSITORY = join(import.meta.dirname, "../fixtures/restic-repository");

/** Backups and restores of the fixture's tenant, each test in a folder and repository of its own. */
export class BackupRuns {
  readonly fixture: BackupFixture;
  readonly programs: Programs;
  /** Counted for the line at the end. */
  readonly figures = { backups: 0, restores: 0, refused: 0 };
  /** Folder of the test that runs. */
  folder = "";
  #restores = 0;

  private constructor(fixture: BackupFixture, programs: Programs) {
    this.fixture = fixture;
    this.programs = programs;
  }

  static async start(name: string): Promise<BackupRuns> {
    const programs = await backupPrograms();
    return new BackupRuns(await backupFixture(name), programs);
  }

  /** Begins a test, with an empty repository. */
  begin(): void {
    this.folder = mkdtempSync(join(this.fixture.folder, "test-"));
    for (const part of ["config", "keys"]) {
      cpSync(join(REPOSITORY, part), join(this.folder, "repository", part), { recursive: true });
    }
  }

  /** Removes the repository, as before a first backup. */
  withoutRepository(): void {
    rmSync(join(this.folder, "repository"), { recursive: true });
  }

  async stop(): Promise<void> {
    await this.fixture.stop();
    const { backups, restores, refused } = this.figures;
    console.log(`backups: ${backups} made, ${restores} restored and equal, ${refused} faults noticed`);
  }

  repository(password = "the-password"): Repository {
    const own = mkdtempSync(join(this.folder, "secrets-"));
    return new Repository(this.programs, { repository: join(this.folder, "repository"), password }, own);
  }

  environment(changes: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
    const tenantFile = join(this.folder, "tenant.json");
    writeFileSync(tenantFile, '{"id":"acme"}\n');
    return {
      ...clientEnvironment(this.programs, this.fixture.acme, this.folder),
      ...this.repository().env,
      TENANT: "acme",
      TENANT_FILE: tenantFile,
      BACKUP_DIR: join(this.folder, "work"),
      DATA_DIR: this.fixture.data,
      RETRY_LOCK: "0s",
      KEEP_DAILY: "7",
      KEEP_WEEKLY: "4",
      KEEP_MONTHLY: "3",
      ...changes,
    };
  }

  script(changes: NodeJS.ProcessEnv = {}): Promise<Ended> {
    return run("/bin/sh", [SCRIPT], { env: this.environment(changes) });
  }

  /** Makes a backup and returns the snapshot's id. */
  async backUp(changes: NodeJS.ProcessEnv = {}): Promise<string> {
    const { status, stdout, stderr } = await this.script(changes);
    assert.equal(status, 0, stderr);
    this.figures.backups++;
    return /done: snapshot ([0-9a-f]{64})/.exec(stdout)?.[1] ?? "";
  }

  /** Expects a backup to fail with a message and the page that helps. */
  async fails(changes: NodeJS.ProcessEnv, message: RegExp): Promise<void> {
    const { status, stderr } = await this.script(changes);
    assert.equal(status, 1, stderr);
    assert.match(stderr, message);
    assert.match(stderr, /see docs\/runbooks\/backup\.md$/m);
    this.figures.refused++;
  }

  /** A restore to a database and a folder that there are not yet. */
  request(changes: Partial<RestoreRequest> = {}): RestoreRequest {
    const database = `acme_restored${++this.#restores}`;
    return {
      tenant: "acme",
      repository: this.repository(),
      programs: this.programs,
      admin: this.fixture.admin,
      target: { ...this.fixture.acme, database },
      filestore: join(this.folder, "restored", database),
      folder: mkdtempSync(join(this.folder, "private-")),
      ...changes,
    };
  }

  /** Databases that restores made. */
  async databases(): Promise<string[]> {
    const { rows } = await this.fixture.server.connect((client) =>
      client.query<{ name: string }>("SELECT datname AS name FROM pg_database WHERE datname ~ '^acme_'"),
    );
    return rows.map(({ name }) => name);
  }

  async drop(name: string): Promise<void> {
    await this.fixture.server.connect((client) => client.query(`DROP DATABASE "${name}"`));
  }

  /**
   * PATH with one program of the test's own making first.
   *
   * @param version what it does when asked for its version, as the script does of PostgreSQL's. Default: as the real one
   */
  withFake(name: string, body: string, version?: string): NodeJS.ProcessEnv {
    const bin = join(this.folder, "bin");
    rmSync(bin, { recursive: true, force: true });
    mkdirSync(bin);
    const path = this.programs.env["PATH"] ?? "";
    const told = version ?? `PATH='${path}'; exec ${name} --version`;
    writeFileSync(join(bin, name), `#!/bin/sh\ncase "$1" in --version) ${told}; exit ;; esac\n${body}\n`);
    chmodSync(join(bin, name), 0o755);
    return { PATH: [bin, path].join(delimiter) };
  }
}
