import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import type { parseArgs } from "node:util";
import { formatDiagnostics } from "../../config/diagnostics.ts";
import { readBundles } from "../../config/catalogue.ts";
import { dayOf } from "../../config/lifecycle.ts";
import { readModuleIndex } from "../../config/moduleIndex.ts";
import { ORIGINS } from "../../config/schemas/moduleIndex.ts";
import type { IndexedModule } from "../../config/schemas/moduleIndex.ts";
import { parseCommand, PROJECT, runCommand, UsageError } from "../command.ts";
import { RefreshError } from "../../features/modules/moduleIndex/errors.ts";
import { readModules } from "../../features/modules/moduleIndex/facts.ts";
import { moduleLines, replaceFile } from "../../features/modules/moduleIndex/file.ts";
import { withPins } from "../../features/modules/moduleIndex/pins.ts";
import { refreshPackages, refreshTree } from "../../features/modules/moduleIndex/refresh.ts";
import type { IndexFiles } from "../../features/modules/moduleIndex/refresh.ts";

const USAGE = `usage: npm run modules:refresh [-- [--upgrade MODULE]... [--upgrade-all] [--cache DIR] [--root DIR]]
       npm run modules:refresh -- --tree DIR --origin ORIGIN --repository OWNER/NAME --commit COMMIT --date DAY [--copy-of OWNER/NAME]

Renews modules/index.json and modules/objects.json: reads the published packages of the bundles' modules, and of all that they
depend on, with pip, from wherever pip is set up to get them. Versions stay as the bundles pin them, and what is newer is noted.
With --tree it reads a folder of modules instead. Exit status: 0 fine, 1 failed, 2 wrong usage.

  --upgrade MODULE   take the newest version of this module, and pin it in the bundles that have it
  --upgrade-all      of every module
  --cache DIR        keeps the packages; what is there is not got again. Default: odoo-saas-modules in the user's cache folder
  --tree DIR         a folder that holds modules' folders, of series 18.0
  --origin ORIGIN    ce, oca, third-party or ipai
  --repository       the tree's repository on GitHub, and --commit the one that is checked out, in full
  --date DAY         the commit's day
  --copy-of          the tree is a copy of this repository, whose commit is not known
  --root DIR         the folder that holds bundles/ and modules/; default: this project`;

const OPTIONS = {
  upgrade: { type: "string", multiple: true },
  "upgrade-all": { type: "boolean" },
  cache: { type: "string" },
  tree: { type: "string" },
  origin: { type: "string" },
  repository: { type: "string" },
  commit: { type: "string" },
  date: { type: "string" },
  "copy-of": { type: "string" },
  root: { type: "string", default: PROJECT },
} as const;

type Options = ReturnType<typeof parseArgs<{ args: string[]; options: typeof OPTIONS }>>["values"];

async function main(args: readonly string[], env: NodeJS.ProcessEnv, now: Date): Promise<boolean> {
  const options = parseCommand(args, OPTIONS).values;
  const tree = treeOf(options);
  const { root } = options;
  const read = readModuleIndex(root);
  if ("diagnostics" in read) throw new RefreshError(formatDiagnostics(read.diagnostics));
  const { values: bundles, diagnostics } = readBundles(root);
  if (diagnostics.length > 0) throw new RefreshError(formatDiagnostics(diagnostics));
  const pins = new Map(
    [...bundles.values()].flatMap(({ modules }) =>
      Object.entries(modules).map(([name, { version }]) => [name, version]),
    ),
  );
  const today = dayOf(now);
  if (tree !== undefined) {
    const { folder, known, source } = tree;
    write(root, refreshTree({ ...read, pins, today }, readModules([folder]), known, source));
    return true;
  }
  const upgraded = new Set(options.upgrade ?? []);
  const upgrade = (module: string): boolean => options["upgrade-all"] === true || upgraded.has(module);
  const cache = options.cache ?? join(env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"), "odoo-saas-modules");
  const say = (line: string): void => {
    console.log(line);
  };
  const result = await refreshPackages({ ...read, pins, upgrade, today, download: { cache, env }, say });
  write(root, result);
  for (const [name, { modules }] of bundles) {
    const changed = Object.keys(modules).flatMap((module): [string, string][] => {
      const version = result.index.modules[module]?.package?.version;
      return version === undefined || version === modules[module]?.version ? [] : [[module, version]];
    });
    const path = join(root, "bundles", `${name}.yaml`);
    if (changed.length > 0) replaceFile(path, withPins(readFileSync(path, "utf8"), new Map(changed)));
    if (changed.length > 0) console.log(`bundles/${name}.yaml: ${changed.length} pins changed`);
  }
  if (result.missing.length > 0) console.log(`not published for 18.0: ${result.missing.join(", ")}`);
  return true;
}

function treeOf(options: Options) {
  const { tree, origin, repository, commit, date } = options;
  const copied = options["copy-of"];
  if (tree === undefined) return undefined;
  const known = ORIGINS.find((name) => name === origin);
  if (known === undefined || repository === undefined || commit === undefined || date === undefined)
    throw new UsageError("--tree needs --origin, --repository, --commit and --date");
  const facts: Pick<IndexedModule, "origin" | "repository" | "commit" | "released"> = {
    origin: known,
    released: date,
    ...(copied === undefined ? { repository, commit } : { repository: copied }),
  };
  const what = copied === undefined ? `Modules of ${repository}` : `Modules of a public copy of ${copied}`;
  return { folder: tree, known: facts, source: [copied ?? repository, { what, date, repository, commit }] as const };
}

function write(root: string, { index, objects }: IndexFiles): void {
  replaceFile(join(root, "modules/index.json"), moduleLines(index));
  replaceFile(join(root, "modules/objects.json"), moduleLines(objects));
  const packages = Object.values(index.modules).filter(({ evidence }) => evidence === "package").length;
  console.log(`modules/index.json: ${Object.keys(index.modules).length} modules, ${packages} read in their packages`);
}

await runCommand(USAGE, (args) => main(args, process.env, new Date()));
