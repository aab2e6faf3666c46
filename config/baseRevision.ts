import { z } from "zod";
import { isTenantId } from "./names.ts";
import { LIFECYCLES } from "./lifecycle.ts";
import { TENANT_ENVIRONMENTS } from "./schemas/tenant.ts";
import { pricesSchema } from "./schemas/billing.ts";
import type { PriceList } from "./schemas/billing.ts";
import { parseYaml } from "./yaml.ts";

/** A tenant as the base of a change had it: what a change is held against. */
export interface BaseTenant {
  readonly id: string;
  readonly displayName: string;
  readonly lifecycle: (typeof LIFECYCLES)[number];
  readonly decommission?: { readonly holdUntil?: string | undefined; readonly release: boolean } | undefined;
  readonly cell: string;
  readonly environments: readonly string[];
  /** The file's text, to know it again under another name. */
  readonly text: string;
}

/** The files that a change starts from. */
export interface BaseRevision {
  readonly tenants: ReadonlyMap<string, BaseTenant>;
  /** Texts of the archive records by tenant id. */
  readonly archive: ReadonlyMap<string, string>;
  /** Price lists by currency. A file that this version refuses has none: nothing was charged by it. */
  readonly prices: ReadonlyMap<string, readonly PriceList[]>;
}

/**
 * Older files than today's schema are read as well as can be, and in doubt as what is protected most: a tenant that runs,
 * everywhere.
 */
const loose = z
  .object({
    displayName: z.string().catch(""),
    lifecycle: z.enum(LIFECYCLES).catch("active"),
    decommission: z
      .object({ holdUntil: z.string().optional().catch(undefined), release: z.boolean().catch(false) })
      .optional()
      .catch(undefined),
    cell: z.string().catch("main"),
    environments: z
      .record(z.string(), z.unknown())
      .transform((value) => Object.keys(value))
      .catch([...TENANT_ENVIRONMENTS]),
  })
  .catch({
    displayName: "",
    lifecycle: "active",
    decommission: undefined,
    cell: "main",
    environments: [...TENANT_ENVIRONMENTS],
  });

/**
 * Reads the base of a change.
 *
 * @param files texts by path from the project's root; paths that are no tenant's, record's or currency's are left out
 */
export function readBaseRevision(files: ReadonlyMap<string, string>): BaseRevision {
  const tenants = new Map<string, BaseTenant>();
  const archive = new Map<string, string>();
  const prices = new Map<string, readonly PriceList[]>();
  for (const [path, text] of files) {
    const [, currency] = /^prices\/([A-Z]{3})\.yaml$/.exec(path) ?? [];
    if (currency !== undefined) {
      const parsed = parseYaml(path, text);
      const lists = pricesSchema.safeParse("value" in parsed ? parsed.value : undefined);
      if (lists.success) prices.set(currency, lists.data.prices);
      continue;
    }
    // Stryker disable next-line StringLiteral: Stands in for the id in a path that is not a tenant's; neither text is an id.
    // Stryker disable next-line ArrayDeclaration: A path that did not match has no second part either way, and is left out.
    const [, folder, id = ""] = /^(tenants|archive)\/([^/]+)\.yaml$/.exec(path) ?? [];
    if (!isTenantId(id)) continue;
    if (folder === "archive") archive.set(id, text);
    else {
      const parsed = parseYaml(path, text);
      tenants.set(id, { id, text, ...loose.parse("value" in parsed ? parsed.value : undefined) });
    }
  }
  return { tenants, archive, prices };
}
