import { readBaseRevision } from "../../config/baseRevision.ts";
import type { BaseRevision } from "../../config/baseRevision.ts";
import { readText } from "../../config/files.ts";
import { formatDiagnostics, loadProjectFiles } from "../../config/index.ts";
import type { Diagnostic, ProjectFiles } from "../../config/index.ts";
import { dayOf } from "../../config/lifecycle.ts";
import { legalChange } from "../../config/rules/transition.ts";
import { filesAt } from "../../lib/git.ts";
import { tenantChanges } from "./effects.ts";
import type { TenantChange } from "./effects.ts";

/** What a change will do, or why it is refused. */
export interface LifecycleReport {
  readonly ok: boolean;
  readonly base: string;
  readonly changes: readonly TenantChange[];
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Compares the files of a project with those of a commit.
 *
 * @param root the project's root
 * @param ref branch, tag or commit
 * @param now the time of the change
 * @throws GitError if the commit cannot be read
 */
export function lifecycleReport(root: string, ref: string, now: Date): LifecycleReport {
  const files = readBaseRevision(filesAt(root, ref, ["tenants", "archive", "prices"]));
  return changeReport(root, { name: ref, files }, now).report;
}

/**
 * Compares the files of a project with others.
 *
 * @param root the project's root
 * @param base files before the change, and what the report calls them
 * @param now the time of the change
 * @returns the report, and the project's files where nothing is wrong
 */
export function changeReport(
  root: string,
  base: { readonly name: string; readonly files: BaseRevision },
  now: Date,
): { readonly report: LifecycleReport; readonly projectFiles: ProjectFiles | undefined } {
  const textOf = (file: string): string => {
    const content = readText(root, file);
    return "text" in content ? content.text : "";
  };
  const result = loadProjectFiles(root, [legalChange({ base: base.files, today: dayOf(now), textOf })]);
  return result.ok
    ? {
        report: { ok: true, base: base.name, changes: tenantChanges(base.files, result.projectFiles), diagnostics: [] },
        projectFiles: result.projectFiles,
      }
    : {
        report: { ok: false, base: base.name, changes: [], diagnostics: result.diagnostics },
        projectFiles: undefined,
      };
}

/** The report for a terminal. */
export function plainText({ base, changes }: LifecycleReport): string {
  if (changes.length === 0) return `No tenant's lifecycle, environments or cell differs from ${base}.`;
  return changes
    .map(({ tenant, from, to, environments, effects }) =>
      [
        `${tenant}: ${from === to ? from : `${from} → ${to}`} (${environments.join(", ")})`,
        ...Object.entries(effects).map(([part, effect]) => `  ${part.padEnd(10)}  ${effect}`),
      ].join("\n"),
    )
    .join("\n\n");
}

/** The report for a pull request. */
export function markdown({ ok, base, changes, diagnostics }: LifecycleReport): string {
  const title = "## Lifecycle";
  if (!ok) return [title, "", "Refused:", "", "```", formatDiagnostics(diagnostics), "```"].join("\n");
  if (changes.length === 0) return `${title}\n\nNo tenant's lifecycle, environments or cell differs from \`${base}\`.`;
  const sections = changes.map(({ tenant, from, to, environments, effects }) =>
    [
      `### ${tenant}: ${from === to ? from : `${from} → ${to}`} (${environments.join(", ")})`,
      "",
      "| part | what will happen |",
      "| --- | --- |",
      ...Object.entries(effects).map(([part, effect]) => `| ${part} | ${effect} |`),
    ].join("\n"),
  );
  return [title, ...sections].join("\n\n");
}
