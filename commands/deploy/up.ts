import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseCommand, UsageError } from "../command.ts";
import { ROOT, runStep } from "../step.ts";
import { deploy } from "../../features/delivery/deploy.ts";

const USAGE = `usage: npm run deploy -- --stack STACK [--report FOLDER]

Brings a stack of staging or prod up as its files say, wave by wave: preview and update with the policy pack, smoke tests. A stack of prod takes only what was promoted and attested, and backs its tenants up before
they change. Writes smoke-STACK.json. Exit status: 0 done, 1 refused or failed, 2 wrong usage.

  --report FOLDER  default reports`;

await runStep(USAGE, "staging", async (args) => {
  const { values } = parseCommand(args, { stack: { type: "string" }, report: { type: "string", default: "reports" } });
  if (values.stack === undefined) throw new UsageError("--stack is missing, expected a stack of Pulumi.<stack>.yaml");
  const report = await deploy(ROOT, values.stack, (line) => {
    console.log(line);
  });
  mkdirSync(values.report, { recursive: true });
  writeFileSync(join(values.report, `smoke-${values.stack}.json`), `${JSON.stringify(report, undefined, 2)}\n`);
  console.log(`${values.stack} is up; ${report.results.length} checks of ${report.tenants.length} tenants passed.`);
  return true;
});
