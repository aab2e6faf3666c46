import { existsSync } from "node:fs";
import { join } from "node:path";
import {
  APPROVERS_FILE,
  checkStackFiles,
  formatDiagnostics,
  loadCatalogue,
  readApprovers,
  readRequesters,
  REQUESTERS_FILE,
} from "../../config/index.ts";
import type { Catalogue, Diagnostic } from "../../config/index.ts";
import { parseCommand, PROJECT, runCommand } from "../command.ts";

const USAGE = `usage: npm run validate [-- [--json] [--root DIR]]

Checks tenants/, bundles/, releases/, plans.yaml, zones.yaml, approvers.yaml, requesters.yaml and Pulumi.<stack>.yaml. Exit status: 0 fine,
1 something is wrong, 2 wrong usage.

  --json      diagnostics as JSON on standard output
  --root DIR  the folder that holds tenants/ and the others; default: this project`;

function main(args: readonly string[]): boolean {
  const { values } = parseCommand(args, { json: { type: "boolean" }, root: { type: "string", default: PROJECT } });
  const { root } = values;
  const result = loadCatalogue(root);
  const approvers = existsSync(join(root, APPROVERS_FILE)) ? readApprovers(root) : undefined;
  const requesters = existsSync(join(root, REQUESTERS_FILE)) ? readRequesters(root) : undefined;
  const diagnostics = [
    ...(approvers !== undefined && "diagnostics" in approvers ? approvers.diagnostics : []),
    ...(requesters !== undefined && "diagnostics" in requesters ? requesters.diagnostics : []),
    ...(result.ok ? checkStackFiles(root, result.catalogue) : result.diagnostics),
  ];
  const ok = result.ok && diagnostics.length === 0;
  if (values.json === true) console.log(JSON.stringify({ ok, diagnostics }, null, 2));
  else if (ok) console.log(summary(result.catalogue));
  else console.error(`${formatDiagnostics(diagnostics)}\n${counted(diagnostics)}`);
  return ok;
}

function summary({ tenants, bundles, plans, releases }: Catalogue): string {
  const counts = new Map<string, number>();
  for (const { environments } of tenants.values()) {
    for (const name of Object.keys(environments)) counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  const where = [...counts].map(([name, count]) => `${name} ${count}`).join(", ");
  return [
    `${number(tenants.size, "tenant")}${where === "" ? "" : ` (${where})`}`,
    number(bundles.size, "bundle"),
    number(plans.size, "plan"),
    `${number(releases.size, "release")}: fine`,
  ].join(", ");
}

function counted(diagnostics: readonly Diagnostic[]): string {
  const files = new Set(diagnostics.map((diagnostic) => diagnostic.file)).size;
  return `${number(diagnostics.length, "problem")} in ${number(files, "file")}`;
}

function number(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

await runCommand(USAGE, main);
