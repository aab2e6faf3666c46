import { restoreTenant } from "../../features/backups/restoreTenant.ts";
import { Session } from "../../features/backups/session.ts";
import { withWorkspace } from "../../features/backups/workspace.ts";
import { command, log } from "../command.ts";
import { useStack } from "../environment.ts";
import { dataOption, repositoryOption } from "./places.ts";

export default command(
  "backup restore",
  "Restore a tenant's backup to a new database and filestore",
  "tbwa-finance --to tbwa_finance_restored --stack prod",
)
  .description(
    "Restores a tenant's backup to a new database of the same server, owned by the tenant's role, and to a new filestore. Compares every table " +
      "and file with what the backup recorded. Exit status 1 if it was refused or something differs; in that case nothing is left behind.",
  )
  .argument("<tenant>", "the tenant's id")
  .requiredOption("--to <database>", "name of the new database; not a tenant's, and not one that exists")
  .option("--snapshot <id>", "the snapshot; default: the newest")
  .option("--stack <stack>", "the stack that the tenant is on", "sandbox")
  .option("--json", "print the verified figures as JSON")
  .addOption(repositoryOption())
  .addOption(dataOption())
  .action(async (tenant, { to: database, snapshot, json = false, ...options }) => {
    await useStack(options.stack);
    await withWorkspace(async (folder) => {
      const session = await Session.open(options, folder);
      const { filestore, ...restored } = await restoreTenant(session, tenant, { database, snapshot });
      if (json) {
        log(JSON.stringify(restored, null, 2));
        return;
      }
      const rows = Object.values(restored.rows).reduce((sum, count) => sum + count, 0);
      log(
        `Restored ${tenant} of ${restored.takenAt} (snapshot ${restored.snapshot.slice(0, 8)}) to database ${database} and ${filestore}: ` +
          `${Object.keys(restored.rows).length} tables, ${rows} rows and ${restored.files} files are identical.`,
      );
    });
  });
