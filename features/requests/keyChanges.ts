import { isDeepStrictEqual } from "node:util";
import { isMap, isNode, isScalar, isSeq, parse, parseDocument } from "yaml";
import type { Document, YAMLMap, YAMLSeq } from "yaml";
import { tenantSchema } from "../../config/schemas/tenant.ts";

/** A tenant file's keys in the order that people expect them in. */
const ORDER = Object.keys(tenantSchema.shape);

/** A key of the text's top level with all that belongs to it: comments above it, its value, and a comment behind. */
interface Segment {
  readonly key: string;
  readonly text: string;
}

/**
 * A file's text with other values of keys of its top level. Comments and order stay: of what is nested, only what differs
 * is written, and the text of every other key is left as it is.
 *
 * @param changes the keys' new values; null removes a key
 */
export function withKeys(
  text: string,
  changes: Readonly<Record<string, unknown>>,
): { readonly text: string } | { readonly problem: string } {
  const before: unknown = parse(text);
  const document = parseDocument(text, { compat: "yaml-1.1" });
  const { contents } = document;
  if (!isRecord(before) || !isMap(contents)) return { problem: "is not a mapping, expected a tenant's file" };
  const wanted = changed(before, changes);
  if (isDeepStrictEqual(wanted, before)) {
    return {
      problem: `already says what is asked for (${Object.keys(changes).join(", ")}), expected a change of at least one key`,
    };
  }
  const keys = Object.keys(changes).filter((key) => !isDeepStrictEqual(wanted[key], before[key]));
  for (const key of keys) {
    if (!(key in wanted)) document.delete(key);
    else if (contents.has(key)) update(document, contents, key, wanted[key]);
    else insert(document, contents, key, wanted[key]);
  }
  const whole = document.toString({ lineWidth: 0, flowCollectionPadding: true });
  const candidates = contents.flow === true ? [whole] : [spliced(text, whole, keys), whole];
  const right = candidates.find((candidate) => isDeepStrictEqual(parseOrNothing(candidate), wanted));
  if (right !== undefined) return { text: right };
  return {
    problem: "cannot be changed by a program without harm to it, expected a change by a person in a pull request",
  };
}

function changed(before: Readonly<Record<string, unknown>>, changes: Readonly<Record<string, unknown>>) {
  const kept = Object.entries(before).filter(([key]) => !Object.hasOwn(changes, key));
  return Object.fromEntries([...kept, ...Object.entries(changes).filter(([, value]) => value !== null)]);
}

/** Makes a node of a mapping what it should be; nodes that say it already stay, with their comments and their style. */
function update(document: Document, map: YAMLMap, key: string, value: unknown): void {
  const node = map.get(key, true);
  if (isNode(node) && isDeepStrictEqual(node.toJS(document), value)) return;
  if (isMap(node) && isRecord(value) && Object.keys(value).length > 0) {
    for (const pair of [...node.items]) {
      const name = isScalar(pair.key) ? String(pair.key.value) : "";
      if (!Object.hasOwn(value, name)) node.delete(name);
    }
    for (const [name, item] of Object.entries(value)) update(document, node, name, item);
  } else if (isSeq(node) && Array.isArray(value) && value.length > 0) {
    node.items = entriesOf(document, node, value);
  } else if (isScalar(node) && !isRecord(value) && !Array.isArray(value)) {
    node.value = value;
    // A number's way of writing is not another's.
    delete node.source;
    delete node.format;
  } else map.set(key, document.createNode(value));
}

/** Entries that were in a list before keep their nodes. */
function entriesOf(document: Document, list: YAMLSeq, values: readonly unknown[]): unknown[] {
  const left = [...list.items];
  return values.map((value) => {
    const index = left.findIndex((item) => isNode(item) && isDeepStrictEqual(item.toJS(document), value));
    return index < 0 ? document.createNode(value) : left.splice(index, 1)[0];
  });
}

/** Puts a new key behind the last one that comes before it in a tenant's file. */
function insert(document: Document, map: YAMLMap, key: string, value: unknown): void {
  const earlier = ORDER.slice(0, ORDER.indexOf(key));
  const index = map.items.findLastIndex(({ key: name }) => isScalar(name) && earlier.includes(String(name.value)));
  map.items.splice(index + 1, 0, document.createPair(key, value));
}

/** The text with the given keys as another has them. */
function spliced(text: string, other: string, keys: readonly string[]): string {
  const [old, fresh] = [segmentsOf(text), segmentsOf(other)];
  const segments = fresh.segments.map((segment) => {
    const same = keys.includes(segment.key) ? undefined : old.segments.find(({ key }) => key === segment.key);
    return same ?? segment;
  });
  return [old.head, ...segments.map((segment) => segment.text), old.tail]
    .map((part, index, all) => (part === "" || part.endsWith("\n") || index === all.length - 1 ? part : `${part}\n`))
    .join("");
}

/** The parts of a text: what is above the first key, the keys, and what is below the last one. */
function segmentsOf(text: string): { readonly head: string; readonly segments: Segment[]; readonly tail: string } {
  const { contents } = parseDocument(text);
  const items = isMap(contents) ? contents.items : [];
  const lineStart = (offset: number) => text.lastIndexOf("\n", offset - 1) + 1;
  const lineEnd = (offset: number) => {
    const end = text.indexOf("\n", offset);
    return end < 0 ? text.length : end + 1;
  };
  const bounds = items.map(({ key, value }) => {
    const [start = 0, keyEnd = 0] = isNode(key) ? key.range : [0, 0];
    const end = isNode(value) ? value.range[1] : keyEnd;
    const last = text.slice(start, end).trimEnd().length + start;
    return { key: isScalar(key) ? String(key.value) : "", start: lineStart(start), end: lineEnd(last) };
  });
  const segments = bounds.map(({ key, start, end }, index) => ({
    key,
    text: text.slice(index === 0 ? start : (bounds[index - 1]?.end ?? start), end),
  }));
  return {
    head: text.slice(0, bounds[0]?.start ?? text.length),
    segments,
    tail: text.slice(bounds.at(-1)?.end ?? text.length),
  };
}

function parseOrNothing(text: string): unknown {
  try {
    return parse(text);
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
