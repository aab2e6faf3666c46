import type { ModuleTables } from "../moduleIndex.ts";
import { bundledModules, conflictsOf, PLATFORM_BUNDLE, uninstallableModules } from "../modules.ts";
import type { BundleModule } from "../schemas/bundle.ts";
import { quote, suggestion } from "../schemas/common.ts";
import type { IndexedModule } from "../schemas/moduleIndex.ts";
import { closure, pathTo, solve } from "../solver.ts";
import type { Bundle } from "../types.ts";
import { chain, faultMessage, RUNBOOK, seenElsewhere } from "./faults.ts";
import type { Rule, RuleInput, RuleProblem } from "./rule.ts";

type Found = Omit<RuleProblem, "file">;

/** A bundle's features use its modules, and its modules are used, by a feature or by each other. */
export const bundleFeatures: Rule = ({ bundles, tables }) =>
  forBundles(bundles, (bundle) => {
    const problems: Found[] = [];
    const own = Object.keys(bundle.modules);
    bundle.features.forEach((feature, index) => {
      feature.modules.forEach((module, position) => {
        if (bundle.modules[module] !== undefined) return;
        const message = `is ${quote(module)}, which is not below modules, expected ${suggestion(module, own)}`;
        problems.push({ path: ["features", index, "modules", position], message });
      });
      const usable = feature.modules.filter((module) => bundle.modules[module]?.uninstallable === undefined).length;
      if ((feature.coverage === "none") !== (usable === 0)) {
        const message = `is ${quote(feature.coverage)} with ${usable} modules, expected "none" if and only if there is no module${usable === feature.modules.length ? "" : " that can be installed"}`;
        problems.push({ path: ["features", index, "coverage"], message });
      }
      if ((feature.coverage === "none" || feature.coverage === "partial") && feature.note === undefined) {
        const message = `is ${quote(feature.coverage)} without a note, expected a sentence that says what is missing`;
        problems.push({ path: ["features", index, "coverage"], message });
      }
    });
    if (tables === undefined) return problems;
    const used = closure(new Set(bundle.features.flatMap(({ modules }) => modules)), tables.modules);
    for (const module of own) {
      if (used.has(module)) continue;
      const message = "is a module that no feature lists and no module depends on, expected it to be used";
      problems.push({ path: ["modules", module], atKey: true, message });
    }
    return problems;
  });

/** What reaches the internet is one of the bundle's modules. */
export const bundleOutside: Rule = ({ bundles }) =>
  forBundles(bundles, ({ modules, outside }) =>
    Object.keys(outside).flatMap((module) => {
      if (modules[module] !== undefined) return [];
      const message = `is not below modules, expected ${suggestion(module, Object.keys(modules), "a module of the bundle")}`;
      return [{ path: ["outside", module], atKey: true, message }];
    }),
  );

/** A bundle's modules are those of the index: origin, repository, pin; and proven on 18.0 where they are installed by default. */
export const bundlePins: Rule = ({ bundles, tables }) =>
  forBundles(bundles, (bundle) =>
    tables === undefined
      ? []
      : Object.entries(bundle.modules).flatMap(([name, module]) => pinProblems(name, module, tables)),
  );

