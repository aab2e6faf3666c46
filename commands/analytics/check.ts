import { checkAnalytics, VARIABLES, wantedOf } from "../../features/analytics/index.ts";
import { PROJECT_ROOT } from "../../lib/projectRoot.ts";
import { command, finish, log } from "../command.ts";
import { useStack } from "../environment.ts";

export default command("analytics check", "Report where Superset differs from the templates", "--stack staging")
  .description(
    "Compares Superset's roles, connections, datasets, charts, dashboards and embeddings with what analytics sync would make, and prints the " +
      `differences as JSON, without their values. Changes nothing. Exit status 1 if there are any. Reads ${Object.values(VARIABLES).join(", ")}, ` +
      "except for the sandbox.",
  )
  .requiredOption("--stack <stack>", "a stack of Pulumi.<stack>.yaml")
  .action(async ({ stack }) => {
    await useStack(stack);
    const report = await checkAnalytics(await wantedOf(PROJECT_ROOT, stack));
    log(JSON.stringify(report, undefined, 2));
    finish(report.drift.length === 0);
  });
