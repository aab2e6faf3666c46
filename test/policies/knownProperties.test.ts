import assert from "node:assert/strict";
import { KNOWN_PROPERTIES } from "../../policies/known/index.ts";
import { knownProperties } from "../../policies/knownProperties.ts";
import { Accepted, ByKey, FLAG, HARMLESS, Judged, MapOf, Part, type Shape } from "../../policies/lib/known.ts";
import { GITHUB, KEYCLOAK, KNOWN_KINDS, PROTOCOL_MAPPERS, PROVIDER, SQL } from "../../policies/lib/types.ts";
import { packPolicies } from "./support/engineGraph.ts";
import { add, type Resource, set } from "./support/fixtures.ts";
import { describePolicy, type Tolerated, wrong } from "./support/describePolicy.ts";
import { judgeOne, UNKNOWN } from "./support/judge.ts";
import { type TypeSchema, typeSchemas } from "./support/typeSchemas.ts";

const TYPES = Object.keys(KNOWN_PROPERTIES);

/** A property of a table: its path, and what is accepted there; undefined for what only holds others. */
type Line = readonly [path: string, accepted: Accepted | undefined];

/** All lines of a table, with paths as schemas have them. */
function linesOf(shape: Shape, path = ""): Line[] {
  if (shape instanceof Part) return linesOf(shape.shape, path);
  if (shape instanceof Accepted) return [[path, shape]];
  if (shape instanceof MapOf)
    return [
      [path, undefined],
      [`${path}{}`, undefined],
    ];
  if (shape instanceof ByKey) {
    return [[`${path}[]`, undefined], ...Object.values(shape.shapes).flatMap((below) => linesOf(below, `${path}[]`))];
  }
  if (isList(shape)) return [[`${path}[]`, undefined], ...linesOf(shape[0], `${path}[]`)];
  return Object.entries(shape).flatMap(([key, below]) => {
    const at = path === "" ? key : `${path}.${key}`;
    return [[at, undefined] as const, ...linesOf(below, at)];
  });
}

function isList(shape: Shape): shape is readonly [Shape] {
  return Array.isArray(shape);
}

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

function judged(type: string, props: unknown): string[] {
  const resource: Resource = {
    type,
    name: "x",
    urn: `urn:pulumi:prod::odoo-saas::${type}::x`,
    parent: undefined,
    protect: false,
    props: props as Record<string, unknown>,
  };
  return judgeOne(knownProperties, resource).map(({ message }) => message);
}

describe("properties that the pack knows", function () {
  this.timeout(300_000);
  let schemas: ReadonlyMap<string, TypeSchema>;

  before(async () => {
    schemas = await typeSchemas(TYPES);
  });

  it("are those of every type that is known, but for what other policies judge whole", () => {
    // Of the repository itself, an import takes over whatever there is.
    const github = Object.values<string>(GITHUB).filter((type) => type !== GITHUB.repository);
    const types = [
      ...github,
      ...KNOWN_KINDS,
      ...[KEYCLOAK, PROTOCOL_MAPPERS, PROVIDER, SQL].flatMap(Object.values<string>),
    ];
    assert.deepEqual(
      types.filter((type) => !TYPES.includes(type)),
      [],
    );
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
        .filter((path) => withValue(path, "x", shape).some((props) => judged(type, props).length === 0));
      assert.deepEqual(silent, [], "neither known nor refused");
      const loose = [...lines].filter(
        ([path, accepted]) =>
          accepted !== undefined &&
          !(accepted instanceof Judged) &&
          withValue(path, { unexpected: true }, shape).some((props) => judged(type, props).length === 0),
      );
      assert.deepEqual(loose, [], "accepts anything");
    });
  }

  it("are judged by policies that exist", async () => {
    const names = new Set((await packPolicies()).map(({ name }) => name));
    const judges = TYPES.flatMap((type) => linesOf(KNOWN_PROPERTIES[type] ?? assert.fail(type))).flatMap(
      ([, accepted]) => (accepted instanceof Judged ? accepted.policies : []),
    );
    assert.deepEqual([...new Set(judges)].filter((name) => !names.has(name)).sort(), []);
  });

  it("are allowed by a line in a file that the message names", () => {
    const [message = ""] = judged(KEYCLOAK.client, { accessTokenLifespan: "86400" });
    assert.match(
      message,
      /^x: accessTokenLifespan is not known to the pack\. Remove it, or allow it by a line "accessTokenLifespan" with the safe values in policies\/known\/client\.ts\./,
    );
    assert.equal(FLAG.accepts("true"), false);
  });
});

