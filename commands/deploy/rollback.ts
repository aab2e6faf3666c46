import { RUNBOOK } from "../../features/delivery/deliveryError.ts";
import { rollBack } from "../../features/delivery/rollback.ts";
import { PROJECT_ROOT } from "../../lib/projectRoot.ts";
import { command, log } from "../command.ts";
import { asStep } from "../step.ts";

export default command(
  "deploy rollback",
  "Roll a tenant back to its previous attested state",
  "tbwa-finance --stack prod",
)
  .description(
    "Rolls a tenant back to its previous files that staging attested: restores the backup that was made before the deployment, puts it in " +
      "place, updates the tenant to the previous release, and tests it. The replaced data is kept under another name.",
  )
  .argument("<tenant>", "the tenant's id")
  .requiredOption("--stack <stack>", "a stack of Pulumi.<stack>.yaml")
  .option("--snapshot <id>", "the snapshot, or none to leave the data as it is; default: the newest")
  .action((tenant, { stack, snapshot }) =>
    asStep("rollback", async () => {
      await rollBack({ root: PROJECT_ROOT, stack, tenant, snapshot, log: log });
      log(`${tenant} is rolled back. Now revert the change on main by a pull request (${RUNBOOK}#rollback).`);
    }),
  );
