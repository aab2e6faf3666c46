import { UserError } from "../../lib/userError.ts";

/** A section of the runbook of the way to production, `docs/runbooks/delivery.md`. */
export type Section =
  | "validation"
  | "preview"
  | "acknowledgement"
  | "comment"
  | "staging"
  | "smoke"
  | "attestation"
  | "promotion"
  | "waves"
  | "rollback"
  | "drift"
  | "realms"
  | "github";

/** Page with a section for everything that the workflows can refuse. */
export const RUNBOOK = "docs/runbooks/delivery.md";

/** A step of the way to production that was refused or failed; its message says what to do, and names the runbook. */
export class DeliveryError extends UserError {
  override readonly name = "DeliveryError";
  /** Of the runbook. */
  readonly section: Section;

  /** @param section of the runbook that tells more */
  constructor(message: string, section: Section) {
    // A step that fails because another did names the first one's section.
    super(message.includes(`${RUNBOOK}#`) && section !== "waves" ? message : `${message}. See ${RUNBOOK}#${section}`);
    this.section = section;
  }
}
