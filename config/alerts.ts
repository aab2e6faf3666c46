import { resolve } from "node:path";
import type { Diagnostic } from "./diagnostics.ts";
import { alertsSchema } from "./schemas/alerts.ts";
import type { AlertSettings } from "./schemas/alerts.ts";
import { readSettingsFile } from "./settingsFile.ts";

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
  const result = readSettingsFile(resolve(root), ALERT_SETTINGS_FILE, alertsSchema);
  return result.ok ? { ok: true, settings: result.data } : result;
}
