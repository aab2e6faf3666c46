import { compareText } from "./diagnostics.ts";
import type { IndexedModule } from "./schemas/moduleIndex.ts";

/** Where the solver looks modules up: the index, or a Map in tests. */
export interface ModuleSource {
  readonly get: (name: string) => IndexedModule | undefined;
}

/** Modules of which a tenant has at most one. */
export interface Conflict {
  readonly modules: readonly string[];
  /** Why, for people. */
  readonly reason: string;
}

/**
 * Why modules cannot be installed together. `path` leads from a module that was asked for to the one that is at fault, each
 * depending on the next; of several it is the shortest.
 */
export type Fault =
  | { readonly kind: "missing" | "unread" | "uninstallable" | "licence"; readonly path: readonly string[] }
  /** Each depends on the next, and the last is the first again. */
  | { readonly kind: "cycle"; readonly path: readonly string[] }
  | {
      readonly kind: "conflict";
      readonly reason: string;
      /** Paths to two of the modules that exclude each other. */
      readonly path: readonly string[];
      readonly other: readonly string[];
    };

/** What installing some modules means. */
export interface Solution {
  /** All modules, those that they depend on first; within a depth by name, as Odoo loads them. `base` goes without saying. */
  readonly order: readonly string[];
  /** Why it cannot be, by path. Empty: it can. */
  readonly faults: readonly Fault[];
}

/** Licences whose modules are never installed: they may not be passed on, or are paid for by user. */
const PROPRIETARY = new Set(["OPL-1", "OEEL-1", "Other proprietary"]);

/** Whether a module's licence forbids to install it here. One that was not read is judged by what else is not known of it. */
export function isRefusedLicence(licence: string | undefined): boolean {
  // Stryker disable next-line ConditionalExpression: For the compiler: a missing licence is not among the refused ones.
  return licence !== undefined && PROPRIETARY.has(licence);
}

/** What a module depends on. Empty: nothing but base, or nobody knows. */
function dependsOf(name: string, source: ModuleSource): readonly string[] {
  return source.get(name)?.depends ?? [];
}

/**
 * The modules and everything that they depend on, with the module that needs each first on a shortest way; undefined for those
 * asked for. What the index does not have is there too.
 */
export function closure(wanted: Iterable<string>, source: ModuleSource): ReadonlyMap<string, string | undefined> {
  const from = new Map<string, string | undefined>();
  for (const name of [...wanted].sort(compareText)) from.set(name, undefined);
  // A Map's iteration also reaches what is added on the way: breadth first, so the first way to a module is a shortest.
  for (const name of from.keys()) {
    for (const dependency of dependsOf(name, source)) if (!from.has(dependency)) from.set(dependency, name);
  }
  return from;
}

/** The way to a module from one that was asked for, as {@link closure} found it. */
export function pathTo(module: string, from: ReadonlyMap<string, string | undefined>): string[] {
  const path: string[] = [];
  for (let name: string | undefined = module; name !== undefined; name = from.get(name)) path.unshift(name);
  return path;
}

/** Solves what installing some modules means. Pure: the same index and modules make the same answer. */
export function solve(wanted: Iterable<string>, source: ModuleSource, conflicts: readonly Conflict[] = []): Solution {
  const from = closure(wanted, source);
  const faults: Fault[] = [];
  for (const name of from.keys()) {
    const kind = faultOf(source.get(name));
    if (kind !== undefined) faults.push({ kind, path: pathTo(name, from) });
  }
  const { order, rest } = byDepth([...from.keys()], source);
  for (const path of cycles(rest, source)) faults.push({ kind: "cycle", path });
  for (const { modules, reason } of conflicts) {
    const [first, second] = modules.filter((name) => from.has(name));
    // Stryker disable next-line ConditionalExpression: Where there is no first of two there is no second, which is checked too.
    if (first === undefined || second === undefined) continue;
    faults.push({ kind: "conflict", reason, path: pathTo(first, from), other: pathTo(second, from) });
  }
  return { order, faults: faults.sort((a, b) => compareText(a.path.join(), b.path.join())) };
}

function faultOf(module: IndexedModule | undefined): "missing" | "unread" | "uninstallable" | "licence" | undefined {
  if (module === undefined) return "missing";
  if (isRefusedLicence(module.licence)) return "licence";
  if (module.installable === false) return "uninstallable";
  return module.depends === undefined ? "unread" : undefined;
}

