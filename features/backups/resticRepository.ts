import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import type { RepositoryAccess } from "./access.ts";
import { BackupError } from "./backupError.ts";
import { run } from "./programs.ts";
import type { Ended } from "../../lib/process.ts";
import type { Programs } from "./programs.ts";

/** What a snapshot holds: `data` is the database with the filestore (backup.sh), `realm` the realm and the tenant's file. */
export type SnapshotTag = "data" | "realm";

const snapshotSchema = z.object({
  id: z.string(),
  short_id: z.string(),
  time: z.string(),
  paths: z.array(z.string()),
  /** What it holds, in bytes; snapshots of restic before 0.17 do not say. */
  summary: z.object({ total_bytes_processed: z.int().nonnegative() }).optional(),
});

/** A line of `restic ls --json`: a file, a folder, or the snapshot itself. */
const nodeSchema = z.object({ type: z.string().optional(), size: z.number().default(0) });

/** A snapshot as restic lists it. */
export type Snapshot = z.output<typeof snapshotSchema>;

/** How many snapshots are kept. */
export interface Keep {
  readonly daily: number;
  readonly weekly: number;
  readonly monthly: number;
}

/** Exit statuses of restic 0.17 and later (https://restic.readthedocs.io/en/v0.18.0/075_scripting.html). */
const NO_REPOSITORY = 10;
const LOCKED = 11;
const WRONG_PASSWORD = 12;

/** How long to wait for another restic that holds the repository. */
export const RETRY_LOCK = "10m";

/** A tenant's restic repository. */
export class Repository {
  readonly #programs: Programs;
  readonly #repository: string;
  /** The environment that opens the repository: no secret is in it but by the name of its file. */
  readonly env: NodeJS.ProcessEnv;

  /** @param folder private, for the files of the secrets and restic's cache */
  constructor(programs: Programs, access: RepositoryAccess, folder: string) {
    if (access.repository.startsWith("/backup/")) {
      throw new BackupError(
        `The repository ${access.repository} is on a volume in the cluster and cannot be reached from here, expected --repository FOLDER, ` +
          "or a stack with odoo-saas:objectStore.endpoint",
      );
    }
    this.#programs = programs;
    this.#repository = access.repository;
    const passwordFile = join(folder, "repository-password");
    const credentialsFile = join(folder, "credentials");
    writeFileSync(passwordFile, `${access.password}\n`, { mode: 0o600 });
    const { accessKeyId = "", secretAccessKey = "" } = access.keys ?? {};
    const credentials = `[default]\naws_access_key_id = ${accessKeyId}\naws_secret_access_key = ${secretAccessKey}\n`;
    writeFileSync(credentialsFile, credentials, { mode: 0o600 });
    this.env = {
      ...programs.env,
      RESTIC_REPOSITORY: access.repository,
      RESTIC_PASSWORD_FILE: passwordFile,
      RESTIC_CACHE_DIR: join(folder, "cache"),
      ...(access.keys === undefined ? {} : { AWS_SHARED_CREDENTIALS_FILE: credentialsFile }),
    };
  }

