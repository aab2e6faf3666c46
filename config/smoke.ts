import { compareText } from "./diagnostics.ts";
import { PLATFORM_BUNDLE } from "./modules.ts";
import type { Bundle, TenantSpec } from "./types.ts";

/** What must exist in a tenant's database after an installation or upgrade. Sorted. */
export interface SmokeExpectations {
  /** Full external ids of menus: `account.menu_finance`. */
  readonly menus: readonly string[];
  /** Stored models: `account.move`. */
  readonly models: readonly string[];
  /** Full external ids of reports: `account.account_invoices`. */
  readonly reports: readonly string[];
}

/** What a tenant's bundles say must exist, as far as it has the modules that define it. */
export function smokeOf(
  { bundles: names, modules }: Pick<TenantSpec, "bundles" | "modules">,
  bundles: ReadonlyMap<string, Bundle>,
): SmokeExpectations {
  const installed = new Set(modules);
  const found = { menus: new Set<string>(), models: new Set<string>(), reports: new Set<string>() };
  for (const name of [PLATFORM_BUNDLE, ...names]) {
    for (const [module, { menus, models, reports }] of Object.entries(bundles.get(name)?.smoke ?? {})) {
      if (!installed.has(module)) continue;
      for (const menu of menus) found.menus.add(`${module}.${menu}`);
      for (const model of models) found.models.add(model);
      for (const report of reports) found.reports.add(`${module}.${report}`);
    }
  }
  const sorted = (values: ReadonlySet<string>): string[] => [...values].sort(compareText);
  return { menus: sorted(found.menus), models: sorted(found.models), reports: sorted(found.reports) };
}
