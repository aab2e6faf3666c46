import { Option } from "@commander-js/extra-typings";
import { driftedTenants, findDrift, fixDrift, renderDrift, reportDrift } from "../../features/delivery/drift.ts";
import { driftMetrics } from "../../features/delivery/driftMetrics.ts";
import { GitHub } from "../../features/delivery/github.ts";
import { writeMetrics } from "../../lib/metrics.ts";
import { PROJECT_ROOT } from "../../lib/projectRoot.ts";
import { command, finish, log } from "../command.ts";
import { noteResults } from "../record.ts";
import { asStep } from "../step.ts";

export default command(
  "deploy drift",
  "Report what differs on a stack's servers, and fix it on request",
  "--stack prod",
)
  .description(
    "Reads every resource of a stack from its server and reports, by tenant, what differs from what was deployed. Changes nothing without " +
      "--fix. Exit status 1 if something differs, unless it is fixed or reported in the issue.",
  )
  .requiredOption("--stack <stack>", "a stack of Pulumi.<stack>.yaml")
  .addOption(
    new Option("--issue", "open or update the stack's one issue, and close it when nothing differs").conflicts("fix"),
  )
  .option("--fix", "restore what differs by an update with the policies")
  .option("--metrics <file>", "also write the number of differences for Prometheus (docs/alerts.md)")
  .action(({ stack, issue = false, fix = false, metrics }, running) =>
    asStep("drift", async () => {
      const drift = await findDrift(PROJECT_ROOT, stack);
      const note = (outcome: "succeeded" | "failed") =>
        noteResults(
          running,
          [...driftedTenants(drift)].map(([tenant, differences]) => ({ tenant, outcome, differences })),
        );
      note("failed");
      if (metrics !== undefined) writeMetrics(metrics, driftMetrics(drift, new Date()));
      const isClean = drift.steps.length === 0;
      log(isClean ? `Nothing of ${stack} differs.` : renderDrift(drift));
      if (fix) {
        await fixDrift(PROJECT_ROOT, drift, log);
        note("succeeded");
      } else if (issue) {
        const reported = await reportDrift(GitHub.fromEnvironment(), drift);
        if (reported !== undefined) log(`Reported in ${reported.url}`);
      } else finish(isClean);
    }),
  );
