import { RUNBOOK } from "../../features/delivery/errors.ts";
import { rollBack } from "../../features/delivery/rollback.ts";
import { PROJECT_ROOT } from "../../lib/projectRoot.ts";
import { command, log } from "../command.ts";
import { asStep } from "../step.ts";

export default command("deploy rollback", "Take a tenant back to what it was before", "tbwa-finance --stack prod")
  .description(
    "Takes a tenant back to what its files said before, as staging attested it: restores the backup that was made before the deployment, puts it " +
      "in place, brings the previous release up, and tests it. The replaced data is kept under another name.",
  )
  .argument("<tenant>", "the tenant's id")
  .requiredOption("--stack <stack>", "a stack of Pulumi.<stack>.yaml")
  .option("--snapshot <id>", "the snapshot, or none to leave the data as it is; default: the newest")
  .action((tenant, { stack, snapshot }) =>
    asStep("rollback", async () => {
      await rollBack({ root: PROJECT_ROOT, stack, tenant, snapshot, say: log });
      log(`${tenant} is back. Now make main say so: revert the change by a pull request (${RUNBOOK}#rollback).`);
    }),
  );
