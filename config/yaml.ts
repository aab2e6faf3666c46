import { isMap, isNode, isScalar, isSeq, parseDocument, stringify, visit } from "yaml";
import type { Document, Node, YAMLError } from "yaml";
import { hiddenCharacter, SHOWN_JOINER, VISIBLE } from "./characters.ts";
import { formatPath } from "./schemas/common.ts";
import type { Problem } from "./schemas/common.ts";
import type { Diagnostic } from "./diagnostics.ts";

/** A parsed file. */
export interface SourceFile {
  /** Path from the project's root, with forward slashes. */
  readonly file: string;
  /** Gives a problem of the file's value its position. */
  readonly locate: (problem: Problem) => Diagnostic;
}

/** A text without quotes that a comment on its line ends, and maybe cuts: `Acme #1 GmbH` is read as `Acme`. */
export interface Cut {
  /** Keys and indices from the root of the value. */
  readonly path: readonly (string | number)[];
  /** The text with the comment as a part of it. */
  readonly whole: string;
}

/** A file that could be parsed, with its value as plain data. */
export interface ParsedDocument {
  readonly source: SourceFile;
  readonly value: unknown;
  readonly cuts: readonly Cut[];
  /** What is written at a place without quotes that is no text to YAML, such as `18.0`, `true` or `~`; undefined for all else. */
  readonly written: (path: readonly (string | number)[]) => string | undefined;
}

/** A file that could be parsed, or why not. */
export type ParsedFile = ParsedDocument | { readonly diagnostics: readonly Diagnostic[] };

/** What is wrong and what was expected, by the `yaml` package's error code. Codes that are not here keep its own text. */
const YAML_ERRORS: Readonly<Record<string, string>> = {
  DUPLICATE_KEY: "is a duplicate key, expected each key once",
  MULTIPLE_DOCS: "starts a second document, expected one document per file",
  BAD_INDENT: "is not indented like its neighbours or not closed, expected as many spaces as they have, or a bracket",
  NON_STRING_KEY: "is a key that is not text, expected text",
  MISSING_CHAR: "is missing something before it, expected a closing quote or bracket, a comma or a colon",
  BLOCK_AS_IMPLICIT_KEY: "starts a mapping within a line, expected it on lines of its own or in braces",
};

/** Maximum number of syntax errors to report for one file: a confused parser finds thousands. */
const MAX_SYNTAX_ERRORS = 5;

/** Deepest nesting. The schemas need five levels; a file made to break the parser has thousands. */
const MAX_DEPTH = 20;

/** Options of {@link parseYaml}. */
export interface ParseOptions {
  /** Keys that are taken as they are although YAML 1.1 and 1.2 differ, such as GitHub's `on`. */
  readonly keys?: readonly string[];
  /** Whether nothing is wrong at a place of a value, for messages that say what to write. Default: not known. */
  readonly fits?: (value: unknown, path: readonly (string | number)[]) => boolean;
}

/**
 * Parses one YAML 1.2 document. Anchors, aliases, tags and tabs are refused: what is written is what is meant, and no
 * file can grow when it is read (the "billion laughs"). So is what YAML 1.1 and 1.2 read differently.
 */