/** A path of a table is a property of the type, or an entry of one of its maps. */
function isOfSchema(path: string, schema: TypeSchema): boolean {
  if (schema.has(path)) return true;
  return [...schema].some(
    (map) => map.endsWith("{}") && path.startsWith(map.slice(0, -2)) && path !== map.slice(0, -2),
  );
}

const WEB = "acme-web";
const SPEC = "spec.template.spec";

describePolicy(knownProperties, {
  breaches: [
    wrong("acme-database-password", "length", 4, /is 4, expected a whole number from 24/),
    wrong("acme-database-password", "lower", false, /is not known/),
    wrong("acme-quota", "spec.hard.pods", "999", /expected a number of at most 30/),
    wrong("acme-web", "spec.replicas", 900, /expected a whole number from 0 to 20/),
    [
      "storage without an end",
      set("acme-quota", ["spec", "hard", "requests.storage"], "9Pi"),
      "acme-quota",
      /is "9Pi", expected a number of at most 30720Gi/,
    ],
    wrong("acme-limits", "spec.limits.0.max.cpu", "1000", /expected processor time of at most/),
    wrong("acme-realm-client", "accessTokenLifespan", "86400", /is not known/),
    wrong("acme-realm-realm", "refreshTokenMaxReuse", 10, /is 10, expected 0/),
    wrong(
      "acme-realm-realm",
      "securityDefenses.bruteForceDetection.waitIncrementSeconds",
      0,
      /expected a whole number/,
    ),
    wrong("acme-realm-realm", "securityDefenses.headers", "none", /expected an object/),
    wrong("acme-realm-broker", "extraConfig", { clockSkew: "3600" }, /is not known/),
    wrong("acme-filestore", "spec.volumeName", "pv", /is not known/),
    wrong("acme-config", "type", "bootstrap.kubernetes.io/token", /expected "Opaque"/),
    wrong("acme-route", "spec.parentRefs", { name: "odoo" }, /expected a list/),
    wrong("acme-route", "spec.rules.0.filters.0.type", "URLRewrite", /is "URLRewrite", which is not known/),
    wrong("acme-route", "spec.rules.0.filters", { type: "x" }, /expected a list/),
    wrong(WEB, `${SPEC}.containers.0.env.0.name`, "PGDATABASE", /is "PGDATABASE", which is not known/),
    wrong(WEB, `${SPEC}.containers.0.env.0.name`, "constructor", /which is not known/),
    wrong(WEB, `${SPEC}.containers.0.constructor`, "x", /is not known/),
    wrong(WEB, `${SPEC}.securityContext.runAsUser`, 1.5, /expected a whole number/),
    wrong(WEB, `${SPEC}.volumes.0.secret.secretName`, "odoo-wildcard-tls", /expected "odoo-config"/),
    [
      "patchForce",
      set("acme-deny", ["metadata", "annotations", "pulumi.com/patchForce"], "true"),
      "acme-deny",
      /annotations\[pulumi\.com\/patchForce\] .*not known.*policies\/known\/metadata\.ts/,
    ],
  ],
  tolerated: [
    ["a type that has no table", add({ type: "odoo:saas:Other", name: "x", props: { anything: 8 } })],
    ["a property that is null", set("acme-filestore", "spec.volumeName", null)],
    ["the engine's own marks", set("acme-realm-client", "__defaults", ["useRefreshTokens"])],
    ["a map's entries", set("acme-deny", "spec.podSelector.matchLabels", { anything: "x" })],
    ["all that is not known yet", set(WEB, "spec", UNKNOWN)],
  ] satisfies Tolerated[],
  guarded: [
    ["acme-realm-realm", "refreshTokenMaxReuse"],
    ["acme-route", "spec.rules.0.filters.0.type"],
    [WEB, `${SPEC}.containers.0.env.0.name`],
  ],
});
