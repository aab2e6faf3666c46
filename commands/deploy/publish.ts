import { existsSync } from "node:fs";
import { copyEvents, EVENTS_VARIABLE } from "../../features/events/index.ts";
import { takeInventory } from "../../features/inventory/index.ts";
import { openFileStore } from "../../lib/fileStore.ts";
import { PROJECT_ROOT } from "../../lib/projectRoot.ts";
import { command, log } from "../command.ts";
import { useStack } from "../environment.ts";

/** Names where the console reads inventories and events. */
const VARIABLE = "ODOO_SAAS_PROJECTIONS";

export default command(
  "deploy publish",
  "Put a stack's inventory and events where the console reads them",
  "--stack prod --to s3://acme-console",
)
  .description(
    "Writes the stack's inventory, without any secret, and this machine's events to a folder or a bucket that the " +
      "console's collector reads. A bucket's region and keys are those of the AWS SDK's variables. Changes nothing else, and can run again.",
  )
  .option("--stack <stack>", "a stack of Pulumi.<stack>.yaml", "sandbox")
  .option("--to <address>", `folder, or s3://bucket/prefix; default: ${VARIABLE}`)
  .action(async ({ stack, to = process.env[VARIABLE] ?? "" }) => {
    if (to === "") {
      log(`${VARIABLE} is not set: nothing is published, and no console shows ${stack}. See docs/console.md`);
      return;
    }
    const ledger = openFileStore(`${to}/events`);
    const inventories = openFileStore(`${to}/inventories`);
    await useStack(stack);
    const folder = process.env[EVENTS_VARIABLE] ?? "";
    // First: whatever happens to the state, what was done is known.
    const count = existsSync(folder) ? await copyEvents(openFileStore(folder), ledger) : 0;
    log(`${ledger.address}: ${count} events`);
    const inventory = await takeInventory(PROJECT_ROOT, stack);
    const path = `inventory-${stack}.json`;
    await inventories.write(path, `${JSON.stringify(inventory)}\n`);
    log(`${inventories.address}/${path}: ${inventory.tenants.length} tenants, ${inventory.resources.length} resources`);
  });
