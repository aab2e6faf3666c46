import { compareText } from "../diagnostics.ts";
import { bundledModules, closure, knownModules, PLATFORM_BUNDLE } from "../modules.ts";
import { show, suggestion } from "../schemas/common.ts";
import { forTenants } from "./rule.ts";
import type { Rule, RuleProblem } from "./rule.ts";

/** What a tenant adds is described by a bundle and not there yet; what it removes is there, and nothing else needs it. */
export const tenantModules: Rule = (input) => {
  const known = knownModules(input.bundles);
  return forTenants((tenant) => {
    const { add, remove } = tenant.modules;
    if (add.length === 0 && remove.length === 0) return [];
    // Nothing is known of a broken or unknown bundle's modules, which has its own message.
    if (!tenant.bundles.every((bundle) => input.bundles.has(bundle))) return [];
    const bundled = bundledModules(tenant.bundles, input.bundles);
    const kept = closure([...[...bundled, ...add].filter((module) => !remove.includes(module))], known);
    const problems = add.flatMap((module, index) => {
      const path = ["modules", "add", index];
      if (!known.has(module)) {
        const message = `is ${show(module)}, which no bundle describes, expected ${suggestion(module, [...known.keys()], "a module of a bundle")}`;
        return [{ path, message }];
      }
      if (remove.includes(module))
        return [{ path, message: `is ${show(module)}, which is also removed, expected one or the other` }];
      return bundled.has(module)
        ? [
            {
              path,
              message: `is ${show(module)}, which bundle ${known.get(module)?.bundle ?? ""} installs, expected only others`,
            },
          ]
        : [];
    });
    remove.forEach((module, index) => {
      const path = ["modules", "remove", index];
      const bundle = known.get(module)?.bundle ?? "";
      const needing = [...kept]
        .filter((other) => known.get(other)?.depends.includes(module) === true)
        .sort(compareText);
      if (add.includes(module)) return;
      if (!bundled.has(module)) {
        const message = `is ${show(module)}, which the tenant's bundles do not install, expected ${suggestion(module, [...bundled], "a module that they install")}`;
        problems.push({ path, message });
      } else if (known.get(module)?.install === "always") {
        problems.push({
          path,
          message: `is ${show(module)}, which bundle ${bundle} cannot do without, expected another module`,
        });
      } else if (needing.length > 0) {
        const message = `is ${show(module)}, which ${needing.join(", ")} needs, expected that to be removed too`;
        problems.push({ path, message });
      }
    });
    return problems;
  })(input);
};

/** A bundle's features use its modules, its modules are used, and what they depend on is described. */
export const bundleModules: Rule = ({ bundles }) => {
  const known = knownModules(bundles);
  return [...bundles.values()].flatMap((bundle) => {
    const file = `bundles/${bundle.name}.yaml`;
    const problems: RuleProblem[] = [];
    const own = Object.keys(bundle.modules);
    const used = new Set(bundle.features.flatMap((feature) => feature.modules));
    bundle.features.forEach((feature, index) => {
      feature.modules.forEach((module, position) => {
        if (bundle.modules[module] !== undefined) return;
        const path = ["features", index, "modules", position];
        problems.push({
          file,
          path,
          message: `is ${show(module)}, which is not below modules, expected ${suggestion(module, own)}`,
        });
      });
      if ((feature.coverage === "none") !== (feature.modules.length === 0)) {
        const message = `is ${show(feature.coverage)} with ${feature.modules.length} modules, expected none exactly when there is no module`;
        problems.push({ file, path: ["features", index, "coverage"], message });
      }
    });
    const described = new Map(
      Object.entries(bundle.modules).map(([name, module]) => [name, { ...module, bundle: bundle.name }]),
    );
    const needed = closure(used, described);
    for (const [name, module] of Object.entries(bundle.modules)) {
      if (!needed.has(name)) {
        const message = "is a module that no feature has and no module depends on, expected a use of it";
        problems.push({ file, path: ["modules", name], atKey: true, message });
      }
      module.depends.forEach((dependency, index) => {
        const path = ["modules", name, "depends", index];
        if (!own.includes(dependency) && bundles.get(PLATFORM_BUNDLE)?.modules[dependency] === undefined) {
          const message = `is ${show(dependency)}, which neither this bundle nor the platform's describes, expected it below modules`;
          problems.push({ file, path, message });
        }
      });
      const first = known.get(name);
      if (first !== undefined && first.bundle !== bundle.name) {
        for (const key of ["origin", "repository", "version"] as const) {
          if (first[key] === module[key]) continue;
          const message = `is ${show(module[key])}, but ${show(first[key])} in bundle ${first.bundle}, expected the same in both`;
          problems.push({ file, path: ["modules", name, key], message });
        }
      }
    }
    return problems;
  });
};
