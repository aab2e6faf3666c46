import { DeliveryError, RUNBOOK } from "../features/delivery/deliveryError.ts";
import type { Section } from "../features/delivery/deliveryError.ts";
import { formatAnnotation } from "../lib/githubAnnotations.ts";
import { UserError } from "../lib/userError.ts";

/** Whether the command runs as a step of a workflow, where messages become annotations. */
export function isInWorkflow(): boolean {
  return process.env.GITHUB_ACTIONS === "true";
}

/**
 * Runs a step of a delivery. Errors that a person can fix are reported with the section of the runbook and, in a workflow, as an
 * annotation.
 *
 * @param section of the runbook, for errors that name none themselves
 * @throws UserError
 */
export async function asStep(section: Section, work: () => Promise<void> | void): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const message = error.message.includes("docs/runbooks/")
      ? error.message
      : `${error.message}\nSee ${RUNBOOK}#${section}`;
    const title = error instanceof DeliveryError ? error.section : section;
    if (isInWorkflow()) console.log(formatAnnotation({ level: "error", title, message }));
    throw new UserError(message, { cause: error });
  }
}
