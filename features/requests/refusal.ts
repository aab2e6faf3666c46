import { UserError } from "../../lib/userError.ts";
import type { Diagnostic } from "../../config/index.ts";
import { formatDiagnostics } from "../../config/index.ts";

/** Pages that say what to do when something of a request fails. */
export const RUNBOOKS = {
  refused: "docs/runbooks/request-refused.md",
  approval: "docs/runbooks/request-approval.md",
  failed: "docs/runbooks/request-failed.md",
} as const;

/** Why a step of a request is not taken; the message is for people, and ends with the page that helps. */
export class RequestRefusal extends UserError {
  override readonly name: string = "RequestRefusal";
  /** What is wrong in files, where it is files; each also becomes an annotation in a workflow. */
  readonly diagnostics: readonly Diagnostic[];

  constructor(message: string, runbook: keyof typeof RUNBOOKS = "refused", diagnostics: readonly Diagnostic[] = []) {
    super(`${message}\nSee ${RUNBOOKS[runbook]}`);
    this.diagnostics = diagnostics;
  }

  /** A refusal because of what files say. */
  static of(diagnostics: readonly Diagnostic[]): RequestRefusal {
    return new RequestRefusal(formatDiagnostics(diagnostics), "refused", diagnostics);
  }
}

/** A request was sent, and nobody has said whether it arrived. Sending it again is safe: the same id is the same request. */
export class UnknownOutcome extends RequestRefusal {
  override readonly name: string = "UnknownOutcome";
}
