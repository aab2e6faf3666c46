import { existsSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import type { PostgresLogin } from "../../lib/postgresLogin.ts";
import { checksumOf, compareContents, compareFiles, parseFiles, parseRows, readPart } from "./contents.ts";
import {
  assertClientFits,
  clientEnvironment,
  connected,
  createDatabase,
  dropDatabase,
  markFinished,
  readContents,
  restoreDump,
  serverVersion,
} from "./database.ts";
import { BackupError } from "./backupError.ts";
import { databaseLocale, dumpLocale, formatLocale } from "./locale.ts";
import type { Programs } from "./programs.ts";
import type { Repository, Snapshot } from "./resticRepository.ts";

const backupSchema = z.object({
  format: z.union([z.literal(1), z.literal(2)]),
  tenant: z.string(),
  takenAt: z.iso.datetime(),
  /** Major version of the pg_dump that made it; unknown of backups that earlier versions made. */
  pgDump: z.int().optional(),
});

/** What to restore, and where to. */
export interface RestoreRequest {
  readonly tenant: string;
  readonly repository: Repository;
  readonly programs: Programs;
  /** The snapshot's id or its beginning. Default: the newest. */
  readonly snapshot?: string | undefined;
  /** A role that may make databases. */
  readonly admin: PostgresLogin;
  /** The new database as its owner-to-be. */
  readonly target: PostgresLogin;
  /** New folder for the filestore. */
  readonly filestore: string;
  /** Private folder for what is in between. */
  readonly folder: string;
  /** Run on the database when it has been verified, and before it counts as whole. Default: nothing. */
  readonly afterwards?: (login: PostgresLogin) => Promise<void>;
}

/** What a restore has proved. */
export interface Restored {
  readonly tenant: string;
  /** Id of the snapshot. */
  readonly snapshot: string;
  /** When the backup was made, ISO 8601. */
  readonly takenAt: string;
  /** When the restored data had been compared, ISO 8601. */
  readonly verifiedAt: string;
  /** Rows by table, sequences and large objects as one more entry. */
  readonly rows: Readonly<Record<string, number>>;
  /** SHA-256 over all tables' names, rows and checksums. */
  readonly checksum: string;
  /** Files of the filestore that were compared. */
  readonly files: number;
  /** The database's encoding and locale, which were compared. */
  readonly locale: string;
}

/**
 * Restores a snapshot to a new database and a new folder, and compares them with what the backup recorded. When anything
 * goes wrong, neither is left behind.
 *
 * @throws BackupError
 */
export async function restoreSnapshot(request: RestoreRequest): Promise<Restored> {
  const { tenant, repository, programs, admin, target, filestore, folder } = request;
  if (existsSync(filestore) && readdirSync(filestore).length > 0) {
    throw new BackupError(
      `${filestore} is not empty, expected a new folder: a restore never overwrites files`,
      "restore",
    );
  }
  const snapshot = await repository.snapshot(tenant, "data", request.snapshot);
  const server = await connected(admin, async (client) => {
    await assertClientFits(programs, client);
    return serverVersion(client);
  });
  const stage = join(folder, "stage");
  await repository.restore(snapshot, pathOf(snapshot, /\/stage$/), stage);
  const { takenAt, pgDump, format } = readDescription(stage, tenant);
  const expected = parseRows(readPart(stage, "rows.tsv"), format);
  const files = parseFiles(readPart(stage, "files.sha1"));

  const dump = join(stage, "database.dump");
  const locale = await dumpLocale(programs.env, dump, pgDump);

  // A name that is taken is refused before there is anything to take back.
  await createDatabase(admin, target, locale);
  try {
    const env = clientEnvironment(programs, target, folder);
    await restoreDump(env, dump, target.database, { client: programs.clientVersion, server });
    const problems = compareContents(expected, await readContents(env, folder));
    const [wanted, found] = [locale, await connected(target, databaseLocale)].map(formatLocale);
    if (found !== wanted) problems.push(`locale: ${found ?? ""}, expected ${wanted ?? ""}`);
    mkdirSync(filestore, { recursive: true });
    if (files.size > 0) await repository.restore(snapshot, pathOf(snapshot, /\/filestore\/[^/]+$/), filestore);
    problems.push(...(await compareFiles(files, filestore)));
    if (problems.length > 0) {
      const shown = problems.slice(0, 20).map((line) => `  ${line}`);
      throw new BackupError(
        `Snapshot ${snapshot.short_id} of ${tenant} is not what was backed up:\n${shown.join("\n")}${problems.length > 20 ? `\n  … and ${problems.length - 20} more` : ""}`,
        "restore",
      );
    }
    await request.afterwards?.(target);
    await markFinished(target, `odoo-saas: ${tenant} of ${takenAt}, restored from snapshot ${snapshot.short_id}`);
  } catch (error) {
    await dropDatabase(admin, target);
    rmSync(filestore, { recursive: true, force: true });
    throw error;
  }
  return {
    tenant,
    snapshot: snapshot.id,
    takenAt,
    verifiedAt: new Date().toISOString(),
    rows: Object.fromEntries([...expected].map(([table, { rows }]) => [table, rows])),
    checksum: checksumOf(expected),
    files: files.size,
    locale: formatLocale(locale),
  };
}

function pathOf({ short_id, paths }: Snapshot, pattern: RegExp): string {
  const path = paths.find((candidate) => pattern.test(candidate));
  if (path === undefined) {
    throw new BackupError(
      `Snapshot ${short_id} holds ${paths.join(", ")}, expected one that backup.sh made`,
      "restore",
    );
  }
  return path;
}

function readDescription(stage: string, tenant: string): z.output<typeof backupSchema> {
  let content: unknown;
  try {
    content = JSON.parse(readPart(stage, "backup.json"));
  } catch (error) {
    if (error instanceof BackupError) throw error;
  }
  const parsed = backupSchema.safeParse(content);
  if (parsed.success && parsed.data.tenant === tenant) return parsed.data;
  throw new BackupError(
    `The snapshot's backup.json is not of format 1 or 2 and tenant ${tenant}: another version or tenant made it`,
    "restore",
  );
}
