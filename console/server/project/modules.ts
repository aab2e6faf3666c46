import type { z } from "zod";
import { bundledModules, PLATFORM_BUNDLE, wantedModules } from "../../../config/modules.ts";
import { closure, pathTo } from "../../../config/solver.ts";
import type { ProjectFiles, Tenant } from "../../../config/index.ts";
import type { modulesSchema } from "../../api/tenants.ts";

/** What Odoo installs for a tenant, and why each module is there. */
export function modulesOf(
  tenant: Pick<Tenant, "bundles" | "modules">,
  { bundles, tables }: Pick<ProjectFiles, "bundles" | "tables">,
): z.input<typeof modulesSchema> {
  const bundled = bundledModules(tenant.bundles, bundles);
  const from = closure(wantedModules(tenant, bundles), tables.modules);
  const modules = [...from.keys()].sort().map((name) => {
    const module = tables.modules.get(name);
    const why = pathTo(name, from);
    return {
      name,
      title: module?.title,
      version: module?.package?.version ?? module?.version,
      licence: module?.licence,
      origin: module?.origin,
      why,
      bundle: bundled.get(why[0] ?? name),
    };
  });
  const features = [PLATFORM_BUNDLE, ...tenant.bundles].flatMap((bundle) =>
    (bundles.get(bundle)?.features ?? []).map(({ name, coverage, note }) => ({ bundle, name, coverage, note })),
  );
  return { modules, features };
}
