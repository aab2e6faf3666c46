import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { syncAnalytics, VARIABLES, wantedOf } from "../../features/analytics/index.ts";
import { PROJECT_ROOT } from "../../lib/projectRoot.ts";
import { command, finish, log } from "../command.ts";
import { useStack } from "../environment.ts";

export default command("analytics sync", "Bring Superset's dashboards up to date", "--stack staging")
  .description(
    "Makes Superset's roles, and each running tenant's connection, datasets, charts, dashboards and embeddings what the templates in " +
      "analytics/superset/ say. Removes those of paused and ended tenants. A second run changes nothing, and a tenant that fails stops no " +
      `other: exit status 1 then. Reads ${Object.values(VARIABLES).join(", ")}, except for the sandbox. Writes analytics-<stack>.json.`,
  )
  .requiredOption("--stack <stack>", "a stack of Pulumi.<stack>.yaml")
  .option("--report <folder>", "where analytics-<stack>.json is written", "reports")
  .action(async ({ stack, report: folder }) => {
    await useStack(stack);
    const report = await syncAnalytics(await wantedOf(PROJECT_ROOT, stack), log);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, `analytics-${stack}.json`), `${JSON.stringify(report.embeddings, undefined, 2)}\n`);
    const failed = report.tenants.filter(({ error }) => error !== undefined);
    log(`${report.tenants.length - failed.length} of ${report.tenants.length} tenants are up to date.`);
    finish(failed.length === 0);
  });
