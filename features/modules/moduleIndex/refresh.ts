import { compareText } from "../../../config/diagnostics.ts";
import type {
  IndexedModule,
  ModuleIndex,
  ModuleObjects,
  ModuleObjectsFile,
} from "../../../config/schemas/moduleIndex.ts";
import { compareVersions } from "../../../config/versions.ts";
import { RefreshError } from "./refreshError.ts";
import { indexedModule, readModules, repositoryOf } from "./facts.ts";
import type { ModuleFacts } from "./facts.ts";
import { cachedWheels, download, packageName } from "./pip.ts";
import type { DownloadOptions } from "./pip.ts";

/** The two generated files. */
export interface IndexFiles {
  readonly index: ModuleIndex;
  readonly objects: ModuleObjectsFile;
}

/** What a refresh is to do. */
export interface RefreshRequest extends IndexFiles {
  /** Modules of the bundles with the versions that they pin. */
  readonly pins: ReadonlyMap<string, string>;
  /** Modules whose newest version is taken; everything else stays at its pin. */
  readonly upgrade: (module: string) => boolean;
  /** The day of the refresh. */
  readonly today: string;
  readonly download: Omit<DownloadOptions, "progress">;
  /** Receives lines of progress. */
  readonly log: (line: string) => void;
}

/** What a refresh has found. */
export interface Refreshed extends IndexFiles {
  /** Modules that are needed and that neither the registry nor a tree has for 18.0. */
  readonly missing: readonly string[];
}

/**
 * Reads the packages of the bundles' modules, and of everything that they depend on, and puts what they say into the index.
 * A module keeps the version that a bundle pins, or that the index has, unless it is to be upgraded; what is newer is noted.
 *
 * @throws RefreshError when the registry cannot be reached or a package cannot be read.
 */
export async function refreshPackages(request: RefreshRequest): Promise<Refreshed> {
  const modules: Record<string, IndexedModule> = { ...request.index.modules };
  const objects: Record<string, ModuleObjects> = { ...request.objects.modules };
  const missing = new Set<string>();
  const seen = new Set<string>();
  let wave = [...request.pins.keys()].sort(compareText);
  while (wave.length > 0) {
    wave.forEach((name) => seen.add(name));
    const published = wave.filter((name) => mayBePublished(name, modules[name]));
    const read = published.length === 0 ? [] : await readPackages(published, modules, request, missing);
    for (const { facts, released, latest } of read) {
      const repository = repositoryOf(facts) ?? modules[facts.name]?.repository;
      modules[facts.name] = indexedModule(facts, {
        origin: repository === undefined || repository.startsWith("OCA/") ? "oca" : "third-party",
        evidence: "package",
        released,
        ...(latest === undefined ? {} : { latest }),
        ...(repository === undefined ? {} : { repository }),
      });
      objects[facts.name] = facts.objects;
    }
    const needed = wave.flatMap((name) => modules[name]?.depends ?? []);
    for (const name of wave) if (modules[name] === undefined) missing.add(name);
    wave = [...new Set(needed)].filter((name) => !seen.has(name)).sort(compareText);
  }
  const sources = {
    ...request.index.sources,
    packages: { what: "Published packages of series 18.0, manifests and data files read", date: request.today },
  };
  return {
    index: { ...request.index, date: request.today, sources, modules, elsewhere: unproven(request.index, modules) },
    objects: { ...request.objects, date: request.today, modules: kept(objects, seen) },
    missing: [...missing].sort(compareText),
  };
}

/** Takes what a source tree's modules say into the index; objects are kept of those that the bundles need. */
export function refreshTree(
  { index, objects, pins, today }: Pick<RefreshRequest, "index" | "objects" | "pins" | "today">,
  facts: readonly ModuleFacts[],
  known: Pick<IndexedModule, "origin" | "repository" | "commit" | "released">,
  source: readonly [name: string, source: ModuleIndex["sources"][string]],
): IndexFiles {
  const modules = { ...index.modules };
  const made = { ...objects.modules };
  for (const module of facts) {
    modules[module.name] = indexedModule(module, { ...known, evidence: "tree" });
    made[module.name] = module.objects;
  }
  const needed = new Set(pins.keys());
  for (const name of needed) for (const dependency of modules[name]?.depends ?? []) needed.add(dependency);
  return {
    index: {
      ...index,
      date: today,
      sources: { ...index.sources, [source[0]]: source[1] },
      modules,
      elsewhere: unproven(index, modules),
    },
    objects: { ...objects, date: today, modules: kept(made, needed) },
  };
}

