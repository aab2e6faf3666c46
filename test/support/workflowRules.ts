import { z } from "zod";
import { compareDiagnostics } from "../../config/diagnostics.ts";
import type { Diagnostic } from "../../config/diagnostics.ts";
import { parseYaml } from "../../config/yaml.ts";

const step = z.looseObject({
  uses: z.string().optional(),
  run: z.string().optional(),
  shell: z.string().optional(),
  with: z.record(z.string(), z.unknown()).optional(),
});
const permissions = z.union([z.string(), z.record(z.string(), z.string())]);
const concurrency = z.looseObject({
  group: z.string().min(1),
  "cancel-in-progress": z.union([z.boolean(), z.string()]),
});
const job = z.looseObject({
  uses: z.string().optional(),
  secrets: z.unknown().optional(),
  "runs-on": z.unknown().optional(),
  "timeout-minutes": z.unknown().optional(),
  environment: z.unknown().optional(),
  permissions: permissions.optional(),
  steps: z.array(step).default([]),
});
const workflow = z.looseObject({
  on: z.union([z.string(), z.array(z.string()), z.record(z.string(), z.unknown())]),
  permissions: permissions.optional(),
  concurrency: z.unknown().optional(),
  defaults: z.unknown().optional(),
  jobs: z.record(z.string(), job),
});
const action = z.looseObject({ runs: z.looseObject({ using: z.literal("composite"), steps: z.array(step) }) });
const pipefail = z.looseObject({ run: z.looseObject({ shell: z.literal("bash") }) });

type Path = readonly (string | number)[];
type Report = (path: Path, message: string) => void;
type Step = z.output<typeof step>;

