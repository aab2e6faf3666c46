import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { RUNBOOK } from "../../features/delivery/deliveryError.ts";
import { previewStack } from "../../features/delivery/previewStack.ts";
import { formatAnnotation } from "../../lib/githubAnnotations.ts";
import { PROJECT_ROOT } from "../../lib/projectRoot.ts";
import { command, finish, log } from "../command.ts";
import { asStep, isInWorkflow } from "../step.ts";

export default command("ci preview", "Preview a stack with the policy pack", "--stack staging")
  .description(
    "Previews a stack with the policy pack. Writes plan-<stack>.json: what would happen to which resource, and what policies report, without " +
      "values. A preview needs no attestation; the update does.",
  )
  .requiredOption("--stack <stack>", "a stack of Pulumi.<stack>.yaml")
  .option("--report <folder>", "where the plan is written", "reports")
  .action(({ stack, report }) =>
    asStep("preview", async () => {
      const { plan, objections, text } = await previewStack(PROJECT_ROOT, stack);
      mkdirSync(report, { recursive: true });
      writeFileSync(join(report, `plan-${stack}.json`), `${JSON.stringify(plan, undefined, 2)}\n`);
      finish(plan.ok);
      if (plan.ok) {
        log(`${stack}: ${plan.steps.length} of ${plan.resources} resources would change.`);
        return;
      }
      for (const message of objections) {
        console.error(message);
        if (isInWorkflow()) log(formatAnnotation({ level: "error", title: `preview of ${stack}`, message }));
      }
      // If the engine ended without an event, only its own text says why.
      if (objections.length === 0) console.error(text);
      console.error(`The preview of ${stack} failed. See ${RUNBOOK}#preview`);
    }),
  );
