import type { z } from "zod";
import { issueProblems, show } from "./schemas/common.ts";
import type { Problem } from "./schemas/common.ts";
import type { Cut, ParsedDocument } from "./yaml.ts";

/** What {@link checkDocument} answers: the value with its defaults filled in, or everything that is wrong with it. */
export type DocumentResult<Value> =
  { readonly ok: true; readonly data: Value } | { readonly ok: false; readonly problems: readonly Problem[] };

/** Checks a parsed file against its schema, and that no comment has cut a text short. */
export function checkDocument<Schema extends z.ZodType>(
  { value, cuts }: Pick<ParsedDocument, "value" | "cuts">,
  schema: Schema,
): DocumentResult<z.output<Schema>> {
  const result = schema.safeParse(value);
  if (!result.success) return { ok: false, problems: issueProblems(result.error.issues) };
  const problems = cutProblems(value, cuts, schema);
  return problems.length === 0 ? { ok: true, data: result.data } : { ok: false, problems };
}

/**
 * Texts of which nobody can say whether what follows is a comment: those that are right with it, too. A plan or a mail
 * address is none with a comment in it, and may have one behind it.
 */
export function cutProblems(value: unknown, cuts: readonly Cut[], schema: z.ZodType): Problem[] {
  return cuts.flatMap(({ path, whole }): Problem[] => {
    const { error } = schema.safeParse(replaced(value, path, whole));
    const here = JSON.stringify(path);
    if (error?.issues.some((issue) => JSON.stringify(issue.path) === here) === true) return [];
    const read = path.reduce<unknown>((inner, key) => (isBranch(inner) ? inner[key] : undefined), value);
    const message = `is ${show(read)} before a comment, expected quotes: around ${show(whole)} if the comment belongs to it, else around ${show(read)} alone`;
    return [{ path, atKey: false, message }];
  });
}

/** A value with a text in another's place. */
function replaced(value: unknown, [key, ...rest]: readonly (string | number)[], text: string): unknown {
  if (key === undefined) return text;
  if (Array.isArray(value)) {
    return value.map((item: unknown, index) => (index === key ? replaced(item, rest, text) : item));
  }
  if (!isBranch(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [name, name === key ? replaced(item, rest, text) : item]),
  );
}

function isBranch(value: unknown): value is Record<string | number, unknown> {
  return typeof value === "object" && value !== null;
}
