import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { compareText } from "../../../config/diagnostics.ts";
import { vulnerabilitiesSchema } from "../../../config/schemas/vulnerabilities.ts";
import type { Vulnerabilities } from "../../../config/schemas/vulnerabilities.ts";
import { ImageError } from "../imageError.ts";
import { runProgram } from "../process.ts";
import { LOCK_FILE, parseLock } from "../requirements.ts";
import { GIT_BASE_VARIABLE } from "../sources.ts";
import { replaceFile } from "../../modules/index.ts";
import { readAdvisory } from "./osv.ts";

/** Repository of the advisories. */
export const DATABASE = "pypa/advisory-database";
/** The generated file. */
export const VULNERABILITIES_FILE = "modules/vulnerabilities.json";
const SECTION = "a-vulnerability-is-found";

/**
 * Writes the advisories of the locked Python packages, out of the database. The file has the date of the database's last commit, not of
 * today. A newer file is kept.
 *
 * @param root the project's root
 * @param env environment of git
 * @returns what was done, as one line
 * @throws ImageError if the database cannot be fetched or read
 */
export async function writeVulnerabilities(root: string, env: NodeJS.ProcessEnv): Promise<string> {
  const { packages } = parseLock(readFileSync(join(root, LOCK_FILE), "utf8"));
  const found = vulnerabilitiesSchema.parse(await readDatabase(new Set(packages.map(({ name }) => name)), env));
  const current = dateOf(join(root, VULNERABILITIES_FILE));
  if (current > found.date)
    return `${VULNERABILITIES_FILE} is of ${current} and stays: the database that was read is of ${found.date}`;
  replaceFile(join(root, VULNERABILITIES_FILE), `${JSON.stringify(found, null, 2)}\n`);
  const named = new Set(found.vulnerabilities.map((each) => each.package)).size;
  return (
    `wrote ${VULNERABILITIES_FILE}: ${found.vulnerabilities.length} advisories of ${named} packages, as known on ${found.date}; ` +
    `of the other ${packages.length - named} locked packages that database has none`
  );
}

/** Reads the advisories of some packages from the database. */
async function readDatabase(names: ReadonlySet<string>, env: NodeJS.ProcessEnv): Promise<Vulnerabilities> {
  const cwd = mkdtempSync(join(tmpdir(), "odoo-saas-advisories-"));
  const git = (...args: string[]) => runProgram("git", args, { cwd, env, section: SECTION });
  try {
    await git("init", "--quiet");
    await git(
      "fetch",
      "--quiet",
      "--depth",
      "1",
      "--no-tags",
      `${env[GIT_BASE_VARIABLE] ?? "https://github.com"}/${DATABASE}`,
      "HEAD",
    );
    const [commit = "", date = ""] = (await git("log", "-1", "--format=%H %cs", "FETCH_HEAD")).trim().split(" ");
    const folders = (await git("ls-tree", "--name-only", commit, "vulns/"))
      .split("\n")
      .filter((path) => names.has(path.slice(6)));
    if (folders.length > 0) await git("checkout", "--quiet", commit, "--", ...folders);
    const vulnerabilities = folders.flatMap((folder) =>
      readdirSync(join(cwd, folder))
        .sort(compareText)
        .flatMap((file) => advisoryOf(join(cwd, folder, file), `${folder}/${file}`, folder.slice(6)) ?? []),
    );
    return { date, source: `Python Packaging Advisory Database, ${DATABASE} at ${commit}, CC-BY-4.0`, vulnerabilities };
  } finally {
    rmSync(cwd, { recursive: true, force: true });
  }
}

function advisoryOf(path: string, name: string, packageName: string): ReturnType<typeof readAdvisory> {
  try {
    return readAdvisory(readFileSync(path, "utf8"), packageName);
  } catch (error) {
    const reason =
      error instanceof z.ZodError ? (error.issues[0]?.message ?? "") : error instanceof Error ? error.message : "";
    throw new ImageError("An advisory cannot be read", [`${name}: ${reason}, expected OSV's format`], SECTION);
  }
}

/** Date of the current file; empty if there is none. */
function dateOf(file: string): string {
  try {
    return vulnerabilitiesSchema.parse(JSON.parse(readFileSync(file, "utf8"))).date;
  } catch {
    return "";
  }
}
