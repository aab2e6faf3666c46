import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseCommand, UsageError } from "../command.ts";
import { ROOT, runStep } from "../step.ts";
import { DeliveryError } from "../../features/delivery/errors.ts";
import { runSmoke } from "../../features/delivery/smoke/run.ts";

const USAGE = `usage: npm run smoke -- --stack STACK [TENANT …] [--report FOLDER]

Tests each tenant (or those named) on the stack's servers: pods, log-in through Keycloak and to Odoo, installed modules, the menus,
models and reports that its bundles promise, reporting views, isolation. Writes smoke-STACK.json. Exit status: 0 all passed, 1 one or more failed, 2 wrong usage.

  --report FOLDER  default reports`;

await runStep(USAGE, "smoke", async (args) => {
  const { values, positionals } = parseCommand(
    args,
    {
      stack: { type: "string" },
      report: { type: "string", default: "reports" },
    },
    Infinity,
  );
  const { stack, report: folder } = values;
  if (stack === undefined) throw new UsageError("--stack is missing, expected a stack of Pulumi.<stack>.yaml");
  const report = await runSmoke(ROOT, stack, positionals.length === 0 ? undefined : positionals, (line) => {
    console.log(line);
  });
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `smoke-${stack}.json`), `${JSON.stringify(report, undefined, 2)}\n`);
  const failed = report.results.filter(({ passed }) => !passed);
  console.log(
    `${report.results.length - failed.length} of ${report.results.length} checks of ${report.tenants.length} tenants passed.`,
  );
  if (failed.length === 0) return true;
  const what = failed.map(({ tenant, check, message }) => `${tenant} ${check}: ${message}`).join("; ");
  throw new DeliveryError(`Smoke tests of ${stack} failed: ${what}`, "smoke");
});
