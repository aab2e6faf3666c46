import { knownProperties } from "../../../policies/knownProperties.ts";
import { Accepted, ByKey, MapOf, Part, type Shape } from "../../../policies/lib/known.ts";
import type { Resource } from "../../../features/look/judge.ts";
import { judgeOne } from "../../../features/look/judge.ts";

/** A property of a table: its path, and what is accepted there; undefined for what only holds others. */
export type Line = readonly [path: string, accepted: Accepted | undefined];

/** All lines of a table, with paths as schemas have them. */
export function linesOf(shape: Shape, path = ""): Line[] {
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

/** Whether a table has one shape for every entry of a list. */
export function isList(shape: Shape): shape is readonly [Shape] {
  return Array.isArray(shape);
}

/** What the policy says of a resource of a type with these properties. */
export function judgedProperties(type: string, props: unknown): string[] {
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
