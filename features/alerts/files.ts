import { readFileSync } from "node:fs";
import { join } from "node:path";
import {
  ConfigError,
  formatDiagnostics,
  loadProjectFiles,
  readAlertSettings,
  selectTenants,
  stackSettingsOf,
} from "../../config/index.ts";
import { writeYaml } from "../../config/yaml.ts";
import { alertmanagerConfig } from "./alertmanager.ts";
import { readRules, RULES_FOLDER } from "./rules.ts";
import { ALERTS_PAGE, withRulesTable } from "./table.ts";
import { probeTargets, tenantRules } from "./tenants.ts";

/** Folder that holds nothing but what is made and is not committed, from the project's root. */
export const GENERATED = "alerts/generated";
const HEADER =
  "# Written by `npx odoo-saas generate alerts` from tenants/, Pulumi.<stack>.yaml and alerts/settings.yaml.\n";

/**
 * What `npx odoo-saas generate alerts` writes: the files' texts by their paths from the root.
 *
 * @throws ConfigError with everything that is wrong in what they are made from.
 */
export function alertFiles(root: string): ReadonlyMap<string, string> {
  const result = loadProjectFiles(root);
  const alerts = readAlertSettings(root);
  if (!result.ok || !alerts.ok) {
    const problems = [...(result.ok ? [] : result.diagnostics), ...(alerts.ok ? [] : alerts.diagnostics)];
    throw new ConfigError("The alerts cannot be written", formatDiagnostics(problems).split("\n"));
  }
  const teams = new Set([...result.projectFiles.tenants.values()].map(({ owner }) => owner.team));
  const files = new Map([
    [`${GENERATED}/alertmanager.yaml`, yaml(alertmanagerConfig(alerts.settings, [...teams].sort()))],
    [ALERTS_PAGE, withRulesTable(readFileSync(join(root, ALERTS_PAGE), "utf8"), readRules(join(root, RULES_FOLDER)))],
  ]);
  for (const [stack, settings] of stackSettingsOf(root)) {
    if (settings.environment === "sandbox") continue;
    const tenants = selectTenants(result.projectFiles, settings);
    files.set(`${GENERATED}/${stack}/tenants.yaml`, yaml(tenantRules(tenants)));
    files.set(`${GENERATED}/${stack}/probes.yaml`, yaml(probeTargets(tenants)));
  }
  return files;
}

function yaml(value: unknown): string {
  return HEADER + writeYaml(value);
}
