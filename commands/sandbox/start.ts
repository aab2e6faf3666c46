import { startSandbox } from "../../sandbox/update.ts";
import { command, finish, log } from "../command.ts";

export default command("sandbox start", "Start the sandbox and bring all tenants up")
  .description(
    "Installs what is missing, starts the services, brings all tenants up, and prints one row per tenant with login instructions. The data's " +
      "folder: ODOO_SANDBOX_HOME. Ports: see sandbox status.",
  )
  .action(async () => {
    const summary = await startSandbox();
    if (summary !== undefined) log(`\n${summary}`);
    finish(summary !== undefined);
  });
