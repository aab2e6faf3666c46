import fc from "fast-check";
import { parse, stringify } from "yaml";

/** Text that means something to YAML, to JavaScript or to a terminal. */
const TOKENS = [
  ...Array.from(
    "{}[]:-?#,&*!|>%@`'\"\\~=<\n\r\t\0\u0001\u0007\u007f\u0085\u00a0\u00ad\u034f\u200b\u200d\u200f\u2028\u2029\u2060\u2067\u2800\u3164\ue000\ufe0f\ufeff\u202e\ufffe\u{e0041}\u{e0101}é😀",
  ),
  ...[
    "- ",
    ": ",
    " #",
    "? ",
    "\r\n",
    "\n\n",
    "  ",
    "&a ",
    "*a",
    "!!map ",
    "!!str ",
    "!x ",
    "---\n",
    "...\n",
    "--- ",
    "<<: ",
  ],
  ...[
    "%YAML 1.1\n---\n",
    "%YAML 1.2\n---\n",
    "%TAG ! tag:x,2000:\n---\n",
    "\u001b[31m",
    "__proto__: {}\n",
    "null",
    "\ud800",
  ],
];

/** Values that are read in more than one way, or are not what their key wants. */
const VALUES = [
  ...[
    "null",
    "~",
    "",
    "true",
    "yes",
    "on",
    "0",
    "-1",
    "1",
    "7",
    "07",
    "010",
    "0o10",
    "0x10",
    "1_000",
    "1e3",
    "7.0",
    ".inf",
    ".nan",
  ],
  ...[
    "+7",
    "9007199254740993",
    "1:30",
    "2026-11-22",
    "=",
    "<<",
    "[]",
    "{}",
    "[[]]",
    "{a: b}",
    "[a, a]",
    "'",
    '"',
    '"\\u0000"',
    '"\\t"',
    '"\\x41"',
  ],
  ...[
    "|\n  block\n",
    ">-\n  folded\n",
    "*a",
    "&a b",
    "!!int 7",
    "!!str 7",
    '"7"',
    "standard # comment",
    "standard#no",
    "a: b",
    // Read as `Acme`; a comment behind a name, or a part of it.
    "Acme #1 GmbH",
    "Acme # GmbH",
    "Acme #",
    '"Acme" #1',
  ],
  ...[
    "ACME",
    "acme",
    "erp.acme.example",
    "xn--e1afmkfd.example",
    "a@b.example",
    "constructor",
    "__proto__",
    "toString",
    "x".repeat(300),
  ],
  ...[
    "[" + "x,".repeat(120) + "]",
    "{".repeat(40) + "}".repeat(40),
    '"a\\\n  b"',
    "a\n  b",
    "0 2 * * *",
    "*/0 * * * *",
    // The first two never come, the third not each year.
    "0 2 31 2 *",
    "0 2 30-31 2 *",
    "0 2 29 2 *",
    "0 2 31 2 1",
    "0o14",
    "012",
    "0b11",
    "12:30",
    "1.",
    ".5",
    "off",
    "Yes",
    "y",
    '"\\u202ea"',
    '"a\\u200bb"',
    '"a\\U000E0041b"',
    '"a\\uE000b"',
    '"a\\u00A0b"',
    '"\\u3164"',
    "https://0x7f.1",
    "https://010.0.0.1/a",
    "https://a.example:0",
  ],
];

const KEYS = [
  "displayname",
  "plans",
  "__proto__",
  "constructor",
  "<<",
  "",
  "0",
  "a b",
  "lifecycle",
  "modules",
  "prod",
  "environments",
  "ключ",
];

type Path = readonly (string | number)[];

function pathsOf(value: unknown, path: Path = []): Path[] {
  if (typeof value !== "object" || value === null) return [path];
  return [
    path,
    ...Object.entries(value).flatMap(([key, item]) =>
      pathsOf(item, [...path, Array.isArray(value) ? Number(key) : key]),
    ),
  ];
}

