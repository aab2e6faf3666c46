import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Tenants that one generated cell gets: below the capacity of a cell. */
const TENANTS_PER_CELL = 150;
/** One tenant of so many has a host of its own: a cell's Gateway has room for 62. */
const TENANTS_PER_HOST = 3;
const TEAMS = 20;

/** Text of the `zones.yaml` that the first generated tenants need. */
export function generatedZones(tenants: number): string {
  const teams = Array.from({ length: Math.min(TEAMS, tenants) }, (_, index) => `team-${index}`);
  if (tenants === 0) return "zones: {}\n";
  return `zones:\n  generated.example: [${teams.join(", ")}]\n`;
}

const BUNDLES = ["finance-ppm", "crm-sales", "hr-timesheets", "retail-scout"];
const PLANS = ["small", "standard", "large"];

/** Id of the nth generated tenant, from 0: `generated-00000`. */
export function generatedId(index: number): string {
  return `generated-${String(index).padStart(5, "0")}`;
}

/** Text of the nth generated tenant file: valid, about as long as a real one, and different from its neighbours. */
export function tenantText(index: number): string {
  const id = generatedId(index);
  const bundle = BUNDLES[index % BUNDLES.length] ?? "finance-ppm";
  return `# yaml-language-server: $schema=../schemas/tenant.schema.json
displayName: Generated tenant ${index}
owner: { team: team-${index % TEAMS}, email: team-${index % TEAMS}@generated.example }
lifecycle: active
plan: ${PLANS[index % PLANS.length] ?? "small"}
cell: ${cellOf(index)}
company: { country: PH }
bundles: [${bundle}]
environments:
  staging: {}
  prod: ${index % TENANTS_PER_HOST === 0 ? `{ domains: [erp.${id}.generated.example] }` : "{}"}
backup: { schedule: "${index % 60} 2 * * *", keep: { daily: 7, weekly: 4, monthly: 3 } }
`;
}

/** Cell of the nth generated tenant: the first {@link TENANTS_PER_CELL} are in `main`. */
function cellOf(index: number): string {
  const cell = Math.floor(index / TENANTS_PER_CELL);
  return cell === 0 ? "main" : `cell-${cell}`;
}

/**
 * Writes valid tenant files `generated-00000.yaml` and on into a folder, which is made where it is missing.
 *
 * @returns their ids
 */
export function writeTenants(dir: string, count: number): string[] {
  mkdirSync(dir, { recursive: true });
  return Array.from({ length: count }, (_, index) => {
    const id = generatedId(index);
    writeFileSync(join(dir, `${id}.yaml`), tenantText(index));
    return id;
  });
}
