import {
  bundledModules,
  conflictsOf,
  knownModules,
  PLATFORM_BUNDLE,
  uninstallableModules,
  wantedModules,
} from "../modules.ts";
import type { ModuleTables } from "../moduleIndex.ts";
import { quote, suggestion } from "../schemas/common.ts";
import { closure, pathTo, solve, triggersItself } from "../solver.ts";
import type { Bundle, Tenant } from "../types.ts";
import { chain, faultMessage, RUNBOOK, seenElsewhere } from "./faults.ts";
import { forTenants } from "./rule.ts";
import type { Rule, RuleProblem } from "./rule.ts";

type Found = Omit<RuleProblem, "file">;

/** What the checks of one tenant share. */
interface Context {
  readonly tenant: Tenant;
  readonly bundles: ReadonlyMap<string, Bundle>;
  readonly known: ReadonlySet<string>;
  /** Why modules cannot be installed. */
  readonly uninstallable: ReadonlyMap<string, string>;
  readonly tables: ModuleTables;
  /** What its bundles install by themselves, and which does. */
  readonly bundled: ReadonlyMap<string, string>;
  /** Everything that it gets, and the module that needs each first. */
  readonly from: ReadonlyMap<string, string | undefined>;
}

/** What a tenant adds is in the image and not there yet; what it removes is there, and nothing that stays needs it. */
export const tenantModules: Rule = (input) => {
  const { bundles, tables } = input;
  if (tables === undefined) return [];
  const known = knownModules(bundles);
  const uninstallable = uninstallableModules(bundles);
  // Most tenants have some bundles and no more: what is wrong with those is found once.
  const plain = new Map<string, Found[]>();
  return forTenants((tenant) => {
    // Nothing is known of a broken or unknown bundle's modules, which has its own message.
    if (![PLATFORM_BUNDLE, ...tenant.bundles].every((bundle) => bundles.has(bundle))) return [];
    // Stryker disable next-line ConditionalExpression: What is wrong with some bundles is found again for each tenant: the same result, later.
    const isPlain = tenant.modules.add.length + tenant.modules.remove.length === 0;
    const before = isPlain ? plain.get(tenant.bundles.join()) : undefined;
    // Stryker disable next-line ConditionalExpression: What is wrong with some bundles is found again for each tenant: the same result, later.
    if (before !== undefined) return before;
    const bundled = bundledModules(tenant.bundles, bundles);
    const from = closure(wantedModules(tenant, bundles), tables.modules);
    const context: Context = { tenant, bundles, known, uninstallable, tables, bundled, from };
    const problems = [
      ...tenant.modules.add.flatMap((module, index) => addProblems(module, index, context)),
      ...tenant.modules.remove.flatMap((module, index) => removeProblems(module, index, context)),
      ...togetherProblems(context),
    ];
    // Stryker disable next-line CallExpression,ConditionalExpression: What is wrong with some bundles is found again for each tenant: the same result, later.
    if (isPlain) plain.set(tenant.bundles.join(), problems);
    return problems;
  })(input);
};

function addProblems(
  module: string,
  index: number,
  { tenant, known, tables, bundled, uninstallable }: Context,
): Found[] {
  const at = (message: string): Found[] => [
    { path: ["modules", "add", index], message: `is ${quote(module)}, ${message}` },
  ];
  if (!known.has(module)) {
    const indexed = tables.modules.get(module);
    if (indexed !== undefined) {
      const where = indexed.repository === undefined ? indexed.origin : `${indexed.origin}, ${indexed.repository}`;
      const image = indexed.origin === "ce" ? "" : ", so the image does not have it";
      return at(`which no bundle describes${image} (${where}), expected it in a bundle first (${RUNBOOK})`);
    }
    const seen = seenElsewhere(module, tables);
    return seen === ""
      ? at(`which no bundle describes, expected ${suggestion(module, [...known], "a module of a bundle")}`)
      : at(`which is not known to exist for 18.0${seen}, expected a module that exists for 18.0 (${RUNBOOK})`);
  }
  const why = uninstallable.get(module);
  if (why !== undefined) return at(`which cannot be installed on Odoo 18.0 (${why}), expected another module`);
  if (tenant.modules.remove.includes(module)) return at("which is also removed, expected one or the other");
  const bundle = bundled.get(module);
  return bundle === undefined ? [] : at(`which bundle ${bundle} installs, expected only others`);
}

