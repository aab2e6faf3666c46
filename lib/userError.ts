/** An error that its reader can fix. The message is complete: commands print it without a stack trace. */
export class UserError extends Error {
  override readonly name: string = "UserError";
}
