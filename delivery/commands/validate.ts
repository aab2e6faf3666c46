import { parseCommand } from "../../cli/command.ts";
import { checkStackFiles, formatDiagnostics, loadCatalogue } from "../../config/index.ts";
import type { Diagnostic } from "../../config/index.ts";
import { lifecycleReport } from "../../cli/lifecycle.ts";
import { annotationOf, formatAnnotation } from "../../cli/annotations.ts";
import { ROOT, runStep } from "../command.ts";
import { RUNBOOK } from "../errors.ts";

const USAGE = `usage: npm run ci:validate [-- --base REF] [--root DIR]

Checks all files as \`npm run validate\` does and, with --base, the steps of the tenants' lifecycles since that commit as
\`npm run lifecycle\` does. Each problem is an annotation at its line. Exit status: 0 fine, 1 something is wrong, 2 wrong usage.`;

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
  if (diagnostics.length === 0) console.log("All files are right.");
  else console.error(`${formatDiagnostics(diagnostics)}\nSee ${RUNBOOK}#validation`);
  return diagnostics.length === 0;
});
