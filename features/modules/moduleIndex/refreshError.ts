import { UserError } from "../../../lib/userError.ts";

/** The index could not be renewed; the message is for people and complete. */
export class RefreshError extends UserError {
  override readonly name = "RefreshError";
}
