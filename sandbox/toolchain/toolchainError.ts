import { UserError } from "../../lib/userError.ts";

/** A program or file of the toolchain that cannot be had. The message says why, and what to do. */
export class ToolchainError extends UserError {
  override readonly name: string = "ToolchainError";
}
