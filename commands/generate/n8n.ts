import { writeInstallation, writeWorkflows } from "../../features/n8n/writeWorkflows.ts";
import { PROJECT_ROOT } from "../../lib/projectRoot.ts";
import { command, finish, UsageError } from "../command.ts";

export default command("generate n8n", "Write workflows/n8n/*.json from features/n8n/")
  .option("--check", "compare only")
  .option("--settings <file>", "JSON with some of the settings of docs/n8n.md, for an installation of your own")
  .option("--out <folder>", "folder for that installation's workflows, for n8n import:workflow")
  .action(({ check = false, settings, out }) => {
    if (settings === undefined && out === undefined) {
      finish(writeWorkflows(PROJECT_ROOT, check));
      return;
    }
    if (settings === undefined || out === undefined)
      throw new UsageError("--settings and --out must be given together");
    finish(writeInstallation({ settings, out }, check));
  });
