import { ExpectedError } from "../../config/expected.ts";

/** The index could not be renewed; the message is for people and complete. */
export class RefreshError extends ExpectedError {
  override readonly name = "RefreshError";
}
