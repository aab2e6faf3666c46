import { isMap, isNode, isScalar, isSeq, parseDocument, visit } from "yaml";
import type { Document, Node, YAMLError } from "yaml";
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

/** A file that could be parsed with its value as plain data, or why not. */
export type ParsedFile =
  { readonly source: SourceFile; readonly value: unknown } | { readonly diagnostics: readonly Diagnostic[] };

/** What is wrong and what was expected, by the `yaml` package's error code. Codes that are not here keep its own text. */
const YAML_ERRORS: Readonly<Record<string, string>> = {
  DUPLICATE_KEY: "is a key that is there twice, expected each key once",
  MULTIPLE_DOCS: "starts a second document, expected one document a file",
  BAD_INDENT: "is not indented like its neighbours or not closed, expected as many spaces as they have, or a bracket",
  NON_STRING_KEY: "is a key that is not text, expected text",
  MISSING_CHAR: "lacks something before it, expected a closing quote or bracket, a comma or a colon",
  BLOCK_AS_IMPLICIT_KEY: "starts a mapping within a line, expected it on lines of its own or in braces",
};

/** Most syntax errors that are told of one file: a parser that lost its way finds thousands. */
const MAX_SYNTAX_ERRORS = 5;

/** Deepest nesting. The schemas need five levels; a file made to break the parser has thousands. */
const MAX_DEPTH = 20;

/**
 * Parses one YAML 1.2 document. Anchors, aliases, tags and tabs are refused: what is written is what is meant, and no
 * file can grow when it is read (the "billion laughs").
 */
export function parseYaml(file: string, text: string): ParsedFile {
  const at = ({ offset, message }: Refusal, path = ""): Diagnostic => ({
    file,
    ...positionOf(text, offset),
    path,
    message,
  });
  const refuse = (refusals: readonly Refusal[]): ParsedFile => ({
    diagnostics: refusals.slice(0, MAX_SYNTAX_ERRORS).map((refusal) => at(refusal)),
  });
  const early = earlyRefusal(text);
  if (early !== undefined) return refuse([early]);
  const document = parse(text);
  const refusals = [...document.errors, ...document.warnings].map(syntaxRefusal);
  // The walk is for files that have a character of anchors or tags; an alias needs an anchor, or is an error below.
  if (/[&!]/.test(text)) refusals.push(...unwanted(document));
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
  return { source: { file, locate }, value };
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
  readonly message: string;
}

/**
 * What one reader sees and another does not: characters that YAML does not allow (c-printable of YAML 1.2), byte order
 * marks, line breaks other than LF and CR LF (YAML 1.1 has three more), and the controls that make an editor show text in
 * another order than it is read in (https://trojansource.codes).
 */
const UNSAFE =
  /[^\n\r\x20-\x7e\xa0-\u2027\u202f-\u2065\u206a-\ud7ff\ue000-\ufefe\uff00-\ufffd\u{10000}-\u{10ffff}]|\r(?!\n)/u;

/** What can be refused before the parser sees the text. */
function earlyRefusal(text: string): Refusal | undefined {
  const unsafe = UNSAFE.exec(text);
  if (unsafe !== null) return { offset: unsafe.index, message: unsafeMessage(unsafe[0]) };
  const directive = /^%/m.exec(text);
  if (directive !== null) return { offset: directive.index, message: "is a directive, expected YAML 1.2 without any" };
  // Brackets nest in a line, indentation over lines; quoted brackets count too, which no real file comes near.
  let depth = 0;
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
  const code = (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0");
  return `is the invisible character U+${code}, expected printable text (in a quoted value: "\\u${code}")`;
}

function syntaxRefusal({ code, message, pos: [offset] }: YAMLError): Refusal {
  const own = `is not YAML (${message.replace(/[\s.]+$/, "").slice(0, 80)}), expected YAML 1.2`;
  return { offset, message: YAML_ERRORS[code] ?? own };
}

/** Anchors, aliases and tags of a document. */
function unwanted(document: Document): Refusal[] {
  const found: Refusal[] = [];
  visit(document, {
    Alias: (_key, node) => {
      found.push({ offset: node.range?.[0] ?? 0, message: `is an alias (*${node.source}), expected the value itself` });
    },
    Value: (_key, node) => {
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
  return isNode(value) ? (value satisfies Node).range?.[0] : undefined;
}
