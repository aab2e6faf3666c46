import { z } from "zod";
import { distance } from "fastest-levenshtein";
import { escapeSequence, VISIBLE } from "../characters.ts";
import { LINE_PATTERN, lineFault } from "../line.ts";
import { isHost, isHttpsUrl } from "../addresses.ts";

/**
 * Building blocks of the schemas. Every message they make reads `<what is wrong>, expected <what would be right>`, so
 * that it makes sense behind `file:line:column: path:`.
 */

/** What JSON leaves as it is, and nobody sees. */
const HIDDEN = new RegExp(`(?!${VISIBLE}).`, "gsu");

/** A value as a message shows it: JSON, cut after 60 characters, with escapes for what is not seen. */
export function quote(value: unknown): string {
  if (value === null) return "empty";
  const json = typeof value === "bigint" ? String(value) : JSON.stringify(value);
  return (json.length > 60 ? `${json.slice(0, 57)}...` : json).replace(HIDDEN, escapeSequence);
}

/** The message for a value that is not `expected`. */
export function problem(value: unknown, expected: string): string {
  return value === undefined ? `is missing, expected ${expected}` : `is ${quote(value)}, expected ${expected}`;
}

/**
 * The candidate that a misspelt word most likely meant: at most three edits away, and at most half of the word, rounded up.
 *
 * @returns undefined when nothing is near.
 */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
  let best: string | undefined;
  let bestDistance = Math.min(4, Math.ceil(word.length / 2) + 1);
  for (const candidate of candidates) {
    const edits = distance(word.toLowerCase(), candidate.toLowerCase());
    if (edits < bestDistance) [best, bestDistance] = [candidate, edits];
  }
  return best;
}

/**
 * What to write instead of an unknown word: the nearest known one, or else all of them.
 *
 * @param otherwise said instead of all of them, where they are many
 */
export function suggestion(word: string, candidates: readonly string[], otherwise?: string): string {
  const near = nearest(word, candidates);
  if (near !== undefined) return near;
  if (candidates.length === 0) return "none: there are none yet";
  return otherwise ?? `one of ${candidates.join(", ")}`;
}

/** Options of a schema whose message says what was expected. */
export function expecting(expected: string): { error: (issue: { readonly input?: unknown }) => string } {
  return { error: (issue) => problem(issue.input, expected) };
}

/** Text of a given form. `expected` ends with an example. */
export function text(pattern: RegExp, expected: string): z.ZodString {
  return z.string(expecting(expected)).regex(pattern, expecting(expected));
}

/** Text that a function judges. Editors go by a pattern, which may let more through. */
export function judged(isRight: (value: string) => boolean, expected: string, pattern: RegExp) {
  return z.string(expecting(expected)).refine(isRight, expecting(expected)).meta({ pattern: pattern.source });
}

/** Text that a function judges, which answers with the message where it is wrong. */
export function explained(problemOf: (value: string) => string | undefined, expected: string) {
  return z.string(expecting(expected)).check((context) => {
    const message = problemOf(context.value);
    if (message !== undefined) context.issues.push({ code: "custom", input: context.value, message });
  });
}

/** Text for people: one line of visible characters, not blank, at most `max` characters ({@link lineFault}). */
export function singleLine(expected: string, max = 100): z.ZodString {
  const full = `${expected} (one line, at most ${max} characters)`;
  return z
    .string(expecting(full))
    .min(1, expecting(full))
    .max(max, { ...expecting(full), abort: true })
    .check((context) => {
      const fault = context.value === "" ? undefined : lineFault(context.value);
      if (fault === undefined) return;
      const message = `is ${quote(context.value)}, ${fault.wrong}, expected ${fault.expected}`;
      context.issues.push({ code: "custom", input: context.value, message });
    })
    .meta({ pattern: LINE_PATTERN });
}

/** A whole number between two limits, both allowed. */
export function integer(min: number, max: number, unit = ""): z.ZodInt {
  const options = expecting(`a whole number${unit === "" ? "" : ` of ${unit}`} from ${min} to ${max}`);
  return z.int(options).min(min, options).max(max, options);
}

/** One of some words. */
export function oneOf<const Words extends readonly [string, ...string[]]>(words: Words) {
  return z.enum(words, {
    error: (issue) =>
      problem(issue.input, typeof issue.input === "string" ? suggestion(issue.input, words) : `one of ${words.join(", ")}`),
  });
}

/**
 * A mapping with known keys only. Its message for unknown keys has a line for each of them, in the issue's order;
 * {@link issueProblems} takes it apart again.
 */
export function mapping<Shape extends z.core.$ZodLooseShape>(shape: Shape, expected = "a mapping") {
  return z.strictObject(shape, {
    error: (issue) =>
      issue.code === "unrecognized_keys"
        ? issue.keys.map((key) => `is not a known key, expected ${keySuggestion(key, shape, issue.input)}`).join("\n")
        : problem(issue.input, expected),
  });
}

/**
 * What to write instead of an unknown key: the nearest that is not there yet, or the only one that is missing. Of three
 * or four letters, every key is near to what is there.
 */
function keySuggestion(key: string, shape: z.core.$ZodLooseShape, input: unknown): string {
  const there = typeof input === "object" && input !== null ? input : {};
  const known = Object.keys(shape);
  const free = known.filter((name) => !Object.hasOwn(there, name));
  const near = nearest(key, free) ?? (key.length < 5 ? undefined : nearest(key, known));
  if (near !== undefined) return near;
  if (free.length === 0) return `only ${known.join(", ")}`;
  const missing = free.filter((name) => !isOptional(shape[name]));
  return missing.length === 1 ? missing.join() : `one of ${free.join(", ")}`;
}

