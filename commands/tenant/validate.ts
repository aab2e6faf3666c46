import { validateProject } from "../../features/validation/index.ts";
import { command, finish, log } from "../command.ts";
import { rootOption } from "../options.ts";

export default command("tenant validate", "Check the tenants' files and all files that they refer to")
  .description(
    "Checks tenants/, archive/, bundles/, releases/, plans.yaml, zones.yaml, companies.yaml, prices/, approvers.yaml, requesters.yaml and Pulumi.<stack>.yaml.",
  )
  .option("--json", "print the diagnostics as JSON")
  .addOption(rootOption("tenants/ and the other files"))
  .action(({ json, root }) => {
    const { ok, diagnostics, text } = validateProject(root);
    if (json === true) log(JSON.stringify({ ok, diagnostics }, null, 2));
    else if (ok) log(text);
    else console.error(text);
    finish(ok);
  });
