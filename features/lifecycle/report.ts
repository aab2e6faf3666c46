import { readBase } from "../../config/base.ts";
import type { Base } from "../../config/base.ts";
import { readText } from "../../config/files.ts";
import { formatDiagnostics, loadCatalogue } from "../../config/index.ts";
import type { Diagnostic } from "../../config/index.ts";
import { dayOf } from "../../config/lifecycle.ts";
import { legalChange } from "../../config/rules/transition.ts";
import { parseCommand, PROJECT, runCommand, UsageError } from "../../commands/command.ts";
import { filesAt } from "../../lib/git.ts";
import { tenantChanges } from "./effects.ts";
import type { TenantChange } from "./effects.ts";

/** How to call it. */
export const USAGE = `usage: npm run lifecycle -- --base REF [--json | --markdown] [--root DIR]

Tells what a change of tenants/ and archive/ since REF will do to each tenant's lifecycle, and refuses what would lose data
or skip a step. Exit status: 0 fine, 1 refused, 2 wrong usage.

  --base REF   branch, tag or commit that the change starts from, such as origin/main
  --json       the answer as JSON on standard output
  --markdown   the answer as Markdown on standard output, for a comment on a pull request
  --root DIR   the folder that holds tenants/ and the others; default: this project`;

/** What a change will do, and why it may not. */
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
 * @throws GitError when the commit cannot be read.
 */
export function lifecycleReport(root: string, ref: string, now: Date): LifecycleReport {
  const base: Base = readBase(filesAt(root, ref, ["tenants", "archive"]));
  const textOf = (file: string): string => {
    const content = readText(root, file);
    return "text" in content ? content.text : "";
  };
  const result = loadCatalogue(root, [legalChange({ base, today: dayOf(now), textOf })]);
  return result.ok
    ? { ok: true, base: ref, changes: tenantChanges(base, result.catalogue), diagnostics: [] }
    : { ok: false, base: ref, changes: [], diagnostics: result.diagnostics };
}

/** The answer for people, on a terminal. */
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

/** The answer for a pull request. */
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

/**
 * The command.
 *
 * @param now the time that it is run at
 * @returns whether the change may be
 */
export function main(args: readonly string[], now: Date): boolean {
  const { values } = parseCommand(args, {
    base: { type: "string", default: "" },
    json: { type: "boolean" },
    markdown: { type: "boolean" },
    root: { type: "string", default: PROJECT },
  });
  const { base, json, markdown: asMarkdown } = values;
  if (base === "") throw new UsageError("--base is needed: what the change starts from");
  if (json === true && asMarkdown === true) throw new UsageError("--json or --markdown, not both");
  const report = lifecycleReport(values.root, base, now);
  if (json === true) console.log(JSON.stringify(report, null, 2));
  else if (asMarkdown === true) console.log(markdown(report));
  else if (report.ok) console.log(plainText(report));
  if (!report.ok && json !== true) console.error(formatDiagnostics(report.diagnostics));
  return report.ok;
}

if (import.meta.main) await runCommand(USAGE, (args) => main(args, new Date()));
