import { lstatSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { git } from "../../lib/git.ts";
import { DeliveryError } from "./deliveryError.ts";
import { changedPaths, commitOf, mergeBase } from "./tree.ts";

/**
 * What is data: files that the program parses against a schema and never runs, and that decide no address which it sends a
 * credential to. A branch's own are taken for a preview by main's program before anybody has read them. Everything else is
 * program, `Pulumi.<stack>.yaml` too: it names the servers that passwords are sent to.
 */
export const DATA_FILES: readonly { readonly path: RegExp; readonly what: string }[] = [
  { path: /^tenants\/[a-z0-9-]+\.yaml$/, what: "tenants" },
  { path: /^archive\/[a-z0-9-]+\.yaml$/, what: "records of tenants that are gone" },
  { path: /^bundles\/[a-z0-9-]+\.yaml$/, what: "bundles" },
  { path: /^releases\/[a-z0-9.-]+\.yaml$/, what: "releases" },
  { path: /^modules\/[a-z]+\.json$/, what: "the index of modules" },
  { path: /^(?:plans|zones)\.yaml$/, what: "plans and zones" },
  { path: /^(?:companies|prices\/[A-Z]{3})\.yaml$/, what: "companies and prices" },
  { path: /^promotions\/[a-z0-9-]+\.yaml$/, what: "promotions" },
  { path: /^releases\/attestations\/[A-Za-z0-9-]+\.json$/, what: "attestations, each by its signature" },
  { path: /^\.github\/CODEOWNERS$/, what: "the code owners, which validation compares" },
];

/** Largest file that is taken, in bytes: the index of modules has a tenth of it. */
const MAX_BYTES = 1 << 24;

/** Whether a path, from the project's root, is data. */
export function isData(path: string): boolean {
  return DATA_FILES.some((kind) => kind.path.test(path));
}

/**
 * Puts the data that a branch has changed since it left another into a checkout, as regular files, and takes away what it has
 * deleted. Nothing else of the branch gets in: it is read from the commit, and never checked out.
 *
 * @param base commit that the checkout is of
 * @param head commit of the branch
 * @returns the paths that were taken, sorted
 * @throws GitError, or DeliveryError for data that is not a regular file; nothing was written then.
 */
export function takeData(root: string, base: string, head: string): string[] {
  const paths = changedPaths(root, mergeBase(root, base, head), commitOf(root, head))
    .filter(isData)
    .sort();
  const contents = paths.map((path) => ({ path, content: contentAt(root, head, path) }));
  for (const { path, content } of contents) {
    const file = join(root, path);
    // Removed first: what main has there could be a link, through which would be written.
    rmSync(file, { force: true, recursive: true });
    if (content === undefined) continue;
    mkdirSync(dirname(file), { recursive: true });
    if (!lstatSync(dirname(file)).isDirectory()) throw refused(path, "is inside something that is not a folder");
    writeFileSync(file, content, { flag: "wx", mode: 0o644 });
  }
  return paths;
}

/** @returns undefined: the commit has no such file */
function contentAt(root: string, head: string, path: string): Buffer | undefined {
  const entry = git(root, ["ls-tree", "-l", "-z", commitOf(root, head), "--", path]).toString("utf8");
  if (entry === "") return undefined;
  const [, mode = "", kind = "", id = "", size = ""] = /^(\d+) (\w+) ([0-9a-f]+) +(\d+|-)\t/.exec(entry) ?? [];
  if (kind !== "blob" || !/^100(?:644|755)$/.test(mode)) {
    throw refused(path, mode === "120000" ? "is a symbolic link" : "is not a regular file");
  }
  if (Number(size) > MAX_BYTES) throw refused(path, `has ${size} bytes`);
  return git(root, ["cat-file", "blob", id]);
}

function refused(path: string, what: string): DeliveryError {
  return new DeliveryError(
    `${path} ${what}, expected a file of at most ${MAX_BYTES} bytes: data is read, never followed`,
    "preview",
  );
}
