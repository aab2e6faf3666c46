import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { changesSchema } from "./changes.ts";
import type { Changes } from "./changes.ts";
import type { Preview } from "./comment.ts";
import { DeliveryError } from "./deliveryError.ts";
import { planSchema } from "./plan.ts";

/**
 * Reads what `ci changes` and the jobs of `ci preview` wrote.
 *
 * @param folder with the plans; those of stacks that did not get as far are missing
 * @throws DeliveryError
 */
export function readPreview(changesFile: string, folder: string): Preview {
  const changes: Changes = readJson(changesFile, changesSchema);
  const plans = planFiles(folder).map((file) => readJson(file, planSchema));
  const stacks = new Set(changes.stacks.map(({ stack }) => stack));
  return { changes, plans: plans.filter(({ stack }) => stacks.has(stack)) };
}

/** Artifacts of jobs are folders in the folder. */
function planFiles(folder: string): string[] {
  try {
    return readdirSync(folder, { recursive: true, encoding: "utf8" })
      .filter((name) => /(?:^|\/)plan-[^/]+\.json$/.test(name))
      .sort()
      .map((name) => join(folder, name));
  } catch {
    return []; // no job had a plan
  }
}

/** Reads a file that an earlier step wrote. @throws DeliveryError */
export function readJson<Schema extends z.ZodType>(file: string, schema: Schema): z.output<Schema> {
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    throw new DeliveryError(
      `${file} cannot be read (${error instanceof Error ? error.message : String(error)}), expected what an earlier step wrote`,
      "comment",
    );
  }
  const result = schema.safeParse(content);
  if (result.success) return result.data;
  throw new DeliveryError(`${file} is not what an earlier step writes: ${z.prettifyError(result.error)}`, "comment");
}
