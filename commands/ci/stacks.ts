import { appendFileSync } from "node:fs";
import { parseCommand, UsageError } from "../command.ts";
import { ROOT, runStep } from "../step.ts";
import { resolve } from "../../features/delivery/resolved.ts";
import { inOrder } from "../../features/delivery/waves.ts";

const USAGE = `usage: npm run ci:stacks [-- --environment staging|prod]

Prints all stacks, or those of an environment, as the matrix of a workflow, canary cells first, and sets the output \`matrix\`. Exit status: 0
fine, 1 failed, 2 wrong usage.`;

await runStep(USAGE, "staging", (args) => {
  const { values } = parseCommand(args, { environment: { type: "string" } });
  const { environment } = values;
  if (environment !== undefined && environment !== "staging" && environment !== "prod")
    throw new UsageError(`--environment is ${environment}, expected staging or prod`);
  const stacks = inOrder(resolve(ROOT).stacks.values()).filter(({ settings }) =>
    [undefined, settings.environment].includes(environment),
  );
  const matrix = JSON.stringify({ include: stacks.map(({ name }) => ({ stack: name })) });
  console.log(matrix);
  const { GITHUB_OUTPUT } = process.env;
  if (GITHUB_OUTPUT !== undefined) appendFileSync(GITHUB_OUTPUT, `matrix=${matrix}\n`);
  return stacks.length > 0;
});
