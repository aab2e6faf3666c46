import { compareText } from "./diagnostics.ts";
import type { ModuleTables } from "./moduleIndex.ts";
import { automaticModules, closure } from "./solver.ts";
import type { Conflict, Countries, ModuleSource } from "./solver.ts";
import type { Bundle, Tenant } from "./types.ts";

/** The bundle that every tenant has without naming it. */
export const PLATFORM_BUNDLE = "platform";

/** Every module that a bundle describes. */
export function knownModules(bundles: ReadonlyMap<string, Pick<Bundle, "modules">>): ReadonlySet<string> {
  return new Set([...bundles.values()].flatMap(({ modules }) => Object.keys(modules)));
}

/** Why modules cannot be installed on Odoo 18.0, by module, whichever bundle says so. */
export function uninstallableModules(
  bundles: ReadonlyMap<string, Pick<Bundle, "modules">>,
): ReadonlyMap<string, string> {
  return new Map(
    [...bundles.values()].flatMap(({ modules }) =>
      Object.entries(modules).flatMap(([name, { uninstallable }]) =>
        uninstallable === undefined ? [] : [[name, uninstallable] as const],
      ),
    ),
  );
}

/** Modules that some bundles, and the platform's, install by themselves, and the bundle that does. */
export function bundledModules(names: readonly string[], bundles: ReadonlyMap<string, Bundle>): Map<string, string> {
  const modules = new Map<string, string>();
  const own = [PLATFORM_BUNDLE, ...names];
  for (const name of own) {
    for (const [module, { install }] of Object.entries(bundles.get(name)?.modules ?? {})) {
      if (install !== "on-request" && !modules.has(module)) modules.set(module, name);
    }
  }
  // Stryker disable next-line ArrayDeclaration: A module of that name is nowhere, so that removing it changes nothing.
  for (const name of own) for (const module of bundles.get(name)?.removes ?? []) modules.delete(module);
  return modules;
}

/** Modules of which a tenant with some bundles, and the platform's, has at most one. */
export function conflictsOf(names: readonly string[], bundles: ReadonlyMap<string, Bundle>): Conflict[] {
  return [...new Set([PLATFORM_BUNDLE, ...names])].flatMap((name) => bundles.get(name)?.conflicts ?? []);
}

/** What a tenant asks for: its bundles' modules, and its own additions, without what it removes. */
export function wantedModules(
  tenant: Pick<Tenant, "bundles" | "modules">,
  bundles: ReadonlyMap<string, Bundle>,
): Set<string> {
  const wanted = new Set(bundledModules(tenant.bundles, bundles).keys());
  for (const module of tenant.modules.add) wanted.add(module);
  for (const module of tenant.modules.remove) wanted.delete(module);
  return wanted;
}

/**
 * Modules that the image has on top of Odoo Community's: every bundle's that can be installed, those on request too, and what
 * they depend on. Sorted.
 */
export function imageModules(bundles: ReadonlyMap<string, Pick<Bundle, "modules">>, source: ModuleSource): string[] {
  const uninstallable = uninstallableModules(bundles);
  const wanted = [...knownModules(bundles)].filter((name) => !uninstallable.has(name));
  return [...closure(wanted, source).keys()].filter((name) => source.get(name)?.origin !== "ce").sort(compareText);
}

/** Modules that Odoo installs automatically with a tenant's, from its own and the image's. Sorted. */
export type ModulesAlong = (modules: Iterable<string>, countries?: Countries) => readonly string[];

/**
 * A function that names the modules that Odoo installs by itself beside others. Smoke tests allow them, the stand-in installs
 * them, and the catalog and the audit list them.
 *
 * @param bundles all bundles: the image has what any of them describes
 */
export function modulesAlong(
  bundles: ReadonlyMap<string, Pick<Bundle, "modules">>,
  { modules: source }: Pick<ModuleTables, "modules">,
): ModulesAlong {
  const community = source.names.filter((name) => source.get(name)?.origin === "ce");
  const image = [...community, ...imageModules(bundles, source)];
  return (modules, countries) => automaticModules(modules, image, source, countries);
}

/** A function that tells the modules of a tenant, sorted. It keeps what tenants with the same bundles have in common. */
export function moduleResolver(
  bundles: ReadonlyMap<string, Bundle>,
  source: ModuleSource,
): (tenant: Pick<Tenant, "bundles" | "modules">) => readonly string[] {
  const shared = new Map<string, readonly string[]>();
  return (tenant) => {
    const { add, remove } = tenant.modules;
    const key = [tenant.bundles.join(), add.join(), remove.join()].join(";");
    let modules = shared.get(key);
    // Stryker disable next-line ConditionalExpression: What tenants have in common is found again for each: the same result, later.
    if (modules === undefined) {
      modules = [...closure(wantedModules(tenant, bundles), source).keys()].sort(compareText);
      // Stryker disable next-line CallExpression: What tenants have in common is found again for each: the same result, later.
      shared.set(key, modules);
    }
    return modules;
  };
}
