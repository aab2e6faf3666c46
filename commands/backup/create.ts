import { Option } from "@commander-js/extra-typings";
import { Session } from "../../features/backups/session.ts";
import { withWorkspace } from "../../features/backups/workspace.ts";
import { command, log } from "../command.ts";
import { useStack } from "../environment.ts";
import { noteResults } from "../record.ts";
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
  .action(async (tenant, options, running) => {
    await useStack(options.stack);
    await withWorkspace(async (folder) => {
      const session = await Session.open(options, folder);
      const snapshot = await session.backUp(tenant, options.only, log);
      const bytes = snapshot?.summary?.total_bytes_processed;
      // A realm alone is no backup that a tenant can be restored from.
      noteResults(
        running,
        snapshot === undefined ? [] : [{ tenant, outcome: "succeeded", snapshot: snapshot.id, bytes }],
      );
    });
  });
