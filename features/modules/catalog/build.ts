import { compareText } from "../../../config/diagnostics.ts";
import type { ProjectFiles } from "../../../config/index.ts";
import { bundledModules, modulesAlong, PLATFORM_BUNDLE } from "../../../config/modules.ts";
import { pinOf } from "../../../config/rules/bundleModules.ts";
import type { CatalogBundle, CatalogModule, ModuleCatalog } from "../../../config/schemas/catalog.ts";
import type { IndexedModule } from "../../../config/schemas/moduleIndex.ts";
import { closure, solve } from "../../../config/solver.ts";

/** The catalog of modules, from the bundles and the index. */
export function buildCatalog({ bundles, tables }: Pick<ProjectFiles, "bundles" | "tables">): ModuleCatalog {
  const source = tables.modules;
  const along = modulesAlong(bundles, tables);
  const uses = new Map<string, Record<string, string>>();
  const made = [...bundles.values()].map((bundle): CatalogBundle => {
    const { name, title, summary, reporting, outside, features, cost } = bundle;
    const installed = solve(bundledModules(name === PLATFORM_BUNDLE ? [] : [name], bundles).keys(), source).order;
    const entries = Object.entries(bundle.modules);
    for (const needed of closure(Object.keys(bundle.modules), source).keys()) {
      const use = uses.get(needed) ?? {};
      const entry = bundle.modules[needed];
      use[name] = entry?.uninstallable === undefined ? (entry?.install ?? "needed") : "uninstallable";
      uses.set(needed, use);
    }
    const requirements = installed.flatMap((module) => pythonOf(source.get(module)));
    return {
      name,
      title,
      summary,
      everyTenant: name === PLATFORM_BUNDLE,
      reporting,
      outside,
      features,
      coverage: count(features.map(({ coverage }) => coverage)),
      installed: [...installed],
      automatic: [...along(installed)],
      onRequest: entries
        .flatMap(([module, { install, uninstallable }]) =>
          install === "on-request" && uninstallable === undefined ? [module] : [],
        )
        .sort(compareText),
      uninstallable: Object.fromEntries(
        entries.flatMap(([module, { uninstallable }]) =>
          uninstallable === undefined ? [] : [[module, uninstallable]],
        ),
      ),
      licences: count(installed.map((module) => source.get(module)?.licence ?? "unknown")),
      python: sorted(requirements),
      programs: sorted(installed.flatMap((module) => source.get(module)?.bin ?? [])),
      ...(cost === undefined ? {} : { cost }),
    };
  });
  const modules = [...uses].map(([name, used]) => catalogModule(name, source.get(name), used));
  return {
    series: "18.0",
    indexDate: tables.date,
    bundles: made,
    modules: modules.filter((module) => module !== undefined).sort((a, b) => compareText(a.name, b.name)),
  };
}

function catalogModule(
  name: string,
  module: IndexedModule | undefined,
  bundles: Readonly<Record<string, string>>,
): CatalogModule | undefined {
  if (module === undefined) return undefined;
  const { title = name, summary, origin, commit, latest, licence, depends = [], released, evidence } = module;
  const url = urlOf(name, module);
  return {
    name,
    title,
    ...(summary === undefined ? {} : { summary }),
    origin,
    ...(url === undefined ? {} : { url }),
    version: pinOf(module),
    ...(commit === undefined ? {} : { commit }),
    ...(latest === undefined ? {} : { latest }),
    ...(licence === undefined ? {} : { licence }),
    depends,
    ...(released === undefined ? {} : { released }),
    evidence,
    bundles,
  };
}

/** Where a module's source is read: its folder on branch 18.0, or its repository at the commit that was read. */
function urlOf(name: string, { origin, repository, commit }: IndexedModule): string | undefined {
  if (repository === undefined) return undefined;
  const base = `https://github.com/${repository}/tree`;
  if (commit !== undefined) return `${base}/${commit}`;
  return origin === "ce" ? `${base}/18.0/addons/${name}` : `${base}/18.0/${name}`;
}

/** What pip is to install for a module: its package's requirements, or what its manifest names where there is no package. */
function pythonOf(module: IndexedModule | undefined): readonly string[] {
  return (module?.package === undefined ? module?.python : module.requirements) ?? [];
}

function count(values: readonly string[]): Record<string, number> {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return Object.fromEntries([...counts].sort(([a], [b]) => compareText(a, b)));
}

function sorted(values: readonly string[]): string[] {
  return [...new Set(values)].sort(compareText);
}