function isOptional(schema: unknown): boolean {
  return schema instanceof z.ZodType && schema._zod.optin !== undefined;
}

/** A list without duplicates, at most `max` long. */
export function list<Item extends z.ZodType>(item: Item, expected: string, max = 100) {
  return z
    .array(item, expecting(expected))
    .max(max, { error: (issue) => `has ${(issue.input as readonly unknown[]).length} entries, expected at most ${max}` })
    .superRefine((values, context) => {
      const seen = new Set<unknown>();
      values.forEach((value, index) => {
        if (seen.has(value)) {
          context.addIssue({
            // Stryker disable next-line StringLiteral: Of the kinds of issues only wrong and unknown keys are distinguished.
            code: "custom",
            path: [index],
            message: `is ${quote(value)} a second time, expected each value once`,
          });
        }
        seen.add(value);
      });
    })
    .meta({ uniqueItems: true });
}

/** One thing that is wrong in a parsed value. */
export interface Problem {
  /** Keys and indices from the root of the value. */
  readonly path: readonly (string | number)[];
  /** Whether the last element of the path is a key that should not be there (its position is the key's own). */
  readonly atKey: boolean;
  /** `<what is wrong>, expected <what would be right>`. */
  readonly message: string;
}

/** zod's issues as {@link Problem}s, one for each unknown key. */
export function issueProblems(issues: readonly z.core.$ZodIssue[]): Problem[] {
  const problems = issues.flatMap((issue): Problem[] => {
    // Stryker disable next-line ConditionalExpression: Only a symbol would be written otherwise, and no file has one as a key.
    const path = issue.path.map((part) => (typeof part === "number" ? part : String(part)));
    if (issue.code === "invalid_key") {
      // Stryker disable next-line OptionalChaining: A key is wrong because its schema says something of it.
      return [{ path, atKey: true, message: issue.issues[0]?.message ?? issue.message }];
    }
    if (issue.code !== "unrecognized_keys") return [{ path, atKey: false, message: issue.message }];
    const messages = issue.message.split("\n");
    // Stryker disable next-line StringLiteral: The message has a line for each unknown key: none is missing.
    return issue.keys.map((key, index) => ({ path: [...path, key], atKey: true, message: messages[index] ?? "" }));
  });
  // A key that is missing because it is misspelled is reported once, at the misspelled one.
  const renamed = problems.flatMap(({ path, atKey, message }) => {
    const right = atKey ? /^is not a known key, expected (\S+)$/.exec(message)?.[1] : undefined;
    return right === undefined ? [] : [JSON.stringify([...path.slice(0, -1), right])];
  });
  return problems.filter(({ path, message }) => !message.startsWith("is missing, ") || !renamed.includes(JSON.stringify(path)));
}

/** A path as a reader would write it: `environments.prod.domains[0]`. Empty for the root. */
export function formatPath(path: readonly (string | number)[]): string {
  return path
    .map((part, index) => (typeof part === "number" ? `[${part}]` : index === 0 ? part : `.${part}`))
    .join("");
}

/** RFC 1123 label: what Kubernetes takes for names and label values; at most 63 characters. */
export const LABEL = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

/** A lower-case RFC 1123 host name of two labels or more, whose last is not a number; at most 253 characters. */
export const HOST = /^(?=.{4,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])$/;

/** A host name that Odoo is reached by. */
export const hostName = text(HOST, 'a lower-case host name such as "erp.example.com"');

const SERVER_HOST = 'a host name or an IP address such as "db.internal"';

/** Something that a TCP client connects to: a host name, one label included, or an IP address. No port with it. */
export const serverHost = judged(isHost, SERVER_HOST, /^(?:[a-zA-Z0-9](?:[a-zA-Z0-9.-]{0,251}[a-zA-Z0-9])?|[0-9a-fA-F:.]{2,45})$/);

/** A TCP port. */
export const port = integer(1, 65535);

/** A mail address: a local part, and a host name of two labels or more. Deliberately simple: mail servers have the last word. */
export const email = text(
  /^(?=.{6,254}$)[A-Za-z0-9._%+-]{1,64}@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,63}$/,
  'a mail address such as "team@example.com"',
);

/** The name of a team: a label of what it owns. */
export const teamName = text(LABEL, 'lower-case letters, digits and hyphens such as "finance-ops"');

/** The name of a cell: part of stack names and labels. */
export const cellName = text(/^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/, 'lower-case words joined by hyphens such as "main"').max(
  20,
  expecting("at most 20 characters"),
);

const WORDS = /^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/;

/** The name of a plan: lower-case words joined by hyphens. */
export const planName = text(WORDS, 'a plan such as "standard"');

/** The name of a bundle: lower-case words joined by hyphens. */
export const bundleName = text(WORDS, 'a bundle such as "finance-ppm"');

/** The name of a release: Odoo's series, then year and month, then a number when there is a second one in the month. */
export const releaseName = text(/^\d+\.\d-20\d\d\.(?:0[1-9]|1[0-2])(?:\.[1-9]\d?)?$/, 'a release such as "18.0-2026.11"');

/** The technical name of an Odoo module: the name of its folder. */
export const moduleName = text(/^[a-z][a-z0-9_]{1,62}$/, 'an Odoo module name such as "account_financial_report"');

/** A reporting model and its version: a folder `sql/tenant/<model>/<version>`. */
export const reportingModel = text(/^[a-z][a-z0-9_]*\/v[1-9]\d*$/, 'a model and version such as "finance_ppm/v1"');

const HTTPS_URL = 'an https address such as "https://login.example.com/realms/acme"';

/** An https address without credentials, query and fragment. */
export const httpsUrl = judged(isHttpsUrl, HTTPS_URL, /^https:\/\/[!-~]+$/);
