import { UserError } from "../../lib/userError.ts";

/**
 * Waits for what a command needs before its work, when it has judged its arguments.
 *
 * @throws UserError with what cannot be had and what to do about it
 */
export async function required<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    // Whatever goes wrong there has a message for people.
    throw new UserError(error instanceof Error ? error.message : String(error));
  }
}
