import { copyToStaging } from "../../features/backups/copyToStaging.ts";
import type { Copied } from "../../features/backups/copyTenant.ts";
import { RUNBOOKS } from "../../features/backups/backupError.ts";
import { withWorkspace } from "../../features/backups/workspace.ts";
import { command, log } from "../command.ts";
import { useStack } from "../environment.ts";

export default command(
  "backup copy",
  "Copy a tenant of prod to staging, neutralized",
  "tbwa-finance --from prod --to staging",
)
  .description(
    "Copies a tenant of a prod stack to a new database and filestore in a staging stack, never the other way: restores the newest backup, " +
      "compares it, and neutralizes it. A Job in the tenant's namespace in staging runs `odoo neutralize` of staging's image; then the " +
      "platform's own list follows (secrets, sign-on, queue jobs, people's addresses, identity). Exit status 1 if it was refused or failed; " +
      "in that case nothing is left behind.",
  )
  .argument("<tenant>", "the tenant's id")
  .requiredOption("--from <stack>", "a stack of prod")
  .requiredOption("--to <stack>", "a stack of staging")
  .option("--database <name>", "new database in staging; default: <tenant>_copy")
  .option("--snapshot <id>", "the snapshot; default: the newest")
  .option("--repository <folder>", "prod's repositories; default: its object store")
  .option("--data <folder>", "staging's data folder of Odoo; default: ODOO_SAAS_DATA")
  .option(
    "--odoo <command>",
    'an Odoo on this machine instead of the Job, with all modules of staging\'s release, such as "/opt/odoo/odoo-bin --addons-path=/opt/addons"',
  )
  .option("--json", "print the result as JSON")
  .action(async (tenant, { from, to, database = `${tenant}_copy`, snapshot, repository, data, odoo, json = false }) => {
    await useStack(from);
    await useStack(to);
    const request = { tenant, from, to, database, snapshot, repository, data, odoo };
    const copied = await withWorkspace((folder) => copyToStaging(request, folder));
    log(json ? JSON.stringify(copied, null, 2) : summaryOf(copied, to));
  });

function summaryOf({ tenant, takenAt, database, neutralized }: Copied, to: string): string {
  const lines = neutralized.map(
    ({ name, result, rows }) => `  ${name}: ${result === "done" ? `${rows} rows` : result}`,
  );
  return [
    `Copied ${tenant} of ${takenAt} to database ${database} of ${to}, and neutralized it by "odoo neutralize", then`,
    ...lines,
    `To put it in place: ${RUNBOOKS.restore}, "A copy of prod in staging"`,
  ].join("\n");
}
