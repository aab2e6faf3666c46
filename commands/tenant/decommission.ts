import { decommission } from "../../features/lifecycle/decommission.ts";
import { command, log } from "../command.ts";
import { rootOption } from "../options.ts";

export default command(
  "tenant decommission",
  "Write the record that stays of a tenant",
  "tbwa-finance --backup-report reports/drill-tbwa-finance.json",
)
  .description(
    "Writes archive/<tenant>.yaml, the record that stays of a tenant, from the report of its last verified backup. The tenant must be " +
      "decommissioning. A record of the same backup is left as it is.",
  )
  .argument("<tenant>", "the tenant's id")
  .requiredOption(
    "--backup-report <file>",
    "JSON: { tenant, snapshot, takenAt, verifiedAt, rows: { <table>: <count> }, checksum }, and optionally stack",
  )
  .addOption(rootOption("tenants/ and archive/"))
  .action((tenant, { backupReport, root }) => {
    log(decommission(root, tenant, backupReport, new Date()));
  });
