import { existsSync } from "node:fs";
import { join } from "node:path";
import {
  APPROVERS_FILE,
  checkStackFiles,
  formatDiagnostics,
  loadProjectFiles,
  readApprovers,
  readRequesters,
  REQUESTERS_FILE,
} from "../../config/index.ts";
import type { ProjectFiles, Diagnostic } from "../../config/index.ts";

/** What is wrong in a project's files. */
export interface Validation {
  readonly ok: boolean;
  readonly diagnostics: readonly Diagnostic[];
  /** The counts of what is valid, or all diagnostics with their count. */
  readonly text: string;
}

/** Checks all files of a project: tenants and what they name, who may approve and ask, and the stacks' configuration. */
export function validateProject(root: string): Validation {
  const result = loadProjectFiles(root);
  const approvers = existsSync(join(root, APPROVERS_FILE)) ? readApprovers(root) : undefined;
  const requesters = existsSync(join(root, REQUESTERS_FILE)) ? readRequesters(root) : undefined;
  const diagnostics = [
    ...(approvers !== undefined && "diagnostics" in approvers ? approvers.diagnostics : []),
    ...(requesters !== undefined && "diagnostics" in requesters ? requesters.diagnostics : []),
    ...(result.ok ? checkStackFiles(root, result.projectFiles) : result.diagnostics),
  ];
  return result.ok && diagnostics.length === 0
    ? { ok: true, diagnostics, text: summary(result.projectFiles) }
    : { ok: false, diagnostics, text: `${formatDiagnostics(diagnostics)}\n${counted(diagnostics)}` };
}

function summary({ tenants, bundles, plans, releases }: ProjectFiles): string {
  const counts = new Map<string, number>();
  for (const { environments } of tenants.values()) {
    for (const name of Object.keys(environments)) counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  const where = [...counts].map(([name, count]) => `${name} ${count}`).join(", ");
  return [
    `${number(tenants.size, "tenant")}${where === "" ? "" : ` (${where})`}`,
    number(bundles.size, "bundle"),
    number(plans.size, "plan"),
    `${number(releases.size, "release")}: valid`,
  ].join(", ");
}

function counted(diagnostics: readonly Diagnostic[]): string {
  const files = new Set(diagnostics.map((diagnostic) => diagnostic.file)).size;
  return `${number(diagnostics.length, "problem")} in ${number(files, "file")}`;
}

function number(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
