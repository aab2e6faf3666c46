import type { PlatformName, Zones } from "../hosts.ts";
import type { ServerName } from "../serverNames.ts";
import type { Problem } from "../schemas/common.ts";
import type { ModuleTables } from "../moduleIndex.ts";
import type { ProjectFiles, Tenant } from "../types.ts";

/** What the rules judge. */
export interface RuleInput extends Omit<ProjectFiles, "tables"> {
  /** The index of modules. Undefined: it cannot be read, which is reported at its files. */
  readonly tables: ModuleTables | undefined;
  /** Names that exist, readable or not. Undefined: could not be determined (plans.yaml is broken). */
  readonly names: {
    readonly bundles: readonly string[];
    readonly plans: readonly string[] | undefined;
    readonly releases: readonly string[];
    /** Currencies that have a file in `prices/`. */
    readonly prices: readonly string[];
    /** Teams that own tenants or receive alerts, sorted. Undefined: could not be determined (a file that names them is broken). */
    readonly teams: readonly string[] | undefined;
  };
  /** Reporting models that `sql/tenant` has, such as `core/v1`. */
  readonly models: readonly string[];
  /** What `Pulumi.<stack>.yaml` of all stacks name. */
  readonly platform: {
    readonly names: readonly PlatformName[];
    readonly baseDomains: readonly string[];
    readonly servers: readonly ServerName[];
  };
  /** Zones that tenants' own hosts may be in. Undefined: could not be determined (zones.yaml is broken). */
  readonly zones: Zones | undefined;
}

/** A problem and the file it is in. */
export interface RuleProblem extends Omit<Problem, "atKey"> {
  readonly file: string;
  readonly atKey?: boolean;
}

/** A rule across files. */
export type Rule = (input: RuleInput) => RuleProblem[];

/** A tenant's file, from the root. */
export function tenantFile(id: string): string {
  return `tenants/${id}.yaml`;
}

/** A rule that looks at one tenant at a time. */
export function forTenants(check: (tenant: Tenant, input: RuleInput) => Omit<RuleProblem, "file">[]): Rule {
  return (input) =>
    [...input.tenants.values()].flatMap((tenant) =>
      check(tenant, input).map((problem) => ({ file: tenantFile(tenant.id), ...problem })),
    );
}
