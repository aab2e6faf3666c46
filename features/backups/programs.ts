import { delimiter } from "node:path";
import { isOnPath, run as runAny } from "../../lib/process.ts";
import type { Ended, RunOptions } from "../../lib/process.ts";
import { BackupError } from "./backupError.ts";

/** Folder of `pg_dump`, `pg_restore` and `psql`, where those on PATH are not the ones to use. */
export const POSTGRES_FOLDER_VARIABLE = "ODOO_SAAS_POSTGRES_BIN";

/** Oldest PostgreSQL client: the oldest server that the platform runs on, and a client dumps no newer server than itself. */
export const OLDEST_CLIENT = 15;

/** Runs one of the backups' programs to its end, whatever its exit status. @throws BackupError when it cannot be started */
export function run(
  program: string,
  args: readonly string[],
  options: RunOptions & { readonly env: NodeJS.ProcessEnv },
): Promise<Ended> {
  const startError = (reason: string) => new BackupError(`${program} cannot be started: ${reason}`);
  return runAny(program, args, { ...options, startError });
}

/** Programs that backups need, and the environment that finds them. */
export interface Programs {
  readonly env: NodeJS.ProcessEnv;
  /** Major version of the PostgreSQL client. */
  readonly clientVersion: number;
}

/**
 * Looks for restic and the PostgreSQL client.
 *
 * @throws BackupError that names what is missing or too old, and how to come by it.
 */
export async function findPrograms(base: NodeJS.ProcessEnv = process.env): Promise<Programs> {
  const own = base[POSTGRES_FOLDER_VARIABLE];
  const env = { ...base, PATH: [own, base["PATH"]].filter((folder) => folder !== undefined).join(delimiter) };
  const missing = ["pg_dump", "pg_restore", "psql"].filter((name) => !isOnPath(name, env.PATH));
  if (missing.length > 0) {
    throw new BackupError(
      `${new Intl.ListFormat("en").format(missing)} not found on PATH${own === undefined ? "" : ` nor in ${own} (${POSTGRES_FOLDER_VARIABLE})`}, expected the PostgreSQL client ${OLDEST_CLIENT} or later: ` +
        `install it (Debian, Ubuntu: apt-get install postgresql-client), or name its folder in ${POSTGRES_FOLDER_VARIABLE}`,
    );
  }
  if (!isOnPath("restic", env.PATH)) {
    throw new BackupError(
      "restic not found on PATH, expected version 0.17 or later: install it; in the sandbox it comes with the commands of package.json",
    );
  }
  const { stdout } = await run("pg_dump", ["--version"], { env });
  const clientVersion = majorVersion(stdout);
  if (clientVersion < OLDEST_CLIENT) {
    throw new BackupError(
      `pg_dump is "${stdout.trim()}", expected version ${OLDEST_CLIENT} or later: name another one's folder in ${POSTGRES_FOLDER_VARIABLE}`,
    );
  }
  const restore = await run("pg_restore", ["--version"], { env });
  if (majorVersion(restore.stdout) !== clientVersion) {
    throw new BackupError(
      `pg_restore is "${restore.stdout.trim()}" and pg_dump "${stdout.trim()}", expected both of one version: name their folder in ${POSTGRES_FOLDER_VARIABLE}`,
    );
  }
  return { env, clientVersion };
}

/** Major version that a program of PostgreSQL prints; 0 when it prints none. */
export function majorVersion(text: string): number {
  return Number(/\(PostgreSQL\) (\d+)/.exec(text)?.[1] ?? 0);
}
