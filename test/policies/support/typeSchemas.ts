import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { parse } from "yaml";
import { z } from "zod";
import { allParts } from "../../../sandbox/toolchain/parts.ts";
import { ensureParts } from "../../../sandbox/toolchain/ensure.ts";

/** Every property that a type has: keys joined by dots, `[]` behind a list, `{}` behind a map. */
export type TypeSchema = ReadonlySet<string>;

const PROJECT = join(import.meta.dirname, "../../..");
/** The deepest that a property is looked for; deeper are schemas that hold themselves. */
const DEEPEST = 16;
/** How Pulumi's inputs wait for a value. */
const WAITING = new Set(["Promise", "OutputInstance"]);

/** Properties of resource types by the declarations of the pinned packages, and by the definitions of the cluster's own kinds. */
export async function typeSchemas(types: readonly string[]): Promise<ReadonlyMap<string, TypeSchema>> {
  const definitions = await customKinds();
  const declared = types.filter((type) => !definitions.has(type));
  return new Map([...definitions, ...declarations(declared)].filter(([type]) => types.includes(type)));
}

/** Properties that are in no interface: the engine adds a provider's version, and the program's own resources what they are made of. */
const ADDED: Readonly<Record<string, readonly string[]>> = {
  "pulumi:providers": ["version"],
  "odoosql:index": ["checksum", "schema"],
};

/** Module and interface of a type's inputs, such as `@pulumi/keycloak/openid/client.js` and `ClientArgs`. */
function inputsOf(type: string): { module: string; name: string } {
  const [provider = "", path = "", name = ""] = type.split(":");
  if (provider === "pulumi") return { module: `@pulumi/${name}/provider.js`, name: "ProviderArgs" };
  if (provider === "odoosql") return { module: "../../../providers/odoosql/resources.js", name: `${name}Args` };
  const folder = provider === "kubernetes" ? path.replace(/\.[^/]*/, "") : path.replace(/^index\//, "");
  const file = provider === "kubernetes" ? `${folder}/${name.charAt(0).toLowerCase()}${name.slice(1)}` : folder;
  return { module: `@pulumi/${provider}/${file}.js`, name: `${name}Args` };
}

function declarations(types: readonly string[]): Map<string, TypeSchema> {
  const inputs = types.map(inputsOf);
  const text = inputs.map(({ module, name }, index) => `export type { ${name} as T${index} } from "${module}";`);
  const file = join(PROJECT, "test/policies/support/inputs.ts");
  const options: ts.CompilerOptions = {
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    skipLibCheck: true,
    strict: true,
    types: [],
  };
  const host = ts.createCompilerHost(options);
  const read = host.getSourceFile.bind(host);
  host.getSourceFile = (name, ...rest) =>
    name === file ? ts.createSourceFile(name, text.join("\n"), ts.ScriptTarget.Latest, true) : read(name, ...rest);
  const program = ts.createProgram([file], options, host);
  const checker = program.getTypeChecker();
  const source = program.getSourceFile(file);
  const module = source && checker.getSymbolAtLocation(source);
  assert(module);
  const exported = new Map(checker.getExportsOfModule(module).map((symbol) => [symbol.name, symbol]));
  return new Map(
    types.map((type, index) => {
      const symbol = exported.get(`T${index}`);
      assert(symbol, type);
      const found = new Set<string>();
      collect(checker, checker.getDeclaredTypeOfSymbol(checker.getAliasedSymbol(symbol)), "", found);
      for (const added of ADDED[types[index]?.split(":").slice(0, 2).join(":") ?? ""] ?? []) found.add(added);
      assert(found.size > 0, `${type} has no properties`);
      return [type, found];
    }),
  );
}

function collect(checker: ts.TypeChecker, type: ts.Type, path: string, found: Set<string>, depth = 0): void {
  if (depth > DEEPEST) return;
  for (const one of type.isUnion() ? type.types : [type]) {
    if ((one.flags & ts.TypeFlags.Object) === 0 || WAITING.has(one.symbol.name)) continue;
    const [element] = checker.isArrayType(one) ? checker.getTypeArguments(one as ts.TypeReference) : [];
    if (element !== undefined) {
      found.add(`${path}[]`);
      collect(checker, element, `${path}[]`, found, depth + 1);
      continue;
    }
    if (checker.getIndexInfoOfType(one, ts.IndexKind.String) !== undefined) found.add(`${path}{}`);
    for (const property of one.getProperties()) {
      const below = path === "" ? property.name : `${path}.${property.name}`;
      if (found.has(below)) continue;
      found.add(below);
      collect(checker, checker.getTypeOfSymbol(property), below, found, depth + 1);
    }
  }
}

interface Schema {
  readonly properties?: Readonly<Record<string, Schema>> | undefined;
  readonly items?: Schema | undefined;
  readonly additionalProperties?: unknown;
}
const schema: z.ZodType<Schema> = z.lazy(() =>
  z.object({
    properties: z.record(z.string(), schema).optional(),
    items: schema.optional(),
    additionalProperties: z.unknown().optional(),
  }),
);
const definition = z.object({
  spec: z.object({
    group: z.string(),
    names: z.object({ kind: z.string() }),
    versions: z.array(z.object({ name: z.string(), schema: z.object({ openAPIV3Schema: schema }) })),
  }),
});

async function customKinds(): Promise<Map<string, TypeSchema>> {
  const [part] = await ensureParts(allParts().filter(({ name }) => name === "crds"));
  assert(part);
  const kinds = new Map<string, TypeSchema>();
  for (const file of readdirSync(part.dir).filter((name) => name.endsWith(".yaml"))) {
    const { spec } = definition.parse(parse(readFileSync(join(part.dir, file), "utf8")));
    for (const version of spec.versions) {
      const found = new Set<string>();
      const { properties = {}, ...rest } = version.schema.openAPIV3Schema;
      // Every object's metadata, which definitions leave out.
      const metadata = { properties: { name: {}, namespace: {}, labels: MAP, annotations: MAP } };
      flatten({ ...rest, properties: { ...properties, metadata } }, "", found);
      kinds.set(`kubernetes:${spec.group}/${version.name}:${spec.names.kind}`, found);
    }
  }
  return kinds;
}

const MAP: Schema = { additionalProperties: true };

function flatten({ properties, items, additionalProperties }: Schema, path: string, found: Set<string>): void {
  if (additionalProperties !== undefined && additionalProperties !== false) found.add(`${path}{}`);
  if (items !== undefined) {
    found.add(`${path}[]`);
    flatten(items, `${path}[]`, found);
  }
  for (const [key, below] of Object.entries(properties ?? {})) {
    const at = path === "" ? key : `${path}.${key}`;
    found.add(at);
    flatten(below, at, found);
  }
}
