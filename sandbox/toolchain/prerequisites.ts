import { readFileSync } from "node:fs";
import { statfs } from "node:fs/promises";
import { join } from "node:path";

import { majorVersion, OLDEST_CLIENT, POSTGRES_FOLDER_VARIABLE } from "../../features/backups/programs.ts";
import { isOnPath } from "../../lib/process.ts";
import { ToolchainError } from "./toolchainError.ts";
import { CommandFailed, run } from "./process.ts";
import type { Finished } from "./process.ts";

/** Something that the user has to install or free first. The message says what for, and how to go on. */
export class MissingPrerequisite extends ToolchainError {
  override readonly name = "MissingPrerequisite";
}

/** Something that is missing on this machine. */
export interface Missing {
  /** What is needed and what for, and what was found. */
  readonly what: string;
  /** How to get it. */
  readonly remedy: Remedy;
}

/** Packages by the package manager that has them, or what else to do. */
export type Remedy = Readonly<Partial<Record<Manager, string>>> & { readonly otherwise: string };

type Manager = "apt-get" | "dnf" | "brew";

/** Checks the machine for one thing. Resolves to what is missing, or to undefined. */
export type Check = (env: NodeJS.ProcessEnv) => Promise<Missing | undefined>;

/** Go fetches a newer release of itself from this version on (https://go.dev/doc/toolchain). */
const SWITCHES_ITSELF = "1.21";
/** A GiB in bytes. */
const GIB = 1024 ** 3;

function atLeast(found: string, needed: string): boolean {
  const [have, need] = [found, needed].map((version) =>
    version.split(".").map((part) => Number.parseInt(part, 10) || 0),
  );
  for (const [index, part] of (need ?? []).entries()) {
    const own = have?.[index] ?? 0;
    if (own !== part) return own > part;
  }
  return true;
}

/** The highest of versions such as `1.25.11`. */
export function highest(versions: readonly string[]): string {
  return versions.reduce((high, version) => (atLeast(high, version) ? high : version), "0");
}

/** The oldest Go that can build a module: the `go` line of its go.mod. */
export function goVersionOf(folder: string): string {
  return /^go (\S+)$/m.exec(readFileSync(join(folder, "go.mod"), "utf8"))?.[1] ?? SWITCHES_ITSELF;
}

/** What a program printed, or how it failed. */
async function tried(
  program: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<Finished | CommandFailed> {
  try {
    return await run(program, args, { env });
  } catch (error) {
    if (error instanceof CommandFailed) return error;
    throw error;
  }
}

/** Go of a version, or one that fetches that version itself. */
export function go(needed: string): Check {
  return async (env) => {
    const what = `Go ${needed} or later, to build programs that cannot be downloaded from here`;
    const remedy = { brew: "go", dnf: "golang", otherwise: "Go from https://go.dev/dl" };
    const answer = await tried("go", ["env", "GOVERSION", "GOTOOLCHAIN"], env);
    if (answer instanceof CommandFailed) return { what: `${what}: no \`go\` was found on PATH`, remedy };
    const [version = "", toolchain = ""] = answer.stdout.trim().split("\n");
    const found = version.replace(/^go/, "");
    if (atLeast(found, needed)) return undefined;
    if (atLeast(found, SWITCHES_ITSELF) && toolchain !== "local") return undefined;
    const local = toolchain === "local" ? ", which GOTOOLCHAIN=local keeps from fetching a newer release" : "";
    return { what: `${what}: found ${version}${local}`, remedy };
  };
}

/** A Java that runs Keycloak 26 (17 or later, its "Installing" guide), from JAVA_HOME or PATH. */
export const java: Check = async (env) => {
  const home = env["JAVA_HOME"];
  const program = home === undefined || home === "" ? "java" : join(home, "bin", "java");
  const what = "Java 17 or later, to run Keycloak";
  const remedy = {
    "apt-get": "openjdk-17-jre-headless",
    dnf: "java-21-openjdk-headless",
    brew: "openjdk@21",
    otherwise: "Java from https://adoptium.net, or point JAVA_HOME at one",
  };
  const answer = await tried(program, ["-version"], env);
  if (answer instanceof CommandFailed) return { what: `${what}: \`${program}\` could not be run`, remedy };
  const version = /version "([^"]+)"/.exec(answer.stderr)?.[1] ?? "unknown";
  return atLeast(version.replace(/^1\./, ""), "17")
    ? undefined
    : { what: `${what}: \`${program}\` is version ${version}`, remedy };
};

