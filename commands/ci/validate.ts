import { parseCommand } from "../command.ts";
import { checkStackFiles, formatDiagnostics, loadCatalogue } from "../../config/index.ts";
import type { Diagnostic } from "../../config/index.ts";
import { lifecycleReport } from "../../features/lifecycle/report.ts";
import { readCodeOwners } from "../../features/codeowners/codeOwners.ts";
import { annotationOf, formatAnnotation } from "../../lib/githubAnnotations.ts";
import { ROOT, runStep } from "../step.ts";
import { RUNBOOK } from "../../features/delivery/errors.ts";

const USAGE = `usage: npm run ci:validate [-- --base REF] [--root DIR]

Checks all files as \`npm run validate\` does, the code owners as \`npm run codeowners -- --check\` does and, with --base, the steps of
the tenants' lifecycles since that commit as \`npm run lifecycle\` does. Each problem is an annotation at its line. Exit status: 0 fine, 1 something is wrong, 2 wrong usage.`;

function problems(root: string, base: string | undefined): readonly Diagnostic[] {
  const result = loadCatalogue(root);
  if (!result.ok) return result.diagnostics;
  const found = checkStackFiles(root, result.catalogue);
  return found.length > 0 || base === undefined ? found : lifecycleReport(root, base, new Date()).diagnostics;
}

await runStep(USAGE, "validation", (args) => {
  const { values } = parseCommand(args, { base: { type: "string" }, root: { type: "string", default: ROOT } });
  const diagnostics = problems(values.root, values.base);
  for (const diagnostic of diagnostics) console.log(formatAnnotation(annotationOf(diagnostic)));
  // A tenant's team may use its zones: who takes another's name changes the file of code owners too, which is the platform team's.
  const owners = diagnostics.length === 0 ? (readCodeOwners(values.root)?.problems ?? []) : [];
  if (diagnostics.length > 0) console.error(`${formatDiagnostics(diagnostics)}\nSee ${RUNBOOK}#validation`);
  for (const problem of owners) console.error(`${problem}, as after: npm run codeowners`);
  if (owners.length > 0) console.error("Why: docs/github.md#code-owners");
  const isRight = diagnostics.length === 0 && owners.length === 0;
  if (isRight) console.log("All files are right.");
  return isRight;
});
