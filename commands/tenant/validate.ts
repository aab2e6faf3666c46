import { validateProject } from "../../features/validation/validateProject.ts";
import { command, finish, log } from "../command.ts";
import { rootOption } from "../options.ts";

export default command("tenant validate", "Check the tenants' files and everything that they name")
  .description(
    "Checks tenants/, archive/, bundles/, releases/, plans.yaml, zones.yaml, approvers.yaml, requesters.yaml and Pulumi.<stack>.yaml.",
  )
  .option("--json", "print the diagnostics as JSON")
  .addOption(rootOption("tenants/ and the others"))
  .action(({ json, root }) => {
    const { ok, diagnostics, text } = validateProject(root);
    if (json === true) log(JSON.stringify({ ok, diagnostics }, null, 2));
    else if (ok) log(text);
    else console.error(text);
    finish(ok);
  });