function pinProblems(name: string, module: BundleModule, tables: ModuleTables): Found[] {
  const known = tables.modules.get(name);
  const at = (key: string, message: string): Found => ({ path: ["modules", name, key], message });
  if (known === undefined) {
    const seen = seenElsewhere(name, tables);
    const message =
      seen === ""
        ? `is not in the module index, expected ${suggestion(name, tables.modules.names, `a module that it has (${RUNBOOK})`)}`
        : `is not known to exist for 18.0${seen}, expected a module that exists for 18.0 (${RUNBOOK})`;
    return [{ path: ["modules", name], atKey: true, message }];
  }
  if (module.origin !== known.origin) {
    const where = known.repository === undefined ? "" : ` (${known.repository})`;
    // Its repository and pin are another's too.
    return [
      at(
        "origin",
        `is ${quote(module.origin)}, but the index has this module from ${known.origin}${where}: a module has one origin, expected ${known.origin}`,
      ),
    ];
  }
  const problems: Found[] = [];
  if (known.repository !== undefined && module.repository !== known.repository) {
    const message = `is ${quote(module.repository)}, but the index has this module from ${known.repository}, expected that`;
    problems.push(at("repository", message));
  }
  const pin = pinOf(known);
  if (module.version !== pin) {
    const expected =
      known.origin === "ce"
        ? '"18.0": the image brings Odoo\'s own'
        : `${pin}, or the index refreshed with this pin: npx odoo-saas module refresh`;
    problems.push(
      at("version", `is ${quote(module.version)}, a pin that the index does not have, expected ${expected}`),
    );
  }
  if (module.install !== "on-request" && module.uninstallable !== undefined) {
    const message = `is installed by default, but cannot be installed (${module.uninstallable}), expected install: on-request`;
    problems.push({ path: ["modules", name], atKey: true, message });
  }
  if (module.install !== "on-request" && known.evidence !== "package" && known.evidence !== "tree") {
    const message = `is installed by default, but its manifest for 18.0 has not been read (evidence: ${known.evidence}), expected install: on-request, or npx odoo-saas module refresh to read it`;
    problems.push({ path: ["modules", name], atKey: true, message });
  }
  if (module.commit !== undefined && module.commit !== known.commit) {
    const message = `is ${quote(module.commit)}, a commit that the index was not read at, expected ${known.commit ?? "none: the version is the pin"}`;
    problems.push(at("commit", message));
  } else if (
    module.commit === undefined &&
    known.origin !== "ce" &&
    known.package === undefined &&
    known.commit !== undefined
  ) {
    const message = `has no published package and no commit, expected commit: ${known.commit}`;
    problems.push({ path: ["modules", name], atKey: true, message });
  }
  return problems;
}

/** The version that pins a module: its package's, or its manifest's where there is none; the image brings Odoo Community's own. */
export function pinOf(module: IndexedModule): string {
  return module.origin === "ce" ? "18.0" : (module.package?.version ?? module.version);
}

/** What a bundle's modules depend on is there, can be installed, and may be: with the platform's, and each on request. */
export const bundleClosure: Rule = ({ bundles, tables }) =>
  forBundles(bundles, (bundle) => {
    if (tables === undefined) return [];
    const own = Object.keys(bundle.modules);
    const from = closure(own, tables.modules);
    const problems: Found[] = [];
    for (const fault of solve(own, tables.modules).faults) {
      // A module that the index lacks is reported at its pin.
      if (fault.kind === "missing" && fault.path.length === 1) continue;
      // Stryker disable next-line StringLiteral: For the compiler: a fault's path has a module, and the refresh writes objects of modules that the index has.
      const [root = ""] = pathTo(fault.path[0] ?? "", from);
      problems.push({ path: ["modules", root], atKey: true, message: faultMessage(fault, tables) });
    }
    const uninstallable = uninstallableModules(bundles);
    const usable = own.filter((name) => bundle.modules[name]?.uninstallable === undefined);
    const needed = closure(usable, tables.modules);
    for (const [name, why] of uninstallable) {
      if (!needed.has(name)) continue;
      const path = pathTo(name, needed);
      const message =
        path.length === 1
          ? `cannot be installed, as another bundle says (${why}), expected uninstallable here too`
          : `needs ${quote(name)}, which cannot be installed (${why}): ${chain(path)}, expected uninstallable here too`;
      problems.push({ path: ["modules", path[0] ?? ""], atKey: true, message });
    }
    const installed = bundledModules([bundle.name], bundles).keys();
    for (const fault of solve(installed, tables.modules, conflictsOf([bundle.name], bundles)).faults) {
      if (fault.kind !== "conflict") continue;
      const root = [fault.path[0], fault.other[0]].find(
        // Stryker disable next-line ConditionalExpression: For the compiler: both paths of a conflict have a module.
        (name) => name !== undefined && bundle.modules[name] !== undefined,
      );
      if (root === undefined) continue;
      problems.push({ path: ["modules", root], atKey: true, message: faultMessage(fault, tables) });
    }
    return problems;
  });

