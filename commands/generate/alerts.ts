import { writeAlerts } from "../../features/alerts/writeAlerts.ts";
import { command, finish } from "../command.ts";
import { rootOption } from "../options.ts";

export default command("generate alerts", "Write alerts/generated/ and the table of docs/alerts.md")
  .description(
    "Writes alerts/generated/, which is not committed, from tenants/, Pulumi.<stack>.yaml and alerts/settings.yaml. Writes the table of " +
      "docs/alerts.md from alerts/rules/.",
  )
  .option("--check", "write nothing; read everything and compare the page")
  .addOption(rootOption("tenants/, alerts/ and docs/"))
  .action(({ check = false, root }) => {
    finish(writeAlerts(root, check));
  });
