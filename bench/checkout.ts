import { cpSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { PROJECT_ROOT } from "../lib/projectRoot.ts";
import { generatedId, generatedZones, tenantText } from "../test/support/generateTenants.ts";

/** What a copy does without: large, private, or the copy's own. */
const LEFT_OUT = new Set([".git", "node_modules", "tenants", "test", "bench", "docs", "Pulumi.sandbox.yaml"]);

/** Copies the project without its tenants; the dependencies are shared. */
export function copyCheckout(to: string): void {
  mkdirSync(to, { recursive: true });
  for (const name of readdirSync(PROJECT_ROOT)) {
    if (!LEFT_OUT.has(name)) cpSync(join(PROJECT_ROOT, name), join(to, name), { recursive: true });
  }
  symlinkSync(join(PROJECT_ROOT, "node_modules"), join(to, "node_modules"));
}

/** Gives a copy a number of generated tenants, and no others. */
export function setTenants(checkout: string, count: number): void {
  const folder = join(checkout, "tenants");
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
  writeFileSync(join(checkout, "zones.yaml"), generatedZones(count));
  for (let index = 0; index < count; index++) {
    // Each bundle brings the reporting models that its modules have the tables for, and no others.
    writeFileSync(join(folder, `${generatedId(index)}.yaml`), tenantText(index).replace(/^analytics: .*\n/m, ""));
  }
}
