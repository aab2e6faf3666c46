import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import type { Diagnostic } from "./diagnostics.ts";
import { formatPath, issueProblems } from "./schemas/common.ts";
import { indexedModule, moduleIndexSchema, moduleObjects, moduleObjectsSchema } from "./schemas/moduleIndex.ts";
import type { IndexedModule, ModuleIndex, ModuleObjects, ModuleObjectsFile } from "./schemas/moduleIndex.ts";

/** The index of the modules there are, from the project's root. */
export const INDEX_FILE = "modules/index.json";

/** What the bundles' modules define, from the project's root. */
export const OBJECTS_FILE = "modules/objects.json";

/** Entries of a generated file by name. An entry is held against its schema when it is first asked for: few are. */
export interface Table<Entry> {
  readonly names: readonly string[];
  /** Undefined: there is none, or it is invalid, which the table's problems tell. */
  readonly get: (name: string) => Entry | undefined;
}

/** The modules there are, what the bundles' modules define, and where else a module was seen. */
export interface ModuleTables {
  /** The index's date. */
  readonly date: string;
  readonly modules: Table<IndexedModule>;
  readonly objects: Table<ModuleObjects>;
  /** Versions of another series by module, for those that are not proven on 18.0. */
  readonly elsewhere: Readonly<Record<string, string>>;
  /** What was wrong with entries so far. */
  readonly problems: readonly Diagnostic[];
}

/** Entries by name, not held against a schema yet. */
type Raw = Readonly<Record<string, unknown>>;

/** Makes tables of files that are in memory. */
export function moduleTables(
  { date, elsewhere, modules }: Pick<ModuleIndex, "date" | "elsewhere"> & { readonly modules: Raw },
  objects: Raw,
): ModuleTables {
  const problems: Diagnostic[] = [];
  return {
    date,
    elsewhere,
    problems,
    modules: table(INDEX_FILE, modules, indexedModule, problems),
    objects: table(OBJECTS_FILE, objects, moduleObjects, problems),
  };
}

function table<Schema extends z.ZodType>(
  file: string,
  raw: Raw,
  schema: Schema,
  problems: Diagnostic[],
): Table<z.output<Schema>> {
  const parsed = new Map<string, z.output<Schema> | undefined>();
  const get = (name: string): z.output<Schema> | undefined => {
    if (!parsed.has(name)) {
      const entry = Object.hasOwn(raw, name) ? schema.safeParse(raw[name]) : undefined;
      if (entry?.success === false) problems.push(refusal(file, ["modules", name], entry.error.issues));
      parsed.set(name, entry?.data);
    }
    return parsed.get(name);
  };
  return { names: Object.keys(raw), get };
}

/** What was read last, entries as they are written: tests and benchmarks read thousands of projects with the same index. */
let last:
  | { readonly texts: readonly string[]; readonly index: z.output<typeof moduleIndexHead>; readonly objects: Raw }
  | undefined;

/**
 * Reads the index and the objects for the rules and the solver.
 *
 * @param root the project's root
 */
export function readModuleTables(root: string): {
  readonly tables?: ModuleTables;
  readonly diagnostics: readonly Diagnostic[];
} {
  const texts = [INDEX_FILE, OBJECTS_FILE].map((file) => textOf(root, file));
  const [index, objects] = texts;
  if (index === undefined || objects === undefined) {
    return { diagnostics: [INDEX_FILE, OBJECTS_FILE].filter((_, at) => texts[at] === undefined).map(unreadable) };
  }
  // Stryker disable next-line BlockStatement,ConditionalExpression: The same files are read again: the same result, later.
  if (last?.texts[0] === index && last.texts[1] === objects) {
    return { tables: moduleTables(last.index, last.objects), diagnostics: [] };
  }
  const heads = [headOf(INDEX_FILE, index, moduleIndexHead), headOf(OBJECTS_FILE, objects, moduleObjectsHead)] as const;
  if (!("value" in heads[0]) || !("value" in heads[1])) {
    return { diagnostics: heads.flatMap((head) => ("diagnostic" in head ? [head.diagnostic] : [])) };
  }
  // Stryker disable next-line ArrayDeclaration: The same files are read again: the same result, later.
  last = { texts: [index, objects], index: heads[0].value, objects: heads[1].value.modules };
  return { tables: moduleTables(last.index, last.objects), diagnostics: [] };
}

/**
 * Reads both files as a whole, every entry held against its schema: for a refresh, which writes them again.
 *
 * @param root the project's root
 */
export function readModuleIndex(
  root: string,
):
  | { readonly index: ModuleIndex; readonly objects: ModuleObjectsFile }
  | { readonly diagnostics: readonly Diagnostic[] } {
  const index = whole(root, INDEX_FILE, moduleIndexSchema);
  const objects = whole(root, OBJECTS_FILE, moduleObjectsSchema);
  if ("value" in index && "value" in objects) return { index: index.value, objects: objects.value };
  return { diagnostics: [index, objects].flatMap((read) => ("diagnostic" in read ? [read.diagnostic] : [])) };
}

const anyEntry = z.record(z.string(), z.unknown());
const moduleIndexHead = moduleIndexSchema.extend({ modules: anyEntry });
const moduleObjectsHead = moduleObjectsSchema.extend({ modules: anyEntry });

function textOf(root: string, file: string): string | undefined {
  try {
    // Stryker disable next-line StringLiteral: JSON is parsed of bytes as of text: only that the same files are not recognised, and read again.
    return readFileSync(join(root, file), "utf8");
  } catch {
    return undefined;
  }
}

function whole<Schema extends z.ZodType>(root: string, file: string, schema: Schema): Parsed<z.output<Schema>> {
  const text = textOf(root, file);
  return text === undefined ? { diagnostic: unreadable(file) } : headOf(file, text, schema);
}

type Parsed<Value> = { readonly value: Value } | { readonly diagnostic: Diagnostic };

function headOf<Schema extends z.ZodType>(file: string, text: string, schema: Schema): Parsed<z.output<Schema>> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return { diagnostic: generated(file, "", "is not JSON, expected the generated file") };
  }
  const result = schema.safeParse(parsed);
  return result.success ? { value: result.data } : { diagnostic: refusal(file, [], result.error.issues) };
}

function unreadable(file: string): Diagnostic {
  return generated(file, "", "cannot be read, expected the generated file");
}

/** The first of what is wrong: the file is generated, and made again whatever else there is. */
function refusal(file: string, at: readonly string[], issues: readonly z.core.$ZodIssue[]): Diagnostic {
  // Stryker disable next-line ArrayDeclaration,ObjectLiteral: For the compiler: what was refused has an issue.
  const [{ path, message } = { path: [], message: "is invalid" }] = issueProblems(issues);
  return generated(file, formatPath([...at, ...path]), message);
}

function generated(file: string, path: string, message: string): Diagnostic {
  return {
    file,
    line: 1,
    column: 1,
    path,
    message: `${message} (npx odoo-saas module refresh writes it: docs/runbooks/modules.md)`,
  };
}
