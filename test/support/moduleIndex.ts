import { moduleLines } from "../../features/modules/moduleIndex/file.ts";
import type { IndexedModule, ModuleObjects } from "../../config/schemas/moduleIndex.ts";

/** A module of a test's index: what is left out is as usual. */
export type TestModule = Partial<IndexedModule> & { readonly objects?: Partial<ModuleObjects> };

/** A module that was read in its package. */
export function indexed(module: Partial<IndexedModule> = {}): IndexedModule {
  const { origin = "oca", version = "18.0.1.0.0" } = module;
  return {
    origin,
    version,
    depends: [],
    licence: origin === "ce" ? "LGPL-3" : "AGPL-3",
    released: "2026-10-01",
    evidence: origin === "oca" ? "package" : "tree",
    ...(origin === "ce" ? { repository: "odoo/odoo" } : {}),
    ...module,
  };
}

/** The two generated files of a project, by path. */
export function indexFiles(
  modules: Readonly<Record<string, TestModule>>,
  elsewhere: Readonly<Record<string, string>> = {},
): Record<string, string> {
  const entries = Object.entries(modules).map(([name, { objects, ...module }]) => ({ name, objects, module }));
  const head = { series: "18.0", date: "2026-11-22" } as const;
  return {
    "modules/index.json": moduleLines({
      ...head,
      sources: {},
      modules: Object.fromEntries(entries.map(({ name, module }) => [name, indexed(module)])),
      elsewhere,
    }),
    "modules/objects.json": moduleLines({
      ...head,
      modules: Object.fromEntries(
        entries.map(({ name, objects }) => [name, { menus: [], models: [], reports: [], ...objects }]),
      ),
    }),
  };
}