/**
 * Modules of a tree that was read are not looked for in the registry: their source is the pin. Nor are the owner's own, read or
 * not, and this repository's: whoever publishes something under such a name there is somebody else.
 */
function mayBePublished(name: string, module: IndexedModule | undefined): boolean {
  return module?.evidence !== "tree" && module?.origin !== "platform" && !name.startsWith("ipai_");
}

/** What is still seen in other series only. */
function unproven(
  { elsewhere }: ModuleIndex,
  modules: Readonly<Record<string, IndexedModule>>,
): Record<string, string> {
  return Object.fromEntries(Object.entries(elsewhere).filter(([name]) => modules[name] === undefined));
}

interface Read {
  readonly facts: ModuleFacts;
  readonly released: string;
  readonly latest?: string;
}

async function readPackages(
  names: readonly string[],
  modules: Readonly<Record<string, IndexedModule>>,
  { pins, upgrade, download: options, log }: RefreshRequest,
  missing: Set<string>,
): Promise<Read[]> {
  const progress = (what: string) => (done: number, all: number) => {
    log(`${what}: ${done} of ${all}`);
  };
  const newest = await download(
    names.map((name) => ({ name: packageName(name) })),
    { ...options, progress: progress("newest packages") },
  );
  const found = names.filter((name) => !newest.has(packageName(name)));
  names.filter((name) => newest.has(packageName(name))).forEach((name) => missing.add(name));
  const latest = latestVersions(options.cache);
  const wanted = new Map(
    found.map((name) => {
      const pin = pins.get(name) ?? modules[name]?.package?.version;
      const last = latest.get(packageName(name)) ?? "";
      return [name, pin === undefined || upgrade(name) ? last : pin];
    }),
  );
  const older = [...wanted].filter(
    ([name, version]) => !cachedWheels(options.cache).has(`${packageName(name)}==${version}`),
  );
  const unpublished = await download(
    older.map(([name, version]) => ({ name: packageName(name), version })),
    { ...options, progress: progress("pinned packages") },
  );
  const gone = older.filter(([name]) => unpublished.has(packageName(name)));
  if (gone.length > 0) {
    const list = gone.map(
      ([name, version]) => `${name} ${version} (newest: ${latest.get(packageName(name)) ?? "none"})`,
    );
    throw new RefreshError(`These pins are not published, expected a version that is:\n  ${list.join("\n  ")}`);
  }
  const wheels = cachedWheels(options.cache);
  const pathOf = (name: string, version = ""): string => wheels.get(`${packageName(name)}==${version}`) ?? "";
  const paths = [...wanted].map(([name, version]) => pathOf(name, version));
  log(`reading ${paths.length} packages`);
  const dates = new Map<string, string>();
  const newer = [...wanted].filter(([name, version]) => latest.get(packageName(name)) !== version);
  for (const facts of await readModules(newer.map(([name]) => pathOf(name, latest.get(packageName(name)))))) {
    dates.set(facts.name, facts.built ?? "");
  }
  return (await readModules(paths)).map((facts) => {
    const last = latest.get(packageName(facts.name));
    const isNewer = last !== undefined && last !== facts.package?.version;
    return { facts, released: dates.get(facts.name) ?? facts.built ?? "", ...(isNewer ? { latest: last } : {}) };
  });
}

/** Highest version in the cache by package. */
function latestVersions(cache: string): ReadonlyMap<string, string> {
  const latest = new Map<string, string>();
  for (const key of cachedWheels(cache).keys()) {
    const [name = "", version = ""] = key.split("==");
    const last = latest.get(name);
    if (version.startsWith("18.0.") && (last === undefined || compareVersions(version, last) > 0))
      latest.set(name, version);
  }
  return latest;
}

function kept<Value>(all: Readonly<Record<string, Value>>, names: ReadonlySet<string>): Record<string, Value> {
  return Object.fromEntries(Object.entries(all).filter(([name]) => names.has(name)));
}
