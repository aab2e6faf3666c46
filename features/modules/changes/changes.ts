import { compareText } from "../../../config/diagnostics.ts";
import type { ProjectFiles, Tenant } from "../../../config/index.ts";
import { imageModules, moduleResolver, PLATFORM_BUNDLE } from "../../../config/modules.ts";
import { pinOf } from "../../../config/rules/bundleModules.ts";
import type { BundleFile } from "../../../config/schemas/bundle.ts";

/** A module that is there before or after a change, or both, at different pins. */
export interface PinChange {
  readonly module: string;
  /** Pin before; absent: it was not there. */
  readonly from?: string;
  /** Pin after; absent: it is not there. */
  readonly to?: string;
}

/** A feature whose coverage a change of bundles makes better or worse. */
export interface CoverageChange {
  readonly bundle: string;
  readonly feature: string;
  readonly enterprise?: string;
  /** Coverage before and after; absent: there was, or is, no such feature. */
  readonly from?: Coverage;
  readonly to?: Coverage;
  readonly change: "gained" | "lost";
}

/** How far a feature is covered. */
export type Coverage = BundleFile["features"][number]["coverage"];

/** What a change does to a tenant's modules and features. */
export interface TenantModuleChange {
  readonly tenant: string;
  readonly modules: readonly PinChange[];
  readonly coverage: readonly CoverageChange[];
}

/** What a change of bundles, tenants and the index does. */
export interface ModuleChanges {
  /** Modules of the image. */
  readonly image: readonly PinChange[];
  readonly coverage: readonly CoverageChange[];
  /** Tenants for which something changes. */
  readonly tenants: readonly TenantModuleChange[];
}

const WORTH: Readonly<Record<Coverage, number>> = { none: 0, partial: 1, custom: 2, full: 2 };

/** Compares two project files. */
export function moduleChanges(before: ProjectFiles, after: ProjectFiles): ModuleChanges {
  const coverage = coverageChanges(before, after);
  const pins = (projectFiles: ProjectFiles) =>
    pinsOf(imageModules(projectFiles.bundles, projectFiles.tables.modules), projectFiles);
  const was = tenantPins(before);
  const is = tenantPins(after);
  const tenants = [...new Set([...before.tenants.keys(), ...after.tenants.keys()])].sort(compareText);
  return {
    image: pinChanges(pins(before), pins(after)),
    coverage,
    tenants: tenants.flatMap((tenant) => {
      const modules = pinChanges(was(tenant), is(tenant));
      const bundles = bundlesOf(after.tenants.get(tenant));
      const own = coverage.filter(({ bundle }) => bundles.includes(bundle));
      return modules.length + own.length === 0 ? [] : [{ tenant, modules, coverage: own }];
    }),
  };
}

/** Features whose coverage differs, of all bundles. */
export function coverageChanges(
  before: Pick<ProjectFiles, "bundles">,
  after: Pick<ProjectFiles, "bundles">,
): CoverageChange[] {
  const names = [...new Set([...before.bundles.keys(), ...after.bundles.keys()])].sort(compareText);
  return names.flatMap((bundle) => {
    const was = features(before.bundles.get(bundle));
    const is = features(after.bundles.get(bundle));
    return [...new Set([...was.keys(), ...is.keys()])].flatMap((feature): CoverageChange[] => {
      const from = was.get(feature)?.coverage;
      const to = is.get(feature)?.coverage;
      const worth = (to === undefined ? 0 : WORTH[to]) - (from === undefined ? 0 : WORTH[from]);
      if (worth === 0) return [];
      const enterprise = (is.get(feature) ?? was.get(feature))?.enterprise;
      return [
        {
          bundle,
          feature,
          ...(enterprise === undefined ? {} : { enterprise }),
          ...(from === undefined ? {} : { from }),
          ...(to === undefined ? {} : { to }),
          change: worth > 0 ? "gained" : "lost",
        },
      ];
    });
  });
}

/** Bundles that a tenant has, the platform's among them. */
export function bundlesOf(tenant: Tenant | undefined): readonly string[] {
  return tenant === undefined ? [] : [PLATFORM_BUNDLE, ...tenant.bundles];
}

function features(bundle: BundleFile | undefined): ReadonlyMap<string, BundleFile["features"][number]> {
  return new Map((bundle?.features ?? []).map((feature) => [feature.name, feature]));
}

function tenantPins(projectFiles: ProjectFiles): (tenant: string) => ReadonlyMap<string, string> {
  const modulesOf = moduleResolver(projectFiles.bundles, projectFiles.tables.modules);
  return (id) => {
    const tenant = projectFiles.tenants.get(id);
    return pinsOf(tenant === undefined ? [] : modulesOf(tenant), projectFiles);
  };
}

/** Pins by module; Odoo Community's own, which have none, by their version, so that an upgrade of the image is seen. */
function pinsOf(modules: readonly string[], { tables }: ProjectFiles): ReadonlyMap<string, string> {
  return new Map(
    modules.map((name) => {
      const module = tables.modules.get(name);
      if (module === undefined) return [name, "unknown"];
      const version = module.origin === "ce" ? module.version : pinOf(module);
      return [name, module.commit === undefined ? version : `${version}@${module.commit.slice(0, 12)}`];
    }),
  );
}

function pinChanges(before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): PinChange[] {
  return [...new Set([...before.keys(), ...after.keys()])].sort(compareText).flatMap((module): PinChange[] => {
    const from = before.get(module);
    const to = after.get(module);
    if (from === to) return [];
    return [{ module, ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) }];
  });
}
