import { z } from "zod";
import { parseCommand, UsageError } from "../command.ts";
import { PREVIEW_CHECK } from "../../config/repository.ts";
import { runStep } from "../step.ts";
import { GitHub } from "../../features/delivery/github.ts";

const USAGE = `usage: npm run ci:check -- --commit SHA --results JSON

Reports the check ${PREVIEW_CHECK} of a commit, by the app whose token GITHUB_TOKEN is: passed when every result is success or skipped.
Exit
status: 0 passed, 1 failed or not reported, 2 wrong usage.

  --commit SHA    the head of the pull request
  --results JSON  how each step or job ended, by name: success, failure, cancelled or skipped

GitHub is found by GITHUB_API_URL, GITHUB_REPOSITORY and GITHUB_TOKEN.`;

const resultsSchema = z.record(z.string(), z.enum(["success", "failure", "cancelled", "skipped"]));

await runStep(USAGE, "github", async (args) => {
  const { values } = parseCommand(args, { commit: { type: "string" }, results: { type: "string" } });
  if (!/^[0-9a-f]{40}$/.test(values.commit ?? "")) throw new UsageError("--commit is missing, expected 40 digits");
  const results = readResults(values.results ?? "");
  const passed = Object.values(results).every((result) => result === "success" || result === "skipped");
  const summary = Object.entries(results).map(([name, result]) => `- ${name}: ${result}`);
  const { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: repository, GITHUB_RUN_ID: run } = process.env;
  const url = server && repository && run ? `${server}/${repository}/actions/runs/${run}` : undefined;
  await GitHub.fromEnvironment().reportCheck(PREVIEW_CHECK, values.commit ?? "", passed, summary.join("\n"), url);
  console.log(`${PREVIEW_CHECK} of ${(values.commit ?? "").slice(0, 7)}: ${passed ? "passed" : "failed"}.`);
  return passed;
});

/** At least one result: a check of nothing would have passed. */
function readResults(text: string): z.output<typeof resultsSchema> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new UsageError("--results is no JSON, expected results by name");
  }
  const parsed = resultsSchema.safeParse(value);
  if (parsed.success && Object.keys(parsed.data).length > 0) return parsed.data;
  throw new UsageError('--results is not right, expected such as {"changes":"success"}');
}
