import { z } from "zod";
import { UserError } from "../../lib/userError.ts";

/** A variable that must have a value. */
export const filled = z.string({ error: "is not set" }).min(1, "is empty");

/**
 * Reads a program's settings from variables.
 *
 * @param program what cannot start without them, such as `The console`
 * @throws UserError with everything that is missing or wrong; no value is quoted, since some are secret
 */
export function readEnvironment<Schema extends z.ZodType>(
  schema: Schema,
  env: NodeJS.ProcessEnv,
  program: string,
): z.output<Schema> {
  const parsed = schema.safeParse(env);
  if (parsed.success) return parsed.data;
  const lines = parsed.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`);
  throw new UserError(`${program} cannot start:\n${lines.join("\n")}\nSee docs/console.md`);
}
