/** The index could not be renewed; the message is for people and complete. */
export class RefreshError extends Error {
  override readonly name = "RefreshError";
}
