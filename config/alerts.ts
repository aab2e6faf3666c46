import { resolve } from "node:path";
import type { Diagnostic } from "./diagnostics.ts";
import { readText } from "./files.ts";
import { alertsSchema } from "./schemas/alerts.ts";
import type { AlertSettings } from "./schemas/alerts.ts";
import { issueProblems } from "./schemas/common.ts";
import { parseYaml } from "./yaml.ts";

export type { AlertSettings } from "./schemas/alerts.ts";

/** Where it is, from the project's root. */
export const ALERT_SETTINGS_FILE = "alerts/settings.yaml";

/** What {@link readAlertSettings} answers: the settings, or everything that is wrong with them. */
export type AlertSettingsResult =
  | { readonly ok: true; readonly settings: AlertSettings }
  | { readonly ok: false; readonly diagnostics: readonly Diagnostic[] };

/**
 * Reads and checks `alerts/settings.yaml`. It never throws.
 *
 * @param root the project's root
 */
export function readAlertSettings(root: string): AlertSettingsResult {
  const content = readText(resolve(root), ALERT_SETTINGS_FILE);
  const parsed = "text" in content ? parseYaml(ALERT_SETTINGS_FILE, content.text) : content;
  if ("diagnostics" in parsed) return { ok: false, diagnostics: parsed.diagnostics };
  const result = alertsSchema.safeParse(parsed.value);
  return result.success
    ? { ok: true, settings: result.data }
    : { ok: false, diagnostics: issueProblems(result.error.issues).map(parsed.source.locate) };
}
