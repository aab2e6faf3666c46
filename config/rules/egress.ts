import { PLATFORM_BUNDLE, moduleResolver } from "../modules.ts";
import { quote, suggestion } from "../schemas/common.ts";
import { TENANT_ENVIRONMENTS } from "../schemas/tenant.ts";
import { forTenants } from "./rule.ts";
import type { Rule } from "./rule.ts";

/** A way out is for a module that the tenant has: it closes with the module. */
export const egressModules: Rule = (input) => {
  const { bundles, tables } = input;
  if (tables === undefined) return [];
  const modulesOf = moduleResolver(bundles, tables.modules);
  return forTenants((tenant) => {
    const ways = TENANT_ENVIRONMENTS.flatMap((name) =>
      (tenant.environments[name]?.egress ?? []).map((way, index) => ({
        module: way.for,
        path: ["environments", name, "egress", index, "for"],
      })),
    );
    // Nothing is known of a broken or unknown bundle's modules, which has its own message.
    if (ways.length === 0 || ![PLATFORM_BUNDLE, ...tenant.bundles].every((bundle) => bundles.has(bundle))) return [];
    const installed = modulesOf(tenant);
    return ways.flatMap(({ module, path }) =>
      installed.includes(module)
        ? []
        : [
            {
              path,
              message: `is ${quote(module)}, which the tenant does not have, expected ${suggestion(module, installed, "a module that it has")}`,
            },
          ],
    );
  })(input);
};
