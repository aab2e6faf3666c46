import { PLATFORM_BUNDLE } from "../../config/modules.ts";
import type { ProjectFiles } from "../../config/index.ts";

/** The tenants that a walk through all bundles goes through. */
export interface TenantsOfBundles {
  /** Ids of tenants that are there. */
  readonly chosen: readonly string[];
  /** Text of the files of tenants that are not there, by id: for bundles that no active tenant has. */
  readonly made: ReadonlyMap<string, string>;
}

/** For each bundle the first active tenant that has it, else one made for it. The platform's bundle is part of each. */
export function tenantsOfBundles({ bundles, tenants }: Pick<ProjectFiles, "bundles" | "tenants">): TenantsOfBundles {
  const active = [...tenants.values()].filter(({ lifecycle }) => lifecycle === "active");
  const chosen = new Set<string>();
  const made = new Map<string, string>();
  for (const bundle of [...bundles.keys()].filter((name) => name !== PLATFORM_BUNDLE).sort()) {
    const found = active.find((tenant) => tenant.bundles.includes(bundle));
    if (found === undefined) made.set(unusedId(tenants, made), fileFor(bundle));
    else chosen.add(found.id);
  }
  return { chosen: [...chosen], made };
}

function unusedId(tenants: ReadonlyMap<string, unknown>, made: ReadonlyMap<string, unknown>): string {
  for (let number = 1; ; number++) {
    const id = `walk-${number}`;
    if (!tenants.has(id) && !made.has(id)) return id;
  }
}

function fileFor(bundle: string): string {
  return [
    `displayName: Walk through ${bundle}`,
    "owner: { team: walk, email: walk@example.com }",
    "company: { country: PH }",
    `bundles: [${bundle}]`,
    "environments: { staging: {} }",
    "",
  ].join("\n");
}
