import { writeFileSync } from "node:fs";
import { recordDeployed, takeInventory } from "../../features/inventory/index.ts";
import { PROJECT_ROOT } from "../../lib/projectRoot.ts";
import { command, log } from "../command.ts";
import { useStack } from "../environment.ts";

export default command(
  "deploy inventory",
  "List what a stack has, without any secret",
  "--stack prod --output inventory-prod.json",
)
  .description(
    "Prints as JSON what the stack's state has: tenants with their hosts, databases and realms, every resource with its tenant, part and " +
      "times, and what an interrupted update had begun. The state's secrets stay encrypted: the passphrase is not needed. Changes nothing but the ledger of events, where there is one: it gets the deployed plans.",
  )
  .option("--stack <stack>", "a stack of Pulumi.<stack>.yaml", "sandbox")
  .option("--output <file>", "write to this file instead of standard output")
  .action(async ({ stack, output }) => {
    await useStack(stack);
    const inventory = await takeInventory(PROJECT_ROOT, stack);
    recordDeployed(PROJECT_ROOT, inventory);
    const text = JSON.stringify(inventory, undefined, 2);
    if (output === undefined) {
      log(text);
      return;
    }
    writeFileSync(output, `${text}\n`);
    log(`${output}: ${inventory.tenants.length} tenants, ${inventory.resources.length} resources of ${stack}`);
  });
