import { InvalidArgumentError } from "@commander-js/extra-typings";
import { z } from "zod";
import { PREVIEW_CHECK } from "../../config/githubRepository.ts";
import { GitHub } from "../../features/delivery/github.ts";
import { workflowRunUrl } from "../../lib/githubOutput.ts";
import { command, finish, log } from "../command.ts";
import { asStep } from "../step.ts";
import { GITHUB_VARIABLES } from "./github.ts";

/** At least one result: a check of nothing would pass. */
const resultsSchema = z
  .record(z.string(), z.enum(["success", "failure", "cancelled", "skipped"]))
  .refine((results) => Object.keys(results).length > 0);

export default command(
  "ci check",
  `Report the check ${PREVIEW_CHECK} of a commit`,
  `--commit "$HEAD" --results '{"changes":"success"}'`,
)
  .description(
    `Reports the check ${PREVIEW_CHECK} of a commit as the app that GITHUB_TOKEN belongs to. It passes if every result is success or skipped. ` +
      `${GITHUB_VARIABLES} Exit status 1: the check failed, or was not reported.`,
  )
  .requiredOption("--commit <sha>", "the head of the pull request, 40 digits", readCommit)
  .requiredOption(
    "--results <json>",
    "result of each step or job by name: success, failure, cancelled or skipped",
    readResults,
  )
  .action(({ commit, results }) =>
    asStep("github", async () => {
      const passed = Object.values(results).every((result) => result === "success" || result === "skipped");
      const summary = Object.entries(results).map(([name, result]) => `- ${name}: ${result}`);
      await GitHub.fromEnvironment().reportCheck(PREVIEW_CHECK, commit, passed, summary.join("\n"), workflowRunUrl());
      log(`${PREVIEW_CHECK} of ${commit.slice(0, 7)}: ${passed ? "passed" : "failed"}.`);
      finish(passed);
    }),
  );

function readCommit(text: string): string {
  if (/^[0-9a-f]{40}$/.test(text)) return text;
  throw new InvalidArgumentError("Expected 40 hexadecimal digits.");
}

function readResults(text: string): z.output<typeof resultsSchema> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new InvalidArgumentError("Expected JSON with results by name.");
  }
  const parsed = resultsSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new InvalidArgumentError('Expected JSON such as {"changes":"success"}.');
}
