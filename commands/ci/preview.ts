import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseCommand, UsageError } from "../command.ts";
import { isInWorkflow, ROOT, runStep } from "../step.ts";
import { formatAnnotation } from "../../lib/githubAnnotations.ts";
import { runEngine } from "../../features/delivery/engine.ts";
import { RUNBOOK } from "../../features/delivery/errors.ts";
import { planOf, planSchema } from "../../features/delivery/plan.ts";

const USAGE = `usage: npm run ci:preview -- --stack STACK [--report FOLDER]

Previews a stack with the policy pack, and writes plan-STACK.json: what would happen to which resource, and what policies
say, without any value. What is proposed needs no attestation yet; the update does. Exit status: 0 it may be done, 1 refused or failed, 2 wrong usage.

  --stack STACK    a stack of Pulumi.<stack>.yaml
  --report FOLDER  default reports`;

await runStep(USAGE, "preview", async (args) => {
  const { values } = parseCommand(args, { stack: { type: "string" }, report: { type: "string", default: "reports" } });
  const { stack, report } = values;
  if (stack === undefined) throw new UsageError("--stack is missing, expected a stack of Pulumi.<stack>.yaml");
  const { ok, events, text } = await runEngine(ROOT, "propose", stack);
  const plan = planSchema.parse(planOf(stack, ok, events));
  mkdirSync(report, { recursive: true });
  writeFileSync(join(report, `plan-${stack}.json`), `${JSON.stringify(plan, undefined, 2)}\n`);
  console.log(`${stack}: ${plan.steps.length} of ${plan.resources} resources would change.`);
  if (ok) return true;
  const messages = [...plan.policies.map(({ policy, message }) => `${policy}: ${message}`), ...plan.errors];
  for (const message of messages) {
    console.error(message);
    if (isInWorkflow()) console.log(formatAnnotation({ level: "error", title: `preview of ${stack}`, message }));
  }
  // Where the engine ended without an event, only its own text says why.
  if (messages.length === 0) console.error(text);
  console.error(`The preview of ${stack} failed. See ${RUNBOOK}#preview`);
  return false;
});
