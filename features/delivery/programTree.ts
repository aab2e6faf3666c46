import { createHash } from "node:crypto";
import { lstatSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import { git, GitError } from "../../lib/git.ts";

/**
 * Files that may differ between what staging attested and what prod takes, and why. Everything else in the checkout counts as
 * the program, so that a new folder is covered from its first day. What is left out of the workflow Deploy has to be here:
 * staging would never attest it.
 */
export const MAY_DIFFER: readonly { readonly path: RegExp; readonly why: string }[] = [
  { path: /^tenants\/[^/]+\.yaml$/, why: "each tenant has a hash of its own" },
  { path: /^Pulumi\.[^./]+\.yaml$/, why: "its shared settings are attested one by one, its own ones are promoted" },
  { path: /^promotions\//, why: "it says what is promoted" },
  { path: /^releases\/attestations\/[^/]+\.json$/, why: "it is signed" },
  { path: /^docs\//, why: "nothing of it runs" },
  { path: /^\.github\/CODEOWNERS$/, why: "GitHub alone reads it" },
];

/**
 * What makes of a stack what it runs, beside its tenants and settings: SHA-256 by top-level entry of the checkout (`charts`,
 * `index.ts`), over path, kind and content of each file in it. Contents come from the disk, since that is what runs.
 *
 * Git names the files, those included that are not committed; what it ignores cannot come from a commit. Where there is no
 * repository, as in the files of an earlier commit, it is all files.
 */
export function programDigests(root: string): ReadonlyMap<string, string> {
  const hashes = new Map<string, ReturnType<typeof createHash>>();
  const names = filesOf(root).filter((path) => !isSetAside(path) && !MAY_DIFFER.some((kind) => kind.path.test(path)));
  for (const path of names.sort()) {
    const entry = path.split("/", 1)[0] ?? "";
    const hash = hashes.get(entry) ?? createHash("sha256");
    hashes.set(entry, hash);
    const { kind, content } = read(join(root, path));
    hash.update(`${path}\0${kind}\0${content.length}\0`).update(content);
  }
  return new Map([...hashes].map(([entry, hash]) => [entry, hash.digest("hex")]));
}

/** Dependencies are as the lock file says, which counts. */
function isSetAside(path: string): boolean {
  return /^(?:\.git|node_modules)(?:\/|$)/.test(path);
}

function filesOf(root: string): string[] {
  try {
    const listed = git(root, ["ls-files", "-z", "--cached", "--others", "--exclude-standard"]).toString("utf8");
    return [...new Set(listed.split("\0").filter((path) => path !== "" && isThere(join(root, path))))];
  } catch (error) {
    if (!(error instanceof GitError)) throw error;
  }
  return walk(root, "");
}

function walk(root: string, folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
    if (isSetAside(path)) return [];
    return entry.isDirectory() ? walk(root, path) : [path];
  });
}

function isThere(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}

function read(path: string): { readonly kind: string; readonly content: Buffer } {
  const stat = lstatSync(path);
  if (stat.isSymbolicLink()) return { kind: "link", content: Buffer.from(readlinkSync(path)) };
  if (!stat.isFile()) return { kind: "other", content: Buffer.alloc(0) };
  return { kind: (stat.mode & 0o100) === 0 ? "file" : "program", content: readFileSync(path) };
}
