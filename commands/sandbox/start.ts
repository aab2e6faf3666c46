import { startSandbox } from "../../sandbox/update.ts";
import { command, finish, log } from "../command.ts";

export default command("sandbox start", "Start the sandbox with all tenants")
  .description(
    "Installs what is missing, starts the services, deploys all tenants, and prints one row per tenant with login instructions. ODOO_SANDBOX_HOME " +
      "names the data folder; sandbox status shows the ports.",
  )
  .action(async () => {
    const summary = await startSandbox();
    if (summary !== undefined) log(`\n${summary}`);
    finish(summary !== undefined);
  });
