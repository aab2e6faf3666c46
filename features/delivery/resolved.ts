import { selectTenants, stackFilesOf, stackSettingsOf, usableProjectFiles } from "../../config/index.ts";
import type { ProjectFiles, StackSettings, TenantSpec } from "../../config/index.ts";
import { programDigests } from "./programTree.ts";

/** A stack as a checkout configures it, with its tenants resolved. */
export interface ResolvedStack {
  readonly name: string;
  readonly settings: StackSettings;
  /** What its file says, by key as it stands. */
  readonly file: ReadonlyMap<string, unknown>;
  /** By id, sorted. */
  readonly tenants: ReadonlyMap<string, TenantSpec>;
}

/** Everything that a checkout says. */
export interface Resolved {
  readonly projectFiles: ProjectFiles;
  /** What runs beside tenants and settings: a hash by top-level entry, {@link programDigests}. */
  readonly program: ReadonlyMap<string, string>;
  /** By name, sorted; without sandboxes, which are one machine's own. */
  readonly stacks: ReadonlyMap<string, ResolvedStack>;
}

/** Reads and resolves a checkout. @throws ConfigError with everything that is wrong. */
export function resolve(root: string): Resolved {
  const projectFiles = usableProjectFiles(root);
  const files = stackFilesOf(root);
  const stacks = [...stackSettingsOf(root)]
    .filter(([, settings]) => settings.environment !== "sandbox")
    .map(([name, settings]): [string, ResolvedStack] => {
      const tenants = new Map(selectTenants(projectFiles, settings).map((spec) => [spec.id, spec]));
      return [name, { name, settings, file: files.get(name) ?? new Map(), tenants }];
    });
  return { projectFiles, program: programDigests(root), stacks: new Map(stacks) };
}