function at(value: unknown, path: Path): unknown {
  return path.reduce<unknown>((inner, key) => (isBranch(inner) ? inner[key] : undefined), value);
}

function isBranch(value: unknown): value is Record<string | number, unknown> {
  return typeof value === "object" && value !== null;
}

const roots = new Map<string, unknown>();

/** A text's value, the caller's to change. Most changes are the first of an original, which is parsed once. */
function rootOf(text: string): unknown {
  const known = roots.get(text);
  const root: unknown = known ?? parse(text, { logLevel: "error" });
  if (known === undefined && roots.size < 50) roots.set(text, root);
  return structuredClone(root);
}

/** What a generator drew for one change: numbers that are taken modulo whatever there is to choose from. */
interface Draw {
  readonly how: number;
  readonly where: number;
  readonly what: number;
  readonly size: number;
}

const draw = fc.record({ how: fc.nat(999), where: fc.nat(99_999), what: fc.nat(99_999), size: fc.nat(15) });
const draws = fc.array(draw, { minLength: 1, maxLength: 3 });

const pick = <Item>(items: readonly Item[], index: number): Item => {
  const item = items[index % items.length];
  if (item === undefined) throw new Error("nothing to choose from");
  return item;
};

/** Bytes removed, repeated, turned over or put in. */
function changeBytes(bytes: Buffer, { how, where, what, size }: Draw): Buffer {
  const from = where % (bytes.length + 1);
  const [head, cut, tail] = [bytes.subarray(0, from), bytes.subarray(from, from + size), bytes.subarray(from + size)];
  switch (how % 6) {
    case 0:
      return Buffer.concat([head, tail]);
    case 1:
      return Buffer.concat([head, cut, cut, tail]);
    case 2:
      return Buffer.concat([head, Buffer.from(pick(TOKENS, what)), cut, tail]);
    case 3:
      return Buffer.concat([head, Buffer.from([what % 256]), cut, tail]);
    case 4:
      return Buffer.concat([head, Buffer.from([(bytes[from] ?? 0) ^ (1 << (what % 8))]), bytes.subarray(from + 1)]);
    default:
      return Buffer.concat([head, Buffer.from(pick(TOKENS, what)), tail]);
  }
}

/** Lines removed, repeated, swapped, moved in or out, joined, commented out; other line breaks; more documents. */
function changeLines(text: string, { how, where, what, size }: Draw): string {
  const lines = text.split("\n");
  const index = where % lines.length;
  const line = lines[index] ?? "";
  const replace = (...by: string[]) => lines.toSpliced(index, 1, ...by).join("\n");
  switch (how % 12) {
    case 0:
      return replace();
    case 1:
      return replace(line, line);
    case 2:
      return lines
        .toSpliced(index, 1)
        .toSpliced(what % lines.length, 0, line)
        .join("\n");
    case 3:
      return replace(" ".repeat(size % 5) + line);
    case 4:
      return replace(line.replace(/^ {1,2}/, ""));
    case 5:
      return replace(`# ${line}`);
    case 6:
      return replace(line.replaceAll(" ", size % 2 === 0 ? "\t" : "\u00a0"));
    case 7:
      return lines.join(size % 2 === 0 ? "\r\n" : "\r");
    case 8:
      return replace(`${line}\r${lines[index + 1] ?? ""}`);
    case 9:
      return `${pick(["%YAML 1.1\n---\n", "---\n", "%YAML 1.2\n---\n", "# c\n", "\n"], what)}${text}`;
    case 10:
      return `${text}${pick(["---\n", "...\n", "...\nx: y\n", "---\nplan: large\n", "plan: large\n", "<<: {}\n"], what)}`;
    default:
      return replace(line.replace(/: /, pick([": &a ", ": !!str ", ": *a #", ":", " : ", ":  ", ": - "], what)));
  }
}

