import { RUNBOOK } from "../../features/delivery/deliveryError.ts";
import { assertPassed, runSmoke, writeSmoke } from "../../features/delivery/smoke/run.ts";
import { PROJECT_ROOT } from "../../lib/projectRoot.ts";
import { command, log } from "../command.ts";
import { asStep } from "../step.ts";

export default command("deploy smoke", "Test tenants on a stack's servers", "--stack staging")
  .description(
    "Tests each tenant on the stack's servers: pods, login through Keycloak and to Odoo, installed modules, the menus, models and reports of " +
      `its bundles, reporting views, and isolation (${RUNBOOK}#smoke). Writes smoke-<stack>.json. Exit status 1 if a check failed.`,
  )
  .argument("[tenants...]", "ids of tenants; default: all tenants of the stack")
  .requiredOption("--stack <stack>", "a stack of Pulumi.<stack>.yaml")
  .option("--report <folder>", "where the report is written", "reports")
  .action((tenants, options) =>
    asStep("smoke", async () => {
      const report = await runSmoke(PROJECT_ROOT, options.stack, tenants.length === 0 ? undefined : tenants, log);
      writeSmoke(options.report, report);
      const passed = report.results.filter((result) => result.passed).length;
      log(`${passed} of ${report.results.length} checks of ${report.tenants.length} tenants passed.`);
      assertPassed(report);
    }),
  );
