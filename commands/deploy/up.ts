import { deploy } from "../../features/delivery/deploy.ts";
import { recordStack } from "../../features/inventory/index.ts";
import type { SmokeReport } from "../../features/delivery/smoke/run.ts";
import { writeSmoke } from "../../features/delivery/smoke/run.ts";
import { PROJECT_ROOT } from "../../lib/projectRoot.ts";
import { command, log } from "../command.ts";
import { asStep } from "../step.ts";

export default command("deploy up", "Update a stack of staging or prod to its files", "--stack staging")
  .description(
    "Updates a stack of staging or prod to its files, wave by wave: preview and update with the policy pack, then smoke tests. A stack of " +
      "prod accepts only what was promoted and attested, and backs up its tenants before they change. Writes smoke-<stack>.json.",
  )
  .requiredOption("--stack <stack>", "a stack of Pulumi.<stack>.yaml")
  .option("--report <folder>", "where the report is written", "reports")
  .action((options) =>
    asStep("staging", async () => {
      let report: SmokeReport;
      try {
        report = await deploy(PROJECT_ROOT, options.stack, log);
      } finally {
        // Also where a wave failed: the ones before it are deployed.
        await recordStack(PROJECT_ROOT, options.stack);
      }
      writeSmoke(options.report, report);
      log(`${options.stack} is up; ${report.results.length} checks of ${report.tenants.length} tenants passed.`);
    }),
  );
