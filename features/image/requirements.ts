import { compareText } from "../../config/diagnostics.ts";
import type { ImageFile } from "../../config/schemas/image.ts";
import type { ImageContents } from "./contents.ts";

/** What is asked for, generated from the bundles. */
export const REQUIREMENTS_FILE = "image/requirements.in";

/** What is installed: every package with its version and hashes. */
export const LOCK_FILE = "image/requirements.txt";

/** A package of the lock. */
export interface LockedPackage {
  /** Normalised name. */
  readonly name: string;
  readonly version: string;
  /** SHA-256 of each file that may be installed, hexadecimal. */
  readonly hashes: readonly string[];
  /** Line in the lock, from 1. */
  readonly line: number;
}

/** The name under which a registry knows a Python package. */
export function normalised(name: string): string {
  return name.toLowerCase().replaceAll(/[-_.]+/g, "-");
}

/** The text of {@link REQUIREMENTS_FILE}. */
export function requirementsText(contents: ImageContents): string {
  const lines = [
    "# What the image's modules need. Generated from bundles/, modules/index.json and image/image.yaml: npx odoo-saas image lock",
  ];
  for (const [name, version] of contents.packages) lines.push(`${name}==${version}`);
  for (const { repository, requirements } of contents.sources) {
    if (requirements.length > 0) lines.push(`# ${repository}`, ...[...requirements].sort(compareText));
  }
  return `${lines.join("\n")}\n`;
}

/**
 * The lock's packages, and what in it is no package with hashes.
 *
 * @param text as uv or pip-tools write it: `name==version \`, then `--hash=sha256:…` lines, then comments
 */
export function parseLock(text: string): {
  readonly packages: readonly LockedPackage[];
  readonly problems: readonly string[];
} {
  const packages: LockedPackage[] = [];
  const problems: string[] = [];
  const refuse = (line: number, message: string): void => {
    problems.push(`${LOCK_FILE}:${line}: ${message}`);
  };
  let line = 0;
  // A backslash at its end joins a line to the next.
  for (const whole of text.split(/(?<!\\)\n/)) {
    line += 1;
    const at = line;
    line += whole.split("\n").length - 1;
    const content = whole
      .replaceAll("\\\n", " ")
      .replace(/(?:^|\s)#.*$/s, "")
      .trim();
    if (content === "") continue;
    const [, name = "", version = "", rest = ""] =
      /^([A-Za-z0-9._-]+)==([\w.+!-]+)((?:\s+--hash=\S+)*)$/.exec(content) ?? [];
    if (name === "") {
      refuse(
        at,
        `is ${JSON.stringify(content.slice(0, 60))}, expected a package with its version and hashes, and nothing else`,
      );
      continue;
    }
    const hashes = [...rest.matchAll(/--hash=(\S+)/g)].map(([, hash = ""]) => hash);
    const wrong = hashes.find((hash) => !/^sha256:[0-9a-f]{64}$/.test(hash));
    if (hashes.length === 0) refuse(at, `${name} has no hash, expected --hash=sha256:… of each of its files`);
    if (wrong !== undefined)
      refuse(at, `${name} has the hash ${wrong.slice(0, 40)}, expected sha256: and 64 hexadecimal digits`);
    packages.push({
      name: normalised(name),
      version,
      hashes: hashes.map((hash) => hash.replace("sha256:", "")),
      line: at,
    });
  }
  return { packages, problems };
}

/**
 * What is wrong with a lock, as far as that can be known without the registry.
 *
 * @param lock text of {@link LOCK_FILE}
 */
export function lockProblems(lock: string, contents: ImageContents, image: ImageFile): readonly string[] {
  const { packages, problems: malformed } = parseLock(lock);
  const problems = [...malformed];
  const at = ({ line, name }: LockedPackage): string => `${LOCK_FILE}:${line}: ${name}`;
  const seen = new Map<string, LockedPackage>();
  for (const each of packages) {
    const first = seen.get(each.name);
    if (first !== undefined) problems.push(`${at(each)} is there a second time, expected it once (line ${first.line})`);
    seen.set(each.name, each);
    const provided = image.provided[each.name];
    if (provided !== undefined) problems.push(`${at(each)} is installed, expected the base's own ${provided}`);
    const unneeded = image.unneeded[each.name];
    if (unneeded !== undefined) problems.push(`${at(each)} is installed, expected it left out: ${unneeded}`);
    const pinned = image.constraints[each.name] ?? contents.packages.get(each.name);
    if (pinned !== undefined && pinned !== each.version)
      problems.push(`${at(each)} is ${each.version}, expected ${pinned}`);
    if (each.name.startsWith("odoo-addon-") && !contents.packages.has(each.name)) {
      problems.push(
        `${at(each)} is a module that no bundle needs, expected it left out, or in the index as something's dependency`,
      );
    }
  }
  const needed = [...contents.packages.keys(), ...contents.sources.flatMap(({ requirements }) => requirements)];
  for (const name of needed.filter((each) => !seen.has(each) && !(each in image.provided))) {
    problems.push(`${LOCK_FILE}: ${name} is missing, expected it: npx odoo-saas image lock`);
  }
  for (const name of image.sdists.filter((each) => !seen.has(each))) {
    problems.push(`image/image.yaml: sdists has ${name}, expected a package of the lock`);
  }
  return problems;
}

/**
 * What a lock has that a fresh resolution has not: another set of packages or versions, or files that are offered no more.
 * Files that were published since are no difference: the lock does not know them and refuses them.
 */
export function lockDifferences(lock: string, resolved: string): readonly string[] {
  const fresh = new Map(parseLock(resolved).packages.map((each) => [each.name, each]));
  const locked = parseLock(lock).packages;
  const names = new Set(locked.map(({ name }) => name));
  const more = [...fresh.values()].filter(({ name }) => !names.has(name));
  return [
    ...locked.flatMap(({ name, version, hashes, line }) => {
      const other = fresh.get(name);
      const at = `${LOCK_FILE}:${line}: ${name}`;
      if (other === undefined) return [`${at} is not needed, expected it left out`];
      if (other.version !== version) return [`${at} is ${version}, expected ${other.version}`];
      const gone = hashes.filter((hash) => !other.hashes.includes(hash));
      return gone.length === 0
        ? []
        : [`${at} ${version} has no file with SHA-256 ${gone.join(", ")}, expected a published one`];
    }),
    ...more.map(({ name, version }) => `${LOCK_FILE}: ${name} ${version} is missing, expected it`),
  ];
}