function removeProblems(module: string, index: number, context: Context): Found[] {
  const { tenant, bundles, tables, bundled, from } = context;
  if (tenant.modules.add.includes(module)) return [];
  const at = (message: string): Found[] => [
    { path: ["modules", "remove", index], message: `is ${quote(module)}, ${message}` },
  ];
  const needed = from.has(module) ? pathTo(module, from) : undefined;
  const because =
    // Stryker disable next-line StringLiteral: For the compiler: a path to what is needed has two modules or more, a conflict's has one, and a missing need is not reported.
    needed === undefined ? "" : `which ${needed.at(-2) ?? ""} needs${needed.length > 2 ? ` (${chain(needed)})` : ""}`;
  if (!bundled.has(module)) {
    // Stryker disable next-line StringLiteral: For the compiler: a path to what is needed has two modules or more, a conflict's has one, and a missing need is not reported.
    if (needed !== undefined) return at(`${because}, expected ${needed[0] ?? ""} to be removed instead`);
    const choices = suggestion(module, [...bundled.keys()], "a module that they install");
    return at(`which the tenant's bundles do not install, expected ${choices}`);
  }
  const always = [PLATFORM_BUNDLE, ...tenant.bundles].find(
    // Stryker disable next-line OptionalChaining: For the compiler: the bundles of a tenant that is judged exist.
    (name) => bundles.get(name)?.modules[module]?.install === "always",
  );
  if (always !== undefined) return at(`which bundle ${always} requires, expected another module`);
  // Stryker disable next-line StringLiteral: For the compiler: a path to what is needed has two modules or more, a conflict's has one, and a missing need is not reported.
  if (needed !== undefined) return at(`${because}, expected ${needed[0] ?? ""} to be removed too`);
  const indexed = tables.modules.get(module);
  // Stryker disable next-line ConditionalExpression: What is not in the index does not install itself: the other half of the condition says so too.
  if (indexed === undefined || !triggersItself(indexed, new Set(from.keys()))) return [];
  // Stryker disable next-line ArrayDeclaration: For the compiler: the bundles of a tenant that is judged exist, and what installs itself has its triggers.
  const triggers = (indexed.autoInstall === true ? indexed.depends : indexed.autoInstall) ?? [];
  return at(
    `which Odoo installs automatically where ${triggers.join(", ")} ${triggers.length === 1 ? "is" : "are"} there, expected one of those to be removed too`,
  );
}

/** What its bundles and additions are to each other: nothing that one of them removes is needed, and nothing conflicts. */
function togetherProblems({ tenant, bundles, tables, from }: Context): Found[] {
  const problems: Found[] = [];
  tenant.bundles.forEach((name, index) => {
    // Stryker disable next-line ArrayDeclaration: For the compiler: the bundles of a tenant that is judged exist, and what installs itself has its triggers.
    // Stryker disable next-line OptionalChaining: For the compiler: the bundles of a tenant that is judged exist.
    for (const module of bundles.get(name)?.removes ?? []) {
      if (!from.has(module) || tenant.modules.add.includes(module)) continue;
      const message = `is ${quote(name)}, which removes ${module}, but the tenant's other bundles need it: ${chain(pathTo(module, from))}, expected one or the other`;
      problems.push({ path: ["bundles", index], message });
    }
  });
  const faults = solve(wantedModules(tenant, bundles), tables.modules, conflictsOf(tenant.bundles, bundles)).faults;
  for (const fault of faults) {
    // Problems of a bundle's own modules are reported at the bundle.
    if (fault.kind !== "conflict") continue;
    // Stryker disable next-line StringLiteral: For the compiler: a path to what is needed has two modules or more, a conflict's has one, and a missing need is not reported.
    const roots = [fault.path[0] ?? "", fault.other[0] ?? ""];
    const added = tenant.modules.add.findLastIndex((module) => roots.includes(module));
    const path = added >= 0 ? ["modules", "add", added] : ["bundles"];
    const sameBundle = added < 0 && [...bundles.values()].some(({ name }) => ownsBoth(name, roots, bundles));
    if (!sameBundle) problems.push({ path, message: faultMessage(fault, tables) });
  }
  return problems;
}

/** Whether a bundle and the platform alone already have both modules installed, which is reported at the bundle. */
function ownsBoth(name: string, roots: readonly string[], bundles: ReadonlyMap<string, Bundle>): boolean {
  const installed = bundledModules([name], bundles);
  return roots.every((module) => installed.has(module));
}