/** What no step may say, whoever writes it. */
const FORBIDDEN: readonly (readonly [RegExp, string])[] = [
  [/\$\{\{/, "puts an expression into a script, expected it in `env:`, where its text cannot become a command"],
  [/--ignore-protect/, "has --ignore-protect, expected that what is protected stays"],
  [/--no-verify/, "has --no-verify, expected that hooks run"],
  [
    /\bpulumi\s+(?:up|update|preview|refresh|destroy|import|watch)\b(?![^\n]*--policy-pack)/,
    "runs pulumi without --policy-pack, expected the npm script, or --policy-pack policies/pulumi-analyzer-odoo-saas",
  ],
  [/\bpulumi\s+(?:state|policy)\b/, "changes Pulumi's state or policies, expected a person to do that by a runbook"],
];

/**
 * What is wrong with a workflow (`.github/workflows/*.yml`) or a composite action (`.github/actions/<name>/action.yml`)
 * by this project's rules; what GitHub itself would refuse is actionlint's to find.
 */
export function judgeWorkflow(file: string, text: string): readonly Diagnostic[] {
  const parsed = parseYaml(file, text, { keys: ["on"] });
  if ("diagnostics" in parsed) return parsed.diagnostics;
  const found: Diagnostic[] = [];
  const lines = text.split("\n");
  const locate = (path: Path, message: string): Diagnostic => parsed.source.locate({ path, message, atKey: false });
  const report: Report = (path, message) => void found.push(locate(path, message));
  const lineOf = (path: Path): string => lines[locate(path, "").line - 1] ?? "";
  const shape = file.endsWith("/action.yml") ? action.safeParse(parsed.value) : workflow.safeParse(parsed.value);
  if (!shape.success) {
    return shape.error.issues.map(({ path, message }) =>
      locate(
        path.filter((part) => typeof part !== "symbol"),
        message,
      ),
    );
  }
  if ("runs" in shape.data) {
    const read = action.parse(parsed.value);
    read.runs.steps.forEach((each, index) => judgeStep(each, ["runs", "steps", index], report, lineOf));
  } else judgeJobs(workflow.parse(parsed.value), report, lineOf);
  return found.sort(compareDiagnostics);
}

function judgeJobs(read: z.output<typeof workflow>, report: Report, lineOf: (path: Path) => string): void {
  const events = typeof read.on === "string" ? [read.on] : Array.isArray(read.on) ? read.on : Object.keys(read.on);
  if (events.includes("pull_request_target")) {
    report(
      ["on"],
      "runs on pull_request_target, expected pull_request: a fork's code must not meet this repository's secrets",
    );
  }
  if (read.permissions === undefined) report([], "has no permissions at its top, expected {} or contents: read");
  else if (
    typeof read.permissions === "string" ||
    Object.entries(read.permissions).some(([scope, access]) => scope !== "contents" || access !== "read")
  ) {
    report(["permissions"], "grants more than contents: read to every job, expected that the job which needs it asks");
  }
  if (!pipefail.safeParse(read.defaults).success) {
    report([], "has no defaults.run.shell, expected bash: only then the failure of a pipe's first command counts");
  }
  const cancels = concurrency.safeParse(read.concurrency);
  if (!cancels.success) report([], "has no concurrency, expected a group and cancel-in-progress");
  let writes = false;
  for (const [name, each] of Object.entries(read.jobs)) {
    const at = ["jobs", name];
    writes ||= each.environment !== undefined;
    if (typeof each.permissions === "string") {
      report([...at, "permissions"], `is "${each.permissions}", expected the scopes that the job needs, one a line`);
    } else {
      for (const [scope, access] of Object.entries(each.permissions ?? {})) {
        if (access !== "write") continue;
        writes ||= scope !== "id-token";
        if (!/#\s*\S+/.test(lineOf([...at, "permissions", scope]))) {
          report([...at, "permissions", scope], "may write, expected a comment on its line that says what for");
        }
      }
    }
    if (each.secrets === "inherit")
      report([...at, "secrets"], "inherits all secrets, expected those that are needed by name");
    if (each.uses === undefined) {
      if (each["timeout-minutes"] === undefined)
        report(at, "has no timeout-minutes, expected one: GitHub waits six hours");
      if (typeof each["runs-on"] !== "string" || each["runs-on"].includes("latest")) {
        report([...at, "runs-on"], "is no fixed image, expected ubuntu-24.04: -latest changes by itself");
      }
    } else judgeUses(each.uses, [...at, "uses"], report, lineOf);
    each.steps.forEach((one, index) => judgeStep(one, [...at, "steps", index], report, lineOf));
  }
  if (writes && cancels.success && cancels.data["cancel-in-progress"] === true) {
    report(["concurrency"], "cancels a run that writes, expected cancel-in-progress: false, or an expression");
  }
}

function judgeStep(each: Step, at: Path, report: Report, lineOf: (path: Path) => string): void {
  if (each.uses !== undefined) {
    judgeUses(each.uses, [...at, "uses"], report, lineOf);
    if (each.uses.startsWith("actions/checkout@") && each.with?.["persist-credentials"] === undefined) {
      report(
        [...at, "uses"],
        "leaves the token in the checkout, expected persist-credentials: false unless the job pushes",
      );
    }
  }
  for (const [pattern, message] of FORBIDDEN) {
    if (each.run !== undefined && pattern.test(each.run)) report([...at, "run"], message);
  }
}

function judgeUses(uses: string, at: Path, report: Report, lineOf: (path: Path) => string): void {
  if (/^\.\/\.github\/(?:actions|workflows)\/[\w./-]+$/.test(uses)) return;
  if (!/^[\w.-]+\/[\w.-]+(?:\/[\w./-]+)?@[0-9a-f]{40}$/.test(uses)) {
    report(at, `is ${uses}, expected owner/repository@ and a commit of 40 digits: tags and branches move`);
  } else if (!/#\s*v\d+\.\d+\.\d+\b/.test(lineOf(at))) {
    report(at, "does not say its version, expected a comment such as # v1.2.3 after the commit");
  }
}