export function parseYaml(file: string, text: string, { keys = [], fits }: ParseOptions = {}): ParsedFile {
  const at = ({ offset, message }: Refusal, path = ""): Diagnostic => ({
    file,
    ...positionOf(text, offset),
    path,
    message,
  });
  const refuse = (refusals: readonly Refusal[]): ParsedFile => ({
    diagnostics: refusals.slice(0, MAX_SYNTAX_ERRORS).map((refusal) => at(refusal, formatPath(refusal.path ?? []))),
  });
  const early = earlyRefusal(text);
  if (early !== undefined) return refuse([early]);
  const document = parse(text);
  const refusals = [...document.errors, ...document.warnings].map(syntaxRefusal);
  // The walk is for files that have a character of anchors or tags; an alias needs an anchor, or is an error below.
  // Stryker disable next-line ConditionalExpression,Regex: Walks through every file: slower, with the same answer.
  if (/[&!]/.test(text)) refusals.push(...unwanted(document));
  const cuts: Cut[] = [];
  if (SUSPICIOUS.test(text)) {
    for (const scalar of plainScalars(document.contents)) {
      const isTaken = scalar.isKey && keys.includes(scalar.source);
      const refusal = isTaken
        ? undefined
        : ambiguity(scalar, fits && ((value) => fits(withValue(document, scalar, value), scalar.path)));
      if (refusal !== undefined) refusals.push(refusal);
      const whole = uncut(scalar, text);
      if (whole !== undefined) cuts.push({ path: scalar.path, whole });
    }
  }
  if (refusals.length > 0) return refuse(refusals);
  if (document.contents === null || (isScalar(document.contents) && document.contents.value === null)) {
    return refuse([{ offset: 0, message: "is empty, expected a mapping" }]);
  }
  let value: unknown;
  try {
    value = document.toJS();
  } catch {
    return refuse(unwanted(document));
  }
  // A document takes many times its text's memory and is needed again only where something is wrong.
  let again: Document | undefined;
  const locate = (problem: Problem): Diagnostic => {
    again ??= parse(text);
    return at({ offset: offsetOf(again, problem), message: problem.message }, formatPath(problem.path));
  };
  const written = (path: readonly (string | number)[]) => {
    again ??= parse(text);
    const node: unknown = again.getIn(path, true);
    return isScalar(node) && node.type === "PLAIN" && typeof node.value !== "string" ? node.source : undefined;
  };
  return { source: { file, locate }, value, cuts, written };
}

/**
 * Writes a value as YAML that every reader takes for the same: texts that YAML 1.1 takes for something else are quoted, such as
 * a tenant called `no`. Lines are not folded.
 */
export function writeYaml(value: unknown): string {
  return stringify(value, { lineWidth: 0, aliasDuplicateObjects: false, compat: "yaml-1.1" });
}

function parse(text: string): Document {
  return parseDocument(text, { prettyErrors: false, stringKeys: true });
}

function positionOf(text: string, offset: number): { line: number; column: number } {
  const before = text.slice(0, offset);
  return { line: before.split("\n").length, column: offset - before.lastIndexOf("\n") };
}

interface Refusal {
  readonly offset: number;
  /** Where it is in the value, as far as the value is known. */
  readonly path?: readonly (string | number)[];
  readonly message: string;
}

/**
 * What one reader sees and another does not: all but {@link VISIBLE} characters and line breaks of LF and CR LF (YAML 1.1 has
 * three more), and joiners that show. A variation selector may make a sign an emoji, as editors write it in comments; names have none.
 */
const UNSAFE = new RegExp(`(?!${VISIBLE}|${SHOWN_JOINER}|[\\n\\r]|(?<=\\p{Emoji})\\ufe0f).|\\r(?!\\n)`, "su");

/** Words that YAML 1.1 takes for true and false, and YAML 1.2 for text. */
const SWITCHES: readonly (readonly [words: string, meaning: string])[] = [
  ["y|Y|yes|Yes|YES|on|On|ON", "true"],
  ["n|N|no|No|NO|off|Off|OFF", "false"],
];
const SWITCH = SWITCHES.map(([words]) => words).join("|");

/** What YAML 1.1 or 1.2 takes for a number: with signs, points, exponents, in other bases, in groups, and `1:30` for 90. */
const NUMBER =
  "[-+]?(?:0[bB][01_]+|0o[0-7]+|0[xX][\\da-fA-F_]+|\\d[\\d_]*(?::[0-5]?\\d)+(?:\\.[\\d_]*)?|(?:\\d[\\d_]*(?:\\.[\\d_]*)?|\\.\\d[\\d_]*)(?:[eE][-+]?\\d+)?)";

