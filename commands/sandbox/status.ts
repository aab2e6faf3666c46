import { sandboxStatus } from "../../sandbox/status.ts";
import { command, log } from "../command.ts";

export default command("sandbox status", "Show which services of the sandbox are running, and where", "--json")
  .option("--json", "print JSON, with the stack's outputs")
  .option("--show-secrets", "include passwords and the stack's outputs in plain text")
  .action(async ({ json = false, showSecrets = false }) => log(await sandboxStatus({ json, showSecrets })));
