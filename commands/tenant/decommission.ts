import { decommission } from "../../features/lifecycle/decommission.ts";
import { command, log } from "../command.ts";
import { rootOption } from "../options.ts";

export default command(
  "tenant decommission",
  "Write the permanent record of a tenant that ends",
  "tbwa-finance --backup-report reports/drill-tbwa-finance.json",
)
  .description(
    "Writes archive/<tenant>.yaml, the permanent record of a tenant, from the report of its last verified backup. The tenant must be " +
      "decommissioning. An existing record of the same backup stays unchanged.",
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