/** Modules by depth and name, as far as there is no cycle below them, and the rest. */
function byDepth(names: readonly string[], source: ModuleSource): { order: string[]; rest: Set<string> } {
  const waiting = new Map<string, number>();
  const needing = new Map<string, string[]>();
  const rest = new Set(names);
  for (const name of names) {
    const depends = dependsOf(name, source);
    waiting.set(name, depends.length);
    for (const dependency of depends) {
      const others = needing.get(dependency);
      if (others === undefined) needing.set(dependency, [name]);
      else others.push(name);
    }
  }
  const order: string[] = [];
  let level = names.filter((name) => waiting.get(name) === 0);
  while (level.length > 0) {
    level.sort(compareText);
    const next: string[] = [];
    for (const name of level) {
      order.push(name);
      // Stryker disable next-line CallExpression: Cycles are then looked for among all modules: the same are found, only later.
      rest.delete(name);
      // Stryker disable next-line ArrayDeclaration: Stands in for a list that every module of the index has; a module of that name is nowhere.
      for (const other of needing.get(name) ?? []) {
        const left = (waiting.get(other) ?? 0) - 1;
        waiting.set(other, left);
        if (left === 0) next.push(other);
      }
    }
    level = next;
  }
  return { order, rest };
}

/** A shortest cycle of each knot of modules that depend on each other, from its first module by name. */
function cycles(rest: ReadonlySet<string>, source: ModuleSource): string[][] {
  const left = new Set([...rest].sort(compareText));
  const found: string[][] = [];
  for (const start of left) {
    const cycle = cycleThrough(start, left, source);
    if (cycle === undefined) continue;
    found.push(cycle);
    cycle.forEach((name) => left.delete(name));
  }
  return found;
}

function cycleThrough(start: string, within: ReadonlySet<string>, source: ModuleSource): string[] | undefined {
  const from = new Map<string, string | undefined>([[start, undefined]]);
  for (const name of from.keys()) {
    for (const dependency of dependsOf(name, source)) {
      if (dependency === start) return [...pathTo(name, from), start];
      if (within.has(dependency) && !from.has(dependency)) from.set(dependency, name);
    }
  }
  return undefined;
}

/** Countries of a tenant's companies, as lower-case ISO codes; `any` where they are not known. */
export type Countries = ReadonlySet<string> | "any";

/**
 * Modules of the image that Odoo installs by itself on top of others, because all that triggers them is there, and everything
 * that those depend on. Sorted, without `base`, which goes without saying.
 *
 * @param installed all modules that are installed, base aside
 * @param image modules that the image has
 * @param countries countries whose modules Odoo adds. Default: none, as in a company without a country
 */
export function automaticModules(
  installed: Iterable<string>,
  image: Iterable<string>,
  source: ModuleSource,
  countries: Countries = new Set(),
): string[] {
  const there = new Set(installed);
  const before = new Set(there);
  // Stryker disable next-line ConditionalExpression: Fewer candidates are tried sooner: each is asked again whether it installs itself.
  const candidates = [...image].filter((name) => name !== "base" && source.get(name)?.autoInstall !== undefined);
  for (let grew = true; grew;) {
    grew = false;
    for (const name of candidates) {
      if (there.has(name) || !triggersItself(source.get(name), there, countries)) continue;
      for (const added of closure([name], source).keys()) there.add(added);
      grew = true;
    }
  }
  return [...there].filter((name) => !before.has(name)).sort(compareText);
}

/** Whether Odoo installs a module by itself where these are installed. */
export function triggersItself(
  module: IndexedModule | undefined,
  installed: ReadonlySet<string>,
  countries: Countries = new Set(),
): boolean {
  // Stryker disable next-line OptionalChaining: The caller has chosen modules that install themselves before.
  if (module?.autoInstall === undefined || module.installable === false) return false;
  if (countries !== "any" && module.countries?.every((country) => !countries.has(country)) === true) return false;
  // Stryker disable next-line ArrayDeclaration: Stands in for a list that every module of the index has; a module of that name is nowhere.
  const triggers = module.autoInstall === true ? (module.depends ?? []) : module.autoInstall;
  return triggers.every((name) => name === "base" || installed.has(name));
}
