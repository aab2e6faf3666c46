import { ConfigError } from "./diagnostics.ts";
import { promotableHash } from "./promotableHash.ts";
import { selectTenants } from "./select.ts";
import { readStackConfig } from "./stackConfig.ts";
import type { ConfigSource } from "./stackConfig.ts";
import { stackSettingsOf } from "./stackFiles.ts";
import type { Release, StackConfig, TenantSpec } from "./types.ts";
import { usableProjectFiles } from "./usableProjectFiles.ts";

export { ALERT_SETTINGS_FILE, readAlertSettings } from "./alerts.ts";
export type { AlertSettings } from "./alerts.ts";
export { APPROVERS_FILE, readApprovers } from "./approvers.ts";
export { backupCredentials, backupCredentialsOf, missingBackupCredentials } from "./backups.ts";
export { loadProjectFiles } from "./projectFiles.ts";
export type { TenantFile } from "./schemas/tenant.ts";
export { ConfigError, formatDiagnostic, formatDiagnostics } from "./diagnostics.ts";
export type { Diagnostic } from "./diagnostics.ts";
export { fractionDigits, listPrice, priceOn } from "./prices.ts";
export { promotableHash } from "./promotableHash.ts";
export { placeImages, releaseImages } from "./releaseImages.ts";
export type { Image, Images } from "./releaseImages.ts";
export { readRequesters, REQUESTERS_FILE } from "./requesters.ts";
export { cpuMillis, memoryBytes } from "./quantity.ts";
export { MAX_TENANTS_PER_CELL } from "./rules/sizes.ts";
export { CORE_MODEL, selectTenants } from "./select.ts";
export { smokeOf } from "./smoke.ts";
export type { SmokeExpectation, SmokeKind } from "./smoke.ts";
export { brokerSecret, parseStackSettings, readStackConfig } from "./stackConfig.ts";
export type { ConfigSource, ConfigValues } from "./stackConfig.ts";
export { checkStackFiles, stackFilesOf, stackSettingsOf } from "./stackFiles.ts";
export type * from "./types.ts";
export { usableProjectFiles } from "./usableProjectFiles.ts";

/**
 * Everything that a run of the program needs: the stack's configuration and its tenants.
 *
 * @param root the project's root
 * @param config `new pulumi.Config("odoo-saas")`
 * @throws ConfigError with every problem of the files, or else of the stack's configuration.
 */
export function loadStack(
  root: string,
  config: ConfigSource,
): {
  readonly stack: StackConfig;
  readonly tenants: readonly TenantSpec[];
  /** The stack's own, which tenants run that name none. */
  readonly release: Release;
  /** Teams that own tenants, those of other stacks included; sorted, each once. */
  readonly teams: readonly string[];
  /** The checkout's stacks but sandboxes, sorted by name. */
  readonly stacks: readonly { readonly name: string; readonly environment: "staging" | "prod" }[];
  /** What of a tenant was promoted, or is to be: {@link promotableHash}. */
  readonly specHash: (tenant: TenantSpec) => string;
} {
  const projectFiles = usableProjectFiles(root);
  const stack = readStackConfig(config);
  const tenants = selectTenants(projectFiles, stack);
  const release = projectFiles.releases.get(stack.release);
  // Stryker disable next-line ArrayDeclaration,StringLiteral: Never reported: selectTenants has refused a missing release.
  // Stryker disable next-line ConditionalExpression: For the compiler: selectTenants has refused a missing release.
  if (release === undefined) throw new ConfigError("The stack's release cannot be used", [`it is ${stack.release}`]);
  const teams = [...new Set([...projectFiles.tenants.values()].map(({ owner }) => owner.team))].sort();
  const stacks = [...stackSettingsOf(root)].flatMap(([name, { environment }]) =>
    environment === "sandbox" ? [] : [{ name, environment }],
  );
  return { stack, tenants, release, teams, stacks, specHash: (tenant) => promotableHash({ projectFiles }, tenant) };
}
