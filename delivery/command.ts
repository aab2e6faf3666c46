import { isExpected, UsageError } from "../cli/backups/command.ts";
import { GitError } from "../cli/git.ts";
import { DeliveryError, RUNBOOK } from "./errors.ts";
import type { Section } from "./errors.ts";
import { formatAnnotation } from "./annotations.ts";

/** The project's root: every command works on the checkout that it is in. */
export { ROOT } from "./root.ts";

/** Whether the command runs as a step of a workflow, where messages become annotations. */
export function isInWorkflow(): boolean {
  return process.env.GITHUB_ACTIONS === "true";
}

/**
 * Runs a command and sets the exit status: 0 fine, 1 refused or failed, 2 wrong call. What a person can mend is told
 * without a stack trace, with its runbook, and as an annotation in a workflow.
 *
 * @param section of the runbook, where an error names none itself
 */
export async function runStep(
  usage: string,
  section: Section,
  main: (args: readonly string[]) => Promise<boolean> | boolean,
): Promise<void> {
  try {
    process.exitCode = (await main(process.argv.slice(2))) ? 0 : 1;
  } catch (error) {
    if (error instanceof UsageError) {
      console.error(`${error.message}\n\n${usage}`);
      process.exitCode = 2;
      return;
    }
    if (!(error instanceof DeliveryError) && !(error instanceof GitError) && !isExpected(error)) throw error;
    const message = error.message.includes("docs/runbooks/")
      ? error.message
      : `${error.message}\nSee ${RUNBOOK}#${section}`;
    console.error(message);
    const title = error instanceof DeliveryError ? error.section : section;
    if (isInWorkflow()) console.log(formatAnnotation({ level: "error", title, message }));
    process.exitCode = 1;
  }
}