/** What every reader takes for the same number. */
const DECIMAL = /^-?(?:0|[1-9]\d*)(?:\.\d+)?$/;

/** Whether a text without quotes is one thing to YAML 1.1 and another to YAML 1.2. */
const AMBIGUOUS = new RegExp(`^(?:${SWITCH}|${NUMBER})$`);

/** Whether a text may hold something {@link AMBIGUOUS} or a {@link Cut}: most files do not, and are not walked through. */
const SUSPICIOUS = new RegExp(
  `(?<![^\\s[{,])(?:${SWITCH}|(?!-?(?:0|[1-9]\\d*)(?![\\w.:]))${NUMBER})(?![^\\s\\]},:])|[^\\s#][ ]+#`,
  "u",
);

/** A text without quotes: where it is in the value, and in the file. */
interface PlainScalar {
  readonly path: readonly (string | number)[];
  readonly isKey: boolean;
  readonly source: string;
  readonly value: unknown;
  readonly start: number;
  readonly end: number;
}

/** Texts without quotes below a node, keys included. The parser has no value deeper than {@link MAX_DEPTH}. */
function* plainScalars(node: unknown, path: readonly (string | number)[] = [], isKey = false): Generator<PlainScalar> {
  if (isMap(node)) {
    for (const { key, value } of node.items) {
      const name = isScalar(key) ? String(key.value) : "";
      yield* plainScalars(key, [...path, name], true);
      yield* plainScalars(value, [...path, name]);
    }
  } else if (isSeq(node)) {
    for (const [index, item] of node.items.entries()) yield* plainScalars(item, [...path, index]);
  } else if (isScalar(node) && node.type === "PLAIN" && node.range) {
    const [start, end] = node.range;
    yield { path, isKey, source: node.source ?? "", value: node.value, start, end };
  }
}

/**
 * Why a text without quotes is refused; undefined when every reader takes it for the same.
 *
 * @param fits whether a value would be right in its place; undefined: not known
 */
function ambiguity(
  { path, isKey, source, value, start }: PlainScalar,
  fits: ((value: unknown) => boolean) | undefined,
): Refusal | undefined {
  if (!AMBIGUOUS.test(source) || DECIMAL.test(source)) return undefined;
  const word = SWITCHES.find(([words]) => words.split("|").includes(source))?.[1];
  const other = word === undefined ? value : word === "true";
  const hasOther = (word !== undefined || Number.isFinite(value)) && (fits?.(other) ?? true);
  const quoted = `quotes: "${source}"`;
  const said = word ?? `${String(value)} in decimal digits`;
  const isText = fits?.(source) ?? true;
  const expected = isKey || !hasOther ? quoted : isText ? `${quoted} if it is text, else ${said}` : said;
  return {
    offset: start,
    path,
    message: `is ${source}, which YAML 1.1 and 1.2 read differently, expected ${expected}`,
  };
}

/** The document's value with another one in a scalar's place; undefined where it has none. */
function withValue(document: Document, { path }: PlainScalar, value: unknown): unknown {
  const copy = document.clone();
  copy.setIn(path, value);
  try {
    return copy.toJS();
  } catch {
    return undefined;
  }
}

/** The text with the comment on its line; undefined when there is none. */
function uncut({ value, start, end }: PlainScalar, text: string): string | undefined {
  const comment = start === end ? undefined : /^ +#[^\r\n]*/.exec(text.slice(end))?.[0];
  return comment === undefined || typeof value !== "string" ? undefined : `${value}${comment}`.trimEnd();
}

