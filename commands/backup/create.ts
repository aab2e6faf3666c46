import { Option } from "@commander-js/extra-typings";
import { Session } from "../../features/backups/session.ts";
import { withWorkspace } from "../../features/backups/workspace.ts";
import { command, log } from "../command.ts";
import { useStack } from "../environment.ts";
import { dataOption, repositoryOption } from "./places.ts";

export default command("backup create", "Back up a tenant to its restic repository", "tbwa-finance --stack prod")
  .description(
    "Backs up a tenant to its restic repository: database, filestore and resolved configuration by the script that its CronJob runs, then its " +
      "realm and its file. Deletes snapshots that are past the tenant's retention.",
  )
  .argument("<tenant>", "the tenant's id")
  .option("--stack <stack>", "the stack that the tenant is on", "sandbox")
  .addOption(new Option("--only <part>", "back up one of the two parts only").choices(["data", "realm"] as const))
  .addOption(repositoryOption())
  .addOption(dataOption())
  .action(async (tenant, options) => {
    await useStack(options.stack);
    await withWorkspace(async (folder) => {
      const session = await Session.open(options, folder);
      await session.backUp(tenant, options.only, log);
    });
  });
