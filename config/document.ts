import type { z } from "zod";
import { issueProblems, quote } from "./schemas/common.ts";
import type { Problem } from "./schemas/common.ts";
import type { Cut, ParsedDocument } from "./yaml.ts";

/** What {@link checkDocument} answers: the value with its defaults filled in, or everything that is wrong with it. */
export type DocumentResult<Value> =
  { readonly ok: true; readonly data: Value } | { readonly ok: false; readonly problems: readonly Problem[] };

/** Checks a parsed file against its schema, and that no comment has cut a text short. */
export function checkDocument<Schema extends z.ZodType>(
  { value, cuts, written }: Pick<ParsedDocument, "value" | "cuts" | "written">,
  schema: Schema,
): DocumentResult<z.output<Schema>> {
  const result = schema.safeParse(value);
  if (!result.success) {
    return { ok: false, problems: unquoted(issueProblems(result.error.issues), value, written, schema) };
  }
  const problems = cutProblems(value, cuts, schema);
  return problems.length === 0 ? { ok: true, data: result.data } : { ok: false, problems };
}

/** Whether nothing is wrong at a place of a value: what the parser asks for its messages. */
export function fitsIn(schema: z.ZodType): (value: unknown, path: readonly (string | number)[]) => boolean {
  return (value, path) => {
    const { error } = schema.safeParse(value);
    const here = JSON.stringify(path);
    return error?.issues.some((issue) => JSON.stringify(issue.path) === here) !== true;
  };
}

/** Problems, of which those with something that is no text to YAML name what is written, and say where quotes are all that it lacks. */
export function unquoted(
  problems: readonly Problem[],
  value: unknown,
  written: ParsedDocument["written"],
  schema: z.ZodType,
): Problem[] {
  return problems.map((problem) => {
    const { path, atKey, message } = problem;
    const read = valueAt(value, path);
    const source = atKey || path.length === 0 || read === undefined ? undefined : written(path);
    if (source === undefined || source === "") return problem;
    const kind = read === null ? "nothing" : typeof read === "boolean" ? "true or false" : "a number";
    if (fitsIn(schema)(replaced(value, path, source), path)) {
      return { path, atKey, message: `is ${source}, which YAML reads as ${kind}, expected quotes: "${source}"` };
    }
    const shown = `is ${quote(read)}, `;
    return message.startsWith(shown)
      ? { path, atKey, message: `is ${source}, ${message.slice(shown.length)}` }
      : problem;
  });
}

/**
 * Texts of which nobody can say whether what follows is a comment: those that are right with it, too. A plan or a mail
 * address is none with a comment in it, and may have one behind it.
 */
export function cutProblems(value: unknown, cuts: readonly Cut[], schema: z.ZodType): Problem[] {
  return cuts.flatMap(({ path, whole }): Problem[] => {
    if (!fitsIn(schema)(replaced(value, path, whole), path)) return [];
    const read = valueAt(value, path);
    const message = `is ${quote(read)} before a comment, expected quotes: around ${quote(whole)} if the comment belongs to it, else around ${quote(read)} alone`;
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

function valueAt(value: unknown, path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>((inner, key) => (isBranch(inner) ? inner[key] : undefined), value);
}

function isBranch(value: unknown): value is Record<string | number, unknown> {
  return typeof value === "object" && value !== null;
}
