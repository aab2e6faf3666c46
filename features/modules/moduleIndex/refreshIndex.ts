import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { readBundles } from "../../../config/projectFiles.ts";
import { formatDiagnostics } from "../../../config/diagnostics.ts";
import { dayOf } from "../../../config/lifecycle.ts";
import { readModuleIndex } from "../../../config/moduleIndex.ts";
import type { Origin } from "../../../config/schemas/moduleIndex.ts";
import { RefreshError } from "./refreshError.ts";
import { readModules } from "./facts.ts";
import { moduleLines, replaceFile } from "./file.ts";
import { withPins } from "./pins.ts";
import { refreshPackages, refreshTree } from "./refresh.ts";
import type { IndexFiles } from "./refresh.ts";

type Log = (line: string) => void;

/** How the published packages are read. */
export interface PackagesRequest {
  /** Modules whose newest version is taken and pinned in their bundles, or all. */
  readonly upgrade: "all" | readonly string[];
  /** Folder that keeps the packages. Default: `odoo-saas-modules` in the user's cache folder. */
  readonly cache?: string | undefined;
}

/** A folder of modules, and what is known of it. */
export interface Tree {
  readonly folder: string;
  readonly origin: Origin;
  /** `owner/name` on GitHub, and the commit that is checked out, in full. */
  readonly repository: string;
  readonly commit: string;
  /** The commit's day. */
  readonly date: string;
  /** Repository that the tree is a copy of, whose commit is not known. Default: none. */
  readonly copyOf?: string | undefined;
}

/**
 * Refreshes the module index from the published packages of the bundles' modules and of all that they depend on. Versions stay as the
 * bundles pin them, unless they are to be upgraded; newer ones are noted.
 *
 * @param env environment of pip, which gets the packages
 * @throws RefreshError if the files cannot be used, the registry cannot be reached or a package cannot be read
 */
export async function refreshIndex(
  root: string,
  { upgrade, cache }: PackagesRequest,
  env: NodeJS.ProcessEnv,
  log: Log,
): Promise<void> {
  const { files, bundles } = readFiles(root);
  if (upgrade !== "all") {
    const unknown = upgrade.filter((module) => !files.pins.has(module) && files.index.modules[module] === undefined);
    if (unknown.length > 0)
      throw new RefreshError(`${unknown.join(", ")}: not a module of bundles/ or modules/index.json`);
  }
  const result = await refreshPackages({
    ...files,
    upgrade: (module) => upgrade === "all" || upgrade.includes(module),
    download: { cache: cache ?? join(env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"), "odoo-saas-modules"), env },
    log,
  });
  write(root, result, log);
  for (const [name, { modules }] of bundles) {
    const changed = Object.keys(modules).flatMap((module): [string, string][] => {
      const version = result.index.modules[module]?.package?.version;
      return version === undefined || version === modules[module]?.version ? [] : [[module, version]];
    });
    if (changed.length === 0) continue;
    const path = join(root, "bundles", `${name}.yaml`);
    replaceFile(path, withPins(readFileSync(path, "utf8"), new Map(changed)));
    log(`bundles/${name}.yaml: ${changed.length} pins changed`);
  }
  if (result.missing.length > 0) log(`not published for 18.0: ${result.missing.join(", ")}`);
}

/**
 * Refreshes the module index from a folder of modules.
 *
 * @throws RefreshError if the files cannot be used or a module cannot be read
 */
export async function refreshIndexFromTree(root: string, tree: Tree, log: Log): Promise<void> {
  const { folder, origin, repository, commit, date, copyOf } = tree;
  const { files } = readFiles(root);
  const known = { origin, released: date, ...(copyOf === undefined ? { repository, commit } : { repository: copyOf }) };
  const what = copyOf === undefined ? `Modules of ${repository}` : `Modules of a public copy of ${copyOf}`;
  const source = [copyOf ?? repository, { what, date, repository, commit }] as const;
  write(root, refreshTree(files, await readModules([folder]), known, source), log);
}

/** The index with the pins of the bundles, and the bundles. */
function readFiles(root: string) {
  const read = readModuleIndex(root);
  if ("diagnostics" in read) throw new RefreshError(formatDiagnostics(read.diagnostics));
  const { values: bundles, diagnostics } = readBundles(root);
  if (diagnostics.length > 0) throw new RefreshError(formatDiagnostics(diagnostics));
  const pins = new Map(
    [...bundles.values()].flatMap(({ modules }) =>
      Object.entries(modules).map(([name, { version }]) => [name, version]),
    ),
  );
  return { files: { ...read, pins, today: dayOf(new Date()) }, bundles };
}

function write(root: string, { index, objects }: IndexFiles, log: Log): void {
  replaceFile(join(root, "modules/index.json"), moduleLines(index));
  replaceFile(join(root, "modules/objects.json"), moduleLines(objects));
  const packages = Object.values(index.modules).filter(({ evidence }) => evidence === "package").length;
  log(`modules/index.json: ${Object.keys(index.modules).length} modules, ${packages} read in their packages`);
}
