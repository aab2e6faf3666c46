/** What every request's form has. */
export interface RequestDraft {
  approver: string;
  reason: string;
  /** Made once when the form opens: a second click or tab sends the same request. */
  requestId: string;
}
