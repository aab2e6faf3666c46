import type { BundleModule } from "./schemas/bundle.ts";
import type { Bundle, Tenant } from "./types.ts";
import { compareText } from "./diagnostics.ts";

/** The bundle that every tenant has without naming it. */
export const PLATFORM_BUNDLE = "platform";

/** A module and the bundle that describes it. */
export interface KnownModule extends BundleModule {
  readonly bundle: string;
}

/**
 * Every bundle's modules by name. Bundles that share a module agree on what it is, which a rule checks; each names the
 * dependencies that it describes itself, so that together they name them all.
 */
export function knownModules(bundles: ReadonlyMap<string, Bundle>): ReadonlyMap<string, KnownModule> {
  const known = new Map<string, KnownModule>();
  for (const [bundle, { modules }] of bundles) {
    for (const [name, module] of Object.entries(modules)) {
      const first = known.get(name) ?? { ...module, bundle };
      known.set(name, { ...first, depends: [...new Set([...first.depends, ...module.depends])] });
    }
  }
  return known;
}

/** Modules that the bundles install by themselves. */
export function bundledModules(names: readonly string[], bundles: ReadonlyMap<string, Bundle>): Set<string> {
  const modules = new Set<string>();
  for (const name of [PLATFORM_BUNDLE, ...names]) {
    for (const [module, { install }] of Object.entries(bundles.get(name)?.modules ?? {})) {
      if (install !== "on-request") modules.add(module);
    }
  }
  return modules;
}

/** The modules with everything that they depend on, as far as bundles describe it. */
export function closure(modules: Iterable<string>, known: ReadonlyMap<string, KnownModule>): Set<string> {
  const all = new Set<string>(modules);
  // A Set's iteration also reaches what is added on the way.
  for (const module of all) {
    for (const dependency of known.get(module)?.depends ?? []) {
      if (known.has(dependency)) all.add(dependency);
    }
  }
  return all;
}

/** A function that tells the modules of a tenant, sorted. It keeps what tenants with the same bundles have in common. */
export function moduleResolver(bundles: ReadonlyMap<string, Bundle>): (tenant: Tenant) => readonly string[] {
  const known = knownModules(bundles);
  const shared = new Map<string, readonly string[]>();
  return (tenant) => {
    const { add, remove } = tenant.modules;
    const key = [tenant.bundles.join(), add.join(), remove.join()].join(";");
    let modules = shared.get(key);
    if (modules === undefined) {
      const wanted = bundledModules(tenant.bundles, bundles);
      for (const module of add) wanted.add(module);
      for (const module of remove) wanted.delete(module);
      modules = [...closure(wanted, known)].sort(compareText);
      shared.set(key, modules);
    }
    return modules;
  };
}
