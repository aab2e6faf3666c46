import { readBundles } from "../../config/projectFiles.ts";
import { formatDiagnostics } from "../../config/index.ts";
import { readModuleTables } from "../../config/moduleIndex.ts";
import { modulesAlong } from "../../config/modules.ts";
import { PROJECT_ROOT } from "../../lib/projectRoot.ts";

/**
 * What Odoo has installed once it was asked for modules: those, and what it installs by itself beside them.
 *
 * @param asked with all that they depend on, as the init Job names them; without `base`
 * @param country of the company, as an ISO code, whose modules Odoo adds. Default: none
 */
export function installedModules(asked: readonly string[], country?: string): readonly string[] {
  const { tables, diagnostics } = readModuleTables(PROJECT_ROOT);
  if (tables === undefined) throw new Error(formatDiagnostics(diagnostics));
  const countries = new Set(country === undefined ? [] : [country.toLowerCase()]);
  return [...asked, ...modulesAlong(readBundles(PROJECT_ROOT).values, tables)(asked, countries)];
}