/** What a bundle removes is another's, which can do without, and nothing of its own needs it; conflicts name modules there are. */
export const bundleExclusions: Rule = ({ bundles, tables }) =>
  forBundles(bundles, (bundle) => {
    if (tables === undefined) return [];
    const problems: Found[] = [];
    const others = [...bundles.values()].filter(({ name }) => name !== bundle.name);
    const theirs = new Set(others.flatMap(({ modules }) => Object.keys(modules)));
    const from = closure(bundledOf(bundle), tables.modules);
    bundle.removes.forEach((module, index) => {
      const always = others.find(({ modules }) => modules[module]?.install === "always");
      const message =
        bundle.modules[module] !== undefined
          ? "which the bundle itself has below modules, expected one or the other"
          : !theirs.has(module)
            ? `which no other bundle has, expected ${suggestion(module, [...theirs], "a module of another bundle")}`
            : always !== undefined
              ? `which bundle ${always.name} requires, expected another module`
              : from.has(module)
                ? `which the bundle itself needs: ${chain(pathTo(module, from))}, expected one or the other`
                : undefined;
      if (message !== undefined)
        problems.push({ path: ["removes", index], message: `is ${quote(module)}, ${message}` });
    });
    bundle.conflicts.forEach(({ modules }, index) => {
      modules.forEach((module, position) => {
        if (tables.modules.get(module) !== undefined) return;
        const message = `is ${quote(module)}, which is not in the module index, expected ${suggestion(module, tables.modules.names, "a module that it has")}`;
        problems.push({ path: ["conflicts", index, "modules", position], message });
      });
    });
    return problems;
  });

/** What a smoke test looks for is defined by the modules that it names, at the versions that are pinned. */
export const bundleSmoke: Rule = ({ bundles, tables }) =>
  forBundles(bundles, (bundle) => {
    if (tables === undefined) return [];
    const platform = bundles.get(PLATFORM_BUNDLE);
    const all = closure([...Object.keys(bundle.modules), ...Object.keys(platform?.modules ?? {})], tables.modules);
    return Object.entries(bundle.smoke).flatMap(([module, wanted]): Found[] => {
      if (!all.has(module)) {
        const message = `is a module that the bundle does not include, expected ${suggestion(module, [...all.keys()], "one that it does")}`;
        return [{ path: ["smoke", module], atKey: true, message }];
      }
      const made = tables.objects.get(module);
      if (made === undefined) {
        const message = `is a module whose objects have not been read, expected npx odoo-saas module refresh to read them (${RUNBOOK})`;
        return [{ path: ["smoke", module], atKey: true, message }];
      }
      return (["menus", "models", "reports"] as const).flatMap((kind) =>
        wanted[kind].flatMap((name, index): Found[] => {
          if (made[kind].includes(name)) return [];
          // Stryker disable next-line StringLiteral: For the compiler: a fault's path has a module, and the refresh writes objects of modules that the index has.
          // Stryker disable next-line OptionalChaining: For the compiler: the refresh writes objects of modules that the index has.
          const version = tables.modules.get(module)?.version ?? "";
          const message = `is ${quote(name)}, which ${module} ${version} does not define, expected ${suggestion(name, made[kind], `one of its ${made[kind].length} ${kind}`)}`;
          return [{ path: ["smoke", module, kind, index], message }];
        }),
      );
    });
  });

/** A bundle's modules that are installed unless a tenant removes them. */
function bundledOf(bundle: Bundle): string[] {
  return Object.entries(bundle.modules).flatMap(([name, { install }]) => (install === "on-request" ? [] : [name]));
}

function forBundles(bundles: RuleInput["bundles"], check: (bundle: Bundle) => Found[]): RuleProblem[] {
  return [...bundles.values()].flatMap((bundle) =>
    check(bundle).map((problem) => ({ file: `bundles/${bundle.name}.yaml`, ...problem })),
  );
}
