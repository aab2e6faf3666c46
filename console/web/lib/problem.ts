/** An answer of the server that is not a success, or no answer at all. */
export class Problem extends Error {
  override readonly name = "Problem";
  /** HTTP status; 0 if the server did not answer. */
  readonly status: number;
  /** What to do. */
  readonly hint: string | undefined;
  /** Identifies the entry in the server's log. */
  readonly request: string | undefined;

  constructor(message: string, status: number, { hint, request }: { hint?: string; request?: string } = {}) {
    super(message);
    this.status = status;
    this.hint = hint;
    this.request = request;
  }
}
