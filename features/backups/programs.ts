import { spawn } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { BackupError } from "./errors.ts";

/** Folder of `pg_dump`, `pg_restore` and `psql`, where those on PATH are not the ones to use. */
export const POSTGRES_FOLDER_VARIABLE = "ODOO_SAAS_POSTGRES_BIN";

/** Oldest PostgreSQL client: the oldest server that the platform runs on, and a client dumps no newer server than itself. */
const OLDEST_CLIENT = 15;

/** How a program ended, and what it printed. */
export interface Ended {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** What programs are run with. */
export interface RunOptions {
  readonly env: NodeJS.ProcessEnv;
  /** Standard input. Default: none. */
  readonly input?: string;
  /** Told each whole line of either output as it comes. Default: nothing. */
  readonly say?: (line: string) => void;
}

const running = new Set<number>();

/** Ends what was started, when this process does: a half-restored database is dropped by nobody else. */
process.once("exit", () => {
  for (const pid of running) {
    try {
      process.kill(-pid, "SIGTERM");
    } catch {
      // it has ended
    }
  }
});

/**
 * Runs a program to its end, whatever its exit status.
 *
 * @throws BackupError when it cannot be started.
 */
export async function run(program: string, args: readonly string[], options: RunOptions): Promise<Ended> {
  // A group of its own: what a script has started ends with it.
  const child = spawn(program, args, { env: options.env, stdio: ["pipe", "pipe", "pipe"], detached: true });
  if (child.pid !== undefined) running.add(child.pid);
  child.stdin.on("error", () => undefined); // ended before it read: told by its status
  child.stdin.end(options.input ?? "");
  const outputs = [child.stdout, child.stderr].map((stream) => {
    const all: string[] = [];
    let rest = "";
    stream.setEncoding("utf8").on("data", (text: string) => {
      all.push(text);
      if (options.say === undefined) return;
      const lines = (rest + text).split("\n");
      rest = lines.pop() ?? "";
      lines.forEach(options.say);
    });
    return all;
  });
  try {
    const status = await new Promise<number>((done, fail) => {
      child.once("error", fail);
      child.once("close", (code) => done(code ?? 1));
    });
    const [stdout = "", stderr = ""] = outputs.map((all) => all.join(""));
    return { status, stdout, stderr };
  } catch (error) {
    throw new BackupError(`${program} cannot be started: ${error instanceof Error ? error.message : String(error)}`);
  } finally {
    if (child.pid !== undefined) running.delete(child.pid);
  }
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

function majorVersion(text: string): number {
  return Number(/\(PostgreSQL\) (\d+)/.exec(text)?.[1] ?? 0);
}

function isOnPath(program: string, path: string): boolean {
  return path.split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
