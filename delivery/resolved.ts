import { ConfigError, formatDiagnostics, loadCatalogue, selectTenants, stackSettingsOf } from "../config/index.ts";
import type { Catalogue, StackSettings, TenantSpec } from "../config/index.ts";

/** A stack as a checkout configures it, with its tenants resolved. */
export interface ResolvedStack {
  readonly name: string;
  readonly settings: StackSettings;
  /** By id, sorted. */
  readonly tenants: ReadonlyMap<string, TenantSpec>;
}

/** Everything that a checkout says. */
export interface Resolved {
  readonly catalogue: Catalogue;
  /** By name, sorted; without sandboxes, which are one machine's own. */
  readonly stacks: ReadonlyMap<string, ResolvedStack>;
}

/** Reads and resolves a checkout. @throws ConfigError with everything that is wrong. */
export function resolve(root: string): Resolved {
  const result = loadCatalogue(root);
  if (!result.ok) throw new ConfigError("The files cannot be used", formatDiagnostics(result.diagnostics).split("\n"));
  const { catalogue } = result;
  const stacks = [...stackSettingsOf(root)]
    .filter(([, settings]) => settings.environment !== "sandbox")
    .map(([name, settings]): [string, ResolvedStack] => {
      const tenants = new Map(selectTenants(catalogue, settings).map((spec) => [spec.id, spec]));
      return [name, { name, settings, tenants }];
    });
  return { catalogue, stacks: new Map(stacks) };
}
