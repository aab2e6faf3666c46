import { Option } from "@commander-js/extra-typings";
import { EXTRAS, startSandbox } from "../../sandbox/update.ts";
import { command, finish, log } from "../command.ts";

export default command("sandbox start", "Start the sandbox with all tenants", "--with analytics")
  .description(
    "Installs what is missing, starts the services, deploys all tenants, and prints one row per tenant with login instructions. ODOO_SANDBOX_HOME " +
      "names the data folder; sandbox status shows the ports.",
  )
  .addOption(
    new Option(
      "--with <parts...>",
      "start more: analytics is Superset with the tenants' dashboards, which takes 500 MB of memory",
    ).choices(EXTRAS),
  )
  .action(async ({ with: extras }) => {
    const summary = await startSandbox(extras);
    if (summary !== undefined) log(`\n${summary}`);
    finish(summary !== undefined);
  });
