import { runCommand } from "./command.ts";
import type { Command } from "./command.ts";
import { formatAnnotation } from "../lib/githubAnnotations.ts";
import { DeliveryError, RUNBOOK } from "../features/delivery/errors.ts";
import type { Section } from "../features/delivery/errors.ts";

/** The project's root: every command works on the checkout that it is in. */
export { ROOT } from "../lib/projectRoot.ts";

/** Whether the command runs as a step of a workflow, where messages become annotations. */
export function isInWorkflow(): boolean {
  return process.env.GITHUB_ACTIONS === "true";
}

/**
 * Runs a command as {@link runCommand} does. What a person can mend is told with its runbook, and as an annotation in a
 * workflow.
 *
 * @param section of the runbook, where an error names none itself
 */
export async function runStep(usage: string, section: Section, main: Command): Promise<void> {
  await runCommand(usage, main, (error) => {
    const message = error.message.includes("docs/runbooks/")
      ? error.message
      : `${error.message}\nSee ${RUNBOOK}#${section}`;
    console.error(message);
    const title = error instanceof DeliveryError ? error.section : section;
    if (isInWorkflow()) console.log(formatAnnotation({ level: "error", title, message }));
  });
}
