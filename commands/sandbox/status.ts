import { sandboxStatus } from "../../sandbox/status.ts";
import { command, log } from "../command.ts";

export default command("sandbox status", "Show which services of the sandbox run, and where", "--json")
  .option("--json", "as JSON, with the stack's outputs")
  .option("--show-secrets", "with passwords and the stack's outputs in plain text")
  .action(async ({ json = false, showSecrets = false }) => log(await sandboxStatus({ json, showSecrets })));
