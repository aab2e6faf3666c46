import { join } from "node:path";
import { readBundles } from "../../config/catalogue.ts";
import { formatDiagnostics } from "../../config/index.ts";
import { readModuleTables } from "../../config/moduleIndex.ts";
import { modulesAlong } from "../../config/modules.ts";

const ROOT = join(import.meta.dirname, "../..");

/**
 * What Odoo has installed once it was asked for modules: those, and what it installs by itself beside them. A new database has
 * a company without a country, so no country's modules are among them.
 *
 * @param asked with all that they depend on, as the init Job names them; without `base`
 */
export function installedModules(asked: readonly string[]): readonly string[] {
  const { tables, diagnostics } = readModuleTables(ROOT);
  if (tables === undefined) throw new Error(formatDiagnostics(diagnostics));
  return [...asked, ...modulesAlong(readBundles(ROOT).values, tables)(asked)];
}
