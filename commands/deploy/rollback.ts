import { onlyTenant, parseCommand, UsageError } from "../command.ts";
import { ROOT, runStep } from "../step.ts";
import { RUNBOOK } from "../../features/delivery/errors.ts";
import { rollBack } from "../../features/delivery/rollback.ts";

const USAGE = `usage: npm run rollback -- TENANT --stack STACK [--snapshot ID | --snapshot none]

Takes a tenant back to what its files said before, as staging attested it: restores the backup that was made before the
deployment, puts it in place, brings the previous release up, and tests it. What was in the place is kept under another
name. Exit status: 0 done, 1 refused or failed, 2 wrong usage.

  --snapshot ID   default: the newest; none leaves the data as it is`;

await runStep(USAGE, "rollback", async (args) => {
  const { values, positionals } = parseCommand(args, { stack: { type: "string" }, snapshot: { type: "string" } }, 1);
  const tenant = onlyTenant(positionals);
  if (values.stack === undefined) throw new UsageError("--stack is missing, expected a stack of Pulumi.<stack>.yaml");
  await rollBack({
    root: ROOT,
    stack: values.stack,
    tenant,
    snapshot: values.snapshot,
    say: (line) => {
      console.log(line);
    },
  });
  console.log(`${tenant} is back. Now make main say so: revert the change by a pull request (${RUNBOOK}#rollback).`);
  return true;
});
