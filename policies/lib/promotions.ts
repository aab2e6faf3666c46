import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { z } from "zod";

const promotionSchema = z.strictObject({
  /** File of the attestation that it was made from. */
  attestation: z.string(),
  /** The commit that staging ran. */
  commit: z.string(),
  /** Hash of what runs beside tenants and settings, by top-level entry of the checkout. */
  program: z.record(z.string(), z.string()),
  /** Hash of what the stack's file says, by key. */
  settings: z.record(z.string(), z.string()),
  /** Hash of what each tenant of the stack is to be. */
  tenants: z.record(z.string(), z.string()),
});

/** What a stack of prod is to be: reviewed and merged by people. */
export type Promotion = z.output<typeof promotionSchema>;

/** Path of a stack's promotion, from the project's root. */
export function promotionFile(stack: string): string {
  return `promotions/${stack}.yaml`;
}

/** A stack's promotion; undefined: there is none, or it is not one. */
export function readPromotion(root: string, stack: string): Promotion | undefined {
  let value: unknown;
  try {
    value = parse(readFileSync(join(root, promotionFile(stack)), "utf8"));
  } catch {
    return undefined;
  }
  return promotionSchema.safeParse(value).data;
}
