import { knownModules } from "../../../config/modules.ts";
import { databaseLogin, query } from "./access.ts";
import type { Check } from "./check.ts";

/**
 * Whether the tenant's modules are installed, and none of another bundle. What Odoo installs by itself beside them is
 * explained: it may be a module that another bundle describes too. Of which countries the companies are, people change in
 * Odoo, so every country's modules are explained.
 */
export const modulesCheck: Check = async ({ spec, own, access, bundles, along }) => {
  const rows = await query<{ module: string }>(
    databaseLogin(own),
    access.settings.tenantsDatabase.sslmode,
    "SELECT name AS module FROM public.ir_module_module WHERE state = 'installed'",
  );
  const installed = new Set(rows.map(({ module }) => module));
  const missing = spec.modules.filter((module) => !installed.has(module));
  if (missing.length > 0) throw new Error(`not installed: ${missing.join(", ")}`);
  const explained = new Set([...spec.modules, ...along(spec.modules, "any")]);
  const known = knownModules(bundles);
  const extra = [...installed].filter((module) => known.has(module) && !explained.has(module)).sort();
  if (extra.length > 0) {
    throw new Error(
      `installed, and neither in the tenant's bundles nor what Odoo installs by itself beside them: ${extra.join(", ")}`,
    );
  }
  const beside = [...installed].filter((module) => module !== "base" && !spec.modules.includes(module)).length;
  return `${spec.modules.length} modules of the bundles are installed, ${beside} that came along, and no other bundle's`;
};