  /** Whole snapshots of a tenant, the newest last. @throws BackupError */
  async snapshots(tenant: string, tag: SnapshotTag): Promise<Snapshot[]> {
    const args = ["snapshots", "--json", "--retry-lock", RETRY_LOCK, "--host", tenant, "--tag", tag];
    const list =
      z
        .array(snapshotSchema)
        .nullable()
        .parse(JSON.parse(await this.#restic(args, "be listed"))) ?? [];
    return list.sort((a, b) => Date.parse(a.time) - Date.parse(b.time));
  }

  /**
   * One snapshot of a tenant: the newest, or the one whose id begins with `id`.
   *
   * @throws BackupError when there is none, or more than one.
   */
  async snapshot(tenant: string, tag: SnapshotTag, id?: string): Promise<Snapshot> {
    const all = await this.snapshots(tenant, tag);
    const matching = id === undefined ? all.slice(-1) : all.filter((snapshot) => snapshot.id.startsWith(id));
    const [only] = matching;
    if (only !== undefined && matching.length === 1) return only;
    const newest = all.slice(-5).map(({ short_id, time }) => `${short_id} of ${time}`);
    throw new BackupError(
      `${this.#repository} has ${matching.length} snapshots of ${tenant}${id === undefined ? "" : ` that begin with "${id}"`}, expected one; ` +
        (newest.length === 0
          ? `make one: npx odoo-saas backup create ${tenant}`
          : `the newest are ${newest.reverse().join(", ")}`),
      "restore",
    );
  }

  /**
   * Bytes of the filestore in the newest backup, and of the whole repository as it is stored.
   *
   * @returns undefined where there is no backup yet
   * @throws BackupError
   */
  async sizes(tenant: string): Promise<{ readonly filestore: bigint; readonly repository: bigint } | undefined> {
    const newest = (await this.snapshots(tenant, "data")).at(-1);
    if (newest === undefined) return undefined;
    const stats = await this.#restic(["stats", "--json", "--mode", "raw-data"], "be measured");
    const { total_size } = z.object({ total_size: z.number() }).parse(JSON.parse(stats));
    let filestore = 0n;
    const folder = newest.paths.find((path) => path.endsWith(`/filestore/${tenant}`));
    if (folder !== undefined) {
      const listed = await this.#restic(["ls", "--json", "--recursive", newest.id, folder], "be listed");
      for (const line of listed.split("\n").filter((each) => each !== "")) {
        const node = nodeSchema.parse(JSON.parse(line));
        if (node.type === "file") filestore += BigInt(node.size);
      }
    }
    return { filestore, repository: BigInt(total_size) };
  }

  /** Restores one folder of a snapshot to a folder; restic proves each byte of it. @throws BackupError */
  async restore(snapshot: Snapshot, path: string, target: string): Promise<void> {
    await this.#restic(
      ["restore", `${snapshot.id}:${path}`, "--target", target, "--quiet", "--retry-lock", RETRY_LOCK],
      `restore snapshot ${snapshot.short_id}`,
    );
  }

  /** Makes the repository unless there is one. @throws BackupError */
  async prepare(): Promise<void> {
    // Locks whose owner is gone, or half an hour old.
    const ended = await this.#run(["unlock", "--quiet"]);
    if (ended.status === NO_REPOSITORY) await this.#restic(["init", "--quiet"], "be made");
    else if (ended.status !== 0) throw this.#error("be opened", ended);
  }

  /** Makes a snapshot of a folder and forgets what is not to be kept of its kind. @throws BackupError */
  async save(tenant: string, tag: SnapshotTag, folder: string, keep: Keep): Promise<string> {
    const which = ["--host", tenant, "--tag", tag, "--group-by", "host,tags", "--retry-lock", RETRY_LOCK];
    const output = await this.#restic(["backup", "--json", "--quiet", "--no-scan", ...which, folder], "be written to");
    const id = /"snapshot_id":"([0-9a-f]+)"/.exec(output)?.[1];
    if (id === undefined) throw new BackupError(`restic made no snapshot of ${folder} in ${this.#repository}`);
    const counts = Object.entries(keep).flatMap(([period, count]) => [`--keep-${period}`, String(count)]);
    await this.#restic(
      ["forget", "--quiet", "--prune", "--keep-last", "1", ...counts, ...which],
      "forget old snapshots",
    );
    return id;
  }

  async #restic(args: readonly string[], purpose: string): Promise<string> {
    const ended = await this.#run(args);
    if (ended.status !== 0) throw this.#error(purpose, ended);
    return ended.stdout;
  }

  #run(args: readonly string[]): Promise<Ended> {
    return run("restic", args, { env: { ...this.#programs.env, ...this.env } });
  }

  #error(purpose: string, { status, stderr }: Ended): BackupError {
    const reasons: Readonly<Record<number, string>> = {
      [NO_REPOSITORY]: "there is no repository, expected the one that backups were made in",
      [LOCKED]: `another restic held it for ${RETRY_LOCK}, expected it to end`,
      [WRONG_PASSWORD]: "the password does not open it, expected the one that it was made with",
    };
    const reason = reasons[status] ?? `restic ended with status ${status}:\n${stderr.trim()}`;
    return new BackupError(`The repository ${this.#repository} cannot ${purpose}: ${reason}`);
  }
}
