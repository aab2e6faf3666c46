import { appendFileSync, mkdirSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Inventory } from "../../features/inventory/index.ts";
import { generatedId } from "../../test/support/generateTenants.ts";
import { DAY, DAYS } from "./size.ts";
import type { ConsoleSize } from "./size.ts";

const TYPES = [
  ["kubernetes:core/v1:ConfigMap", "release"],
  ["kubernetes:apps/v1:Deployment", "release"],
  ["postgresql:index/role:Role", "database"],
  ["keycloak:openid/client:Client", "keycloak realm"],
  ["random:index/randomPassword:RandomPassword", "secrets"],
] as const;

/** One tenant of so many is in staging alone. */
const ONLY_STAGING = 10;
/** Tenants whose resources are written at once: a text of all would be near the longest that Node can have. */
const BATCH = 100;

/**
 * Writes the inventory of a stack, as if it was taken now.
 *
 * @param each resources of each tenant
 * @param release that all tenants run
 * @returns how many resources it has
 */
export function writeInventory(
  folder: string,
  stack: "staging" | "prod",
  { tenants }: ConsoleSize,
  each: number,
  release: string,
): number {
  mkdirSync(folder, { recursive: true });
  const now = new Date().toISOString();
  const ids = Array.from({ length: tenants }, (_, index) => index)
    .filter((index) => stack === "staging" || index % ONLY_STAGING !== 0)
    .map(generatedId);
  const path = join(folder, `inventory-${stack}.json`);
  const head = {
    version: 1,
    stack,
    takenAt: now,
    updatedAt: now,
    tenants: ids.map((id) => tenantOf(id, release)),
    pending: [],
  } satisfies Omit<Inventory, "resources">;
  writeFileSync(`${path}.partial`, `${JSON.stringify(head).slice(0, -1)},"resources":[`);
  for (let from = 0; from < ids.length; from += BATCH) {
    const resources = ids.slice(from, from + BATCH).flatMap((id) => resourcesOf(stack, id, each));
    appendFileSync(`${path}.partial`, `${from === 0 ? "" : ","}${JSON.stringify(resources).slice(1, -1)}`);
  }
  appendFileSync(`${path}.partial`, "]}\n");
  renameSync(`${path}.partial`, path);
  return ids.length * each;
}

function tenantOf(id: string, release: string): Inventory["tenants"][number] {
  const name = id.replaceAll("-", "_");
  return {
    id,
    lifecycle: "active",
    release,
    namespace: `odoo-${id}`,
    hosts: [`${id}.odoo.tbwa.example`],
    database: { host: "tenants-db.tbwa.example", port: 5432, name, role: name },
    realm: { issuer: `https://sso.tbwa.example/realms/${id}`, clientId: "odoo" },
    analytics: {},
  };
}

function resourcesOf(stack: string, id: string, count: number): Inventory["resources"] {
  const created = new Date(Date.now() - DAYS * DAY).toISOString();
  return Array.from({ length: count }, (_, index) => {
    const [type, part] = TYPES[index % TYPES.length] ?? TYPES[0];
    const name = `${id}-${part.replace(" ", "-")}-${index}`;
    return {
      urn: `urn:pulumi:${stack}::odoo-saas-platform::odoo-saas:index:Tenant$${type}::${name}`,
      type,
      name,
      tenant: id,
      part,
      created,
      modified: created,
      protected: false,
      waitsForDeletion: false,
    };
  });
}
