import { formatDiagnostics } from "../../config/index.ts";
import { RUNBOOK } from "../../features/delivery/deliveryError.ts";
import { validateFiles } from "../../features/delivery/validateFiles.ts";
import { annotationOf, formatAnnotation } from "../../lib/githubAnnotations.ts";
import { command, finish, log } from "../command.ts";
import { rootOption } from "../options.ts";
import { asStep } from "../step.ts";

export default command("ci validate", "Check all files, with an annotation for each problem", "--base origin/main")
  .description(
    "Checks all files as tenant validate does, and the code owners as generate codeowners --check does. With --base, checks the steps of the " +
      "tenants' lifecycles as tenant changes does. Each problem is an annotation at its line.",
  )
  .option("--base <ref>", "commit since which lifecycles are checked (default: they are not)")
  .addOption(rootOption("the files that are checked"))
  .action(({ base, root }) =>
    asStep("validation", () => {
      const { diagnostics, codeOwners } = validateFiles(root, base);
      for (const diagnostic of diagnostics) log(formatAnnotation(annotationOf(diagnostic)));
      if (diagnostics.length > 0) console.error(`${formatDiagnostics(diagnostics)}\nSee ${RUNBOOK}#validation`);
      for (const problem of codeOwners) console.error(`${problem}, as after: npx odoo-saas generate codeowners`);
      if (codeOwners.length > 0) console.error("Why: docs/github.md#code-owners");
      const isValid = diagnostics.length === 0 && codeOwners.length === 0;
      if (isValid) log("All files are valid.");
      finish(isValid);
    }),
  );