/** What can be refused before the parser sees the text. */
function earlyRefusal(text: string): Refusal | undefined {
  const unsafe = UNSAFE.exec(text);
  if (unsafe !== null) return { offset: unsafe.index, message: unsafeMessage(unsafe[0]) };
  const directive = /^%/m.exec(text);
  if (directive !== null)
    return { offset: directive.index, message: "is a directive, expected YAML 1.2 without directives" };
  // Brackets nest in a line, indentation over lines; quoted brackets count too, which no real file comes near.
  let depth = 0;
  // Stryker disable next-line EqualityOperator: There is not a character behind the last, and only brackets count.
  for (let index = 0; index < text.length; index += 1) {
    const char = text.charCodeAt(index);
    if (char === 0x5b || char === 0x7b) depth += 1;
    else if (char === 0x5d || char === 0x7d) depth = Math.max(0, depth - 1);
    if (depth > MAX_DEPTH)
      return { offset: index, message: `is nested too deeply, expected at most ${MAX_DEPTH} levels` };
  }
  const deep = new RegExp(`^(?: {${String(MAX_DEPTH * 4)}}|(?:[-?] +){${MAX_DEPTH}})`, "m").exec(text);
  return deep === null
    ? undefined
    : { offset: deep.index, message: `is nested too deeply, expected at most ${MAX_DEPTH} levels` };
}

function unsafeMessage(character: string): string {
  if (character === "\t") return "is a tab, expected spaces";
  if (character === "\r") return "is a carriage return alone, expected line breaks of LF or CR LF";
  const { what, expected } = hiddenCharacter(character);
  return `is ${what}, expected ${expected}`;
}

function syntaxRefusal({ code, message, pos: [offset] }: YAMLError): Refusal {
  // Stryker disable next-line Regex: The parser's messages end in one full stop at most.
  const own = `is not YAML (${message.replace(/[\s.]+$/, "").slice(0, 80)}), expected YAML 1.2`;
  return { offset, message: YAML_ERRORS[code] ?? own };
}

/** Anchors, aliases and tags of a document. */
function unwanted(document: Document): Refusal[] {
  const found: Refusal[] = [];
  visit(document, {
    Alias: (_key, node) => {
      // Stryker disable next-line OptionalChaining: For the compiler: what the parser made has a range.
      found.push({ offset: node.range?.[0] ?? 0, message: `is an alias (*${node.source}), expected the value itself` });
    },
    Value: (_key, node) => {
      // Stryker disable next-line OptionalChaining: For the compiler: what the parser made has a range.
      const offset = node.range?.[0] ?? 0;
      if (node.anchor !== undefined) found.push({ offset, message: `has an anchor (&${node.anchor}), expected none` });
      if (node.tag !== undefined)
        found.push({ offset, message: `has a tag (${node.tag.replace("tag:yaml.org,2002:", "!!")}), expected none` });
    },
  });
  return found;
}

/** Where the value of a problem's path begins; its key, when the key is meant; the nearest thing around, when it is missing. */
function offsetOf(document: Document, { path, atKey }: Problem): number {
  if (path.length === 0) return 0;
  let node: unknown = document.contents;
  let offset = startOf(node) ?? 0;
  for (const [index, part] of path.entries()) {
    const isEntry = isSeq(node);
    // Stryker disable next-line LogicalOperator: Numbers in a path are of lists; a name in a list's place finds nothing either way, and the list's place is reported.
    // Stryker disable next-line ConditionalExpression: A name in a list's place finds nothing either way, and the list's place is reported.
    if (isSeq(node) && typeof part === "number") {
      node = node.items[part];
    } else if (isMap(node)) {
      const pair = node.items.find(
        (item) => (isScalar(item.key) ? String(item.key.value) : undefined) === String(part),
      );
      if (pair === undefined) return offset;
      offset = startOf(pair.key) ?? offset;
      if (atKey && index === path.length - 1) return offset;
      node = pair.value;
    } else {
      return offset;
    }
    // What is missing inside of a block mapping is looked for at its key, not at the first of its other keys.
    if (index === path.length - 1 || isEntry || isSeq(node)) offset = startOf(node) ?? offset;
  }
  return offset;
}

function startOf(value: unknown): number | undefined {
  // Stryker disable next-line OptionalChaining: For the compiler: what the parser made has a range.
  return isNode(value) ? (value satisfies Node).range?.[0] : undefined;
}