/** Parts of the document moved, renamed, wrapped, doubled, taken out. */
function changeStructure(text: string, { how, where, what, size }: Draw): string {
  const root = rootOf(text);
  const paths = pathsOf(root).filter((path) => path.length > 0);
  const path = pick(paths, where);
  const parent = at(root, path.slice(0, -1));
  const key = path.at(-1);
  if (!isBranch(parent) || key === undefined) return text;
  const value = parent[key];
  const set = (target: Record<string | number, unknown>, name: string | number, item: unknown) =>
    Object.defineProperty(target, name, { value: item, enumerable: true, configurable: true, writable: true });
  switch (how % 7) {
    case 0:
      if (Array.isArray(parent)) parent.splice(Number(key), 1);
      else Reflect.deleteProperty(parent, key);
      break;
    case 1:
      set(parent, key, structuredClone(at(root, pick(paths, what))));
      break;
    case 2:
      set(parent, key, [value]);
      break;
    case 3:
      set(parent, key, { [pick(KEYS, what) || "x"]: value });
      break;
    case 4:
      if (Array.isArray(parent)) parent.push(value);
      else set(parent, pick(KEYS, what), value);
      break;
    case 5:
      if (!Array.isArray(parent)) Reflect.deleteProperty(parent, key);
      set(parent, Array.isArray(parent) ? key : misspelt(String(key), size), value);
      break;
    default:
      return text.replace(/\n(?=\w)/, `\n${pick(KEYS, what) || "x"}: ${pick(VALUES, where)}\n`);
  }
  return stringify(root, size % 2 === 0 ? {} : { collectionStyle: "flow", aliasDuplicateObjects: size % 3 === 0 });
}

function misspelt(word: string, how: number): string {
  const from = how % word.length;
  return how % 2 === 0 ? word.slice(0, from) + word.slice(from + 1) : `${word.slice(0, from)}x${word.slice(from)}`;
}

/** One scalar replaced by text that goes in as it is, quoted or not. */
function changeValue(text: string, { how, where, what }: Draw): string {
  const root = rootOf(text);
  const leaves = pathsOf(root).filter((path) => path.length > 0 && !isBranch(at(root, path)));
  const path = pick(leaves, where);
  const parent = at(root, path.slice(0, -1));
  const key = path.at(-1);
  if (!isBranch(parent) || key === undefined) return text;
  parent[key] = "PUT-IT-HERE";
  const value = pick(VALUES, what);
  const written = [value, value, JSON.stringify(value), `'${value.replaceAll("'", "''")}'`][how % 4] ?? value;
  // A function: a replacement's own "$&" would be taken for the match.
  return stringify(root, { lineWidth: 0 }).replace("PUT-IT-HERE", () => written);
}

/** Text in, text out; whatever no longer parses stays as it is, so that later changes work on it all the same. */
function parsed(change: (text: string, draw: Draw) => string) {
  return (bytes: Buffer, drawn: Draw): Buffer => {
    try {
      return Buffer.from(change(bytes.toString("utf8"), drawn));
    } catch {
      return bytes;
    }
  };
}

/** A mutant: what kind of change made it, and its bytes. A failure shows it as a JSON string. */
export class Mutant {
  readonly kind: string;
  readonly bytes: Buffer;

  constructor(kind: string, bytes: Buffer) {
    this.kind = kind;
    this.bytes = bytes;
  }

  [fc.toStringMethod](): string {
    const text = this.bytes.toString("utf8");
    return Buffer.from(text).equals(this.bytes) ? JSON.stringify(text) : `hex ${this.bytes.toString("hex")}`;
  }
}

const KINDS: Readonly<Record<string, (bytes: Buffer, draw: Draw) => Buffer>> = {
  bytes: changeBytes,
  lines: parsed(changeLines),
  structure: parsed(changeStructure),
  values: parsed(changeValue),
};

/** Mutants of some texts: one to three changes of one kind. */
export function mutantsOf(texts: readonly string[]): fc.Arbitrary<Mutant> {
  return fc
    .tuple(fc.constantFrom(...texts), fc.constantFrom(...Object.entries(KINDS)), draws)
    .map(([text, [kind, change], all]) => new Mutant(kind, all.reduce(change, Buffer.from(text))));
}
