import { parseCommand, UsageError } from "../command.ts";
import { writeMetrics } from "../../lib/metrics.ts";
import { ROOT, runStep } from "../step.ts";
import { assertPromoted, stackOf, update } from "../../features/delivery/deploy.ts";
import { resolve } from "../../features/delivery/resolved.ts";
import { DRIFT_LABEL, driftMarker, findDrift, renderDrift } from "../../features/delivery/drift.ts";
import { driftMetrics } from "../../features/delivery/driftMetrics.ts";
import { GitHub } from "../../features/delivery/github.ts";

const USAGE = `usage: npm run drift -- --stack STACK [--issue | --mend] [--metrics FILE]

Reads every resource of a stack from its server and tells, by tenant, what differs from what was put there. Changes nothing
unless asked to. Exit status: 0 nothing differs (or the issue says what), 1 something differs or failed, 2 wrong usage.

  --issue   opens or updates the one issue of the stack, and closes it when nothing differs any more
  --mend    puts back what differs, by an update with the policies
  --metrics FILE  writes how much differs for Prometheus too (docs/alerts.md)`;

await runStep(USAGE, "drift", async (args) => {
  const { values } = parseCommand(args, {
    stack: { type: "string" },
    issue: { type: "boolean", default: false },
    mend: { type: "boolean", default: false },
    metrics: { type: "string" },
  });
  const { stack } = values;
  if (stack === undefined || (values.issue && values.mend))
    throw new UsageError("--stack is needed, and one of --issue and --mend at most");
  const drift = await findDrift(ROOT, stack);
  if (values.metrics !== undefined) writeMetrics(values.metrics, driftMetrics(drift, new Date()));
  const text = renderDrift(drift);
  const count = drift.steps.length;
  console.log(count === 0 ? `Nothing of ${stack} differs.` : text);
  if (values.mend) {
    const resolved = resolve(ROOT);
    assertPromoted(ROOT, resolved, stackOf(resolved, stack));
    if (count > 0)
      await update(
        ROOT,
        stack,
        [],
        (line) => {
          console.log(line);
        },
        ["--refresh"],
      );
    return true;
  }
  if (!values.issue) return count === 0;
  const github = GitHub.fromEnvironment();
  if (count > 0) {
    const { url } = await github.upsertIssue(DRIFT_LABEL, driftMarker(stack), `Drift in ${stack}`, text);
    console.log(`Told in ${url}`);
    return true;
  }
  const open = await github.findIssue(DRIFT_LABEL, driftMarker(stack));
  if (open !== undefined) await github.closeIssue(open.number, "Nothing differs any more.");
  return true;
});
