import assert from "node:assert/strict";
import { KNOWN_PROPERTIES } from "../../policies/known/index.ts";
import { Accepted, ByKey, HARMLESS, Judged, MapOf, Part, type Shape } from "../../policies/lib/known.ts";
import { isList, judgedProperties, linesOf } from "./support/knownLines.ts";
import { type TypeSchema, typeSchemas } from "./support/typeSchemas.ts";

const TYPES = Object.keys(KNOWN_PROPERTIES);

describe("properties that the pack knows", function () {
  this.timeout(300_000);
  let schemas: ReadonlyMap<string, TypeSchema>;

  before(async () => {
    schemas = await typeSchemas(TYPES);
  });

  for (const type of TYPES) {
    it(`are ${type}'s own: each of its properties is known or refused`, () => {
      const shape = KNOWN_PROPERTIES[type] ?? assert.fail(type);
      const schema = schemas.get(type) ?? assert.fail(`no schema of ${type}`);
      const lines = new Map(linesOf(shape).map(([path, accepted]) => [path, accepted]));
      const unheardOf = [...lines.keys()].filter((path) => !isOfSchema(path, schema));
      assert.deepEqual(unheardOf, [], "the table has lines that the type has no property for");
      const silent = [...schema]
        .filter((path) => !isKnown(path, lines))
        .filter((path) => withValue(path, "x", shape).some((props) => judgedProperties(type, props).length === 0));
      assert.deepEqual(silent, [], "neither known nor refused");
      const loose = [...lines].filter(
        ([path, accepted]) =>
          accepted !== undefined &&
          !(accepted instanceof Judged) &&
          withValue(path, { unexpected: true }, shape).some((props) => judgedProperties(type, props).length === 0),
      );
      assert.deepEqual(loose, [], "accepts anything");
    });
  }
});

/** Whether a table says something of a property: by its own line, or above it where what it holds is accepted as a whole. */
function isKnown(path: string, lines: ReadonlyMap<string, Accepted | undefined>): boolean {
  for (let at = path; at !== ""; at = at.replace(/(?:\.[^.[\]{}]+|\[\]|\{\}|^[^.[\]{}]+)$/, "")) {
    if (lines.has(at)) return at === path || lines.get(at) !== undefined || lines.has(`${at}{}`);
  }
  return false;
}

/** Properties with a value at one path; entries of lists that are told apart by a key have each of the known ones. */
function withValue(path: string, value: unknown, shape: Shape): unknown[] {
  if (shape instanceof Part) return withValue(path, value, shape.shape);
  if (path === "") return [value];
  const [head = ""] = /^(?:\[\]|\{\}|[^.[\]{}]+)/.exec(path) ?? [];
  const rest = path.slice(head.length).replace(/^\./, "");
  if (head === "{}")
    return withValue(rest, value, shape instanceof MapOf ? shape.shape : HARMLESS).map((below) => ({ any: below }));
  if (head === "[]") {
    if (shape instanceof ByKey) {
      const others = Object.entries(shape.shapes).filter(([, below]) => !isJudged(below, rest));
      return others.flatMap(([key, below]) =>
        withValue(rest, value, below).map((item) => [{ [shape.key]: key, ...(item as object) }]),
      );
    }
    return withValue(rest, value, isList(shape) ? shape[0] : HARMLESS).map((item) => [item]);
  }
  const below = isObject(shape) && Object.hasOwn(shape, head) ? shape[head] : undefined;
  return withValue(rest, value, below ?? HARMLESS).map((inner) => ({ [head]: inner }));
}

/** Whether another policy judges what is at a path of an entry that its key has chosen. */
function isJudged(shape: Shape, path: string): boolean {
  return linesOf(shape).some(([at, accepted]) => at === path && accepted instanceof Judged);
}

function isObject(shape: Shape): shape is Readonly<Record<string, Shape>> {
  return !(shape instanceof Accepted || shape instanceof MapOf || shape instanceof ByKey || isList(shape));
}

/** A path of a table is a property of the type, or an entry of one of its maps. */
function isOfSchema(path: string, schema: TypeSchema): boolean {
  if (schema.has(path)) return true;
  return [...schema].some(
    (map) => map.endsWith("{}") && path.startsWith(map.slice(0, -2)) && path !== map.slice(0, -2),
  );
}