/** A Python that the watchdog of the PostgreSQL servers runs in, with pip, which fetches its driver and some programs. */
export const python: Check = async (env) => {
  const what =
    "Python 3.10 to 3.14 with pip, for the watchdog of the PostgreSQL servers and for programs that come by pip";
  const remedy = {
    "apt-get": "python3 python3-pip",
    dnf: "python3 python3-pip",
    brew: "python",
    otherwise: "Python from https://www.python.org/downloads",
  };
  const answer = await tried("python3", ["-c", "import sys, pip; print('%d.%d' % sys.version_info[:2])"], env);
  if (answer instanceof CommandFailed) {
    const found = answer.code === undefined ? "no `python3` was found on PATH" : "`python3` has no pip";
    return { what: `${what}: ${found}`, remedy };
  }
  const found = answer.stdout.trim();
  if (atLeast(found, "3.10") && !atLeast(found, "3.15")) return undefined;
  return { what: `${what}: \`python3\` is version ${found}`, remedy };
};

/** The PostgreSQL client of version 15 or later, where people or the variable `ODOO_SAAS_POSTGRES_BIN` have it. */
export const postgresqlClient: Check = async (env) => {
  const what = `the PostgreSQL client ${OLDEST_CLIENT} or later (pg_dump, pg_restore, psql), for backups`;
  const remedy = {
    "apt-get": "postgresql-client",
    dnf: "postgresql",
    brew: "libpq",
    otherwise: "the PostgreSQL client from https://www.postgresql.org/download",
  };
  const own = env[POSTGRES_FOLDER_VARIABLE];
  const answer = await tried(own === undefined ? "pg_dump" : join(own, "pg_dump"), ["--version"], env);
  if (answer instanceof CommandFailed) return { what: `${what}: no \`pg_dump\` was found`, remedy };
  const version = majorVersion(answer.stdout);
  return version >= OLDEST_CLIENT ? undefined : { what: `${what}: \`pg_dump\` is version ${version}`, remedy };
};

/** Free space where `folder` is, in bytes. */
export function space(folder: string, needed: number): Check {
  return async () => {
    const { bavail, bsize } = await statfs(folder);
    if (bavail * bsize >= needed) return undefined;
    const [free, wanted] = [bavail * bsize, needed].map((bytes) => `${(bytes / GIB).toFixed(1)} GiB`);
    return {
      what: `${wanted} of free disk in ${folder}: ${free} are free`,
      remedy: { otherwise: "disk: free some, or set ODOO_SANDBOX_CACHE to a folder on another disk" },
    };
  };
}

/**
 * Checks everything at once, so that nothing is missed after minutes of work.
 *
 * @throws MissingPrerequisite with all that is missing; its last line says how to install it
 */
export async function requireAll(checks: readonly Check[], env: NodeJS.ProcessEnv = process.env): Promise<void> {
  const found = await Promise.all(checks.map((check) => check(env)));
  const missing = found.filter((each) => each !== undefined);
  if (missing.length === 0) return;
  throw new MissingPrerequisite(
    [
      "Some things are missing on this machine:",
      ...missing.map(({ what }) => `  ${what}`),
      "Then run the same command again: what is made already is kept. More: docs/runbooks/sandbox-toolchain.md",
      `Install: ${installCommand(missing, env)}`,
    ].join("\n"),
  );
}

function installCommand(missing: readonly Missing[], env: NodeJS.ProcessEnv): string {
  const managers: readonly Manager[] = ["apt-get", "dnf", "brew"];
  const manager = managers.find((name) => isOnPath(name, env["PATH"] ?? ""));
  const packages: string[] = [];
  const others: string[] = [];
  for (const { remedy } of missing) {
    const known = manager === undefined ? undefined : remedy[manager];
    if (known === undefined) others.push(remedy.otherwise);
    else packages.push(known);
  }
  const sudo = manager === "brew" || process.getuid?.() === 0 ? "" : "sudo ";
  const command = packages.length === 0 ? [] : [`${sudo}${manager ?? ""} install ${packages.join(" ")}`];
  return [...command, ...others].join("; ");
}
