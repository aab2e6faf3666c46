import { compareText } from "./diagnostics.ts";
import { PLATFORM_BUNDLE } from "./modules.ts";
import type { Bundle, TenantSpec } from "./types.ts";

/** What is looked for: menus, stored models, reports. */
export type SmokeKind = "menu" | "model" | "report";

/** Something that must exist in a tenant's database after an installation or upgrade. */
export interface SmokeExpectation {
  readonly kind: SmokeKind;
  /** Full external id of a menu or report, such as `account.menu_finance`; a model's name, such as `account.move`. */
  readonly name: string;
  /** The bundles that say so, the platform's first, then by name. */
  readonly bundles: readonly string[];
}

/** What a tenant's bundles say must exist, as far as it has the modules that define it. Sorted by kind and name. */
export function smokeOf(
  { bundles: names, modules }: Pick<TenantSpec, "bundles" | "modules">,
  bundles: ReadonlyMap<string, Bundle>,
): readonly SmokeExpectation[] {
  const installed = new Set(modules);
  const found: Readonly<Record<SmokeKind, Map<string, string[]>>> = {
    menu: new Map(),
    model: new Map(),
    report: new Map(),
  };
  for (const bundle of [PLATFORM_BUNDLE, ...names]) {
    for (const [module, { menus, models, reports }] of Object.entries(bundles.get(bundle)?.smoke ?? {})) {
      if (!installed.has(module)) continue;
      const own = (ids: readonly string[]): string[] => ids.map((id) => `${module}.${id}`);
      for (const name of own(menus)) note(found.menu, name, bundle);
      for (const name of models) note(found.model, name, bundle);
      for (const name of own(reports)) note(found.report, name, bundle);
    }
  }
  return (["menu", "model", "report"] as const).flatMap((kind) =>
    [...found[kind]].sort(([a], [b]) => compareText(a, b)).map(([name, from]) => ({ kind, name, bundles: from })),
  );
}

function note(names: Map<string, string[]>, name: string, bundle: string): void {
  const from = names.get(name) ?? [];
  if (!from.includes(bundle)) from.push(bundle);
  names.set(name, from);
}
