/** A refusal that is answered as it is: status, message and what to do. Everything else is an internal error, and only logged. */
export class Problem extends Error {
  readonly status: ProblemStatus;
  readonly hint: string | undefined;

  constructor(status: ProblemStatus, message: string, hint?: string) {
    super(message);
    this.status = status;
    this.hint = hint;
  }
}

/** Statuses of refusals. */
export type ProblemStatus = 400 | 401 | 403 | 404 | 409 | 413 | 422 | 429 | 502 | 503;
