import { deploy } from "../../features/delivery/deploy.ts";
import { writeSmoke } from "../../features/delivery/smoke/run.ts";
import { PROJECT_ROOT } from "../../lib/projectRoot.ts";
import { command, log } from "../command.ts";
import { asStep } from "../step.ts";

export default command("deploy up", "Bring a stack of staging or prod up as its files say", "--stack staging")
  .description(
    "Brings a stack of staging or prod up as its files say, wave by wave: preview and update with the policy pack, then smoke tests. A stack " +
      "of prod takes only what was promoted and attested, and backs its tenants up before they change. Writes smoke-<stack>.json.",
  )
  .requiredOption("--stack <stack>", "a stack of Pulumi.<stack>.yaml")
  .option("--report <folder>", "where the report is written", "reports")
  .action((options) =>
    asStep("staging", async () => {
      const report = await deploy(PROJECT_ROOT, options.stack, log);
      writeSmoke(options.report, report);
      log(`${options.stack} is up; ${report.results.length} checks of ${report.tenants.length} tenants passed.`);
    }),
  );
