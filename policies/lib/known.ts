import type { Field } from "./field.ts";
import type { Report } from "./policy.ts";

/** What a property may be. */
export class Accepted {
  /** As a message says it: "is …, expected …". */
  readonly expected: string;
  readonly accepts: (value: unknown) => boolean;

  constructor(expected: string, accepts: (value: unknown) => boolean) {
    this.expected = expected;
    this.accepts = accepts;
  }
}

/** A property that other policies judge, by their names. */
export class Judged extends Accepted {
  readonly policies: readonly string[];

  constructor(policies: readonly string[]) {
    super("anything", () => true);
    this.policies = policies;
  }
}

/** An object with any keys, whose values all have one shape. */
export class MapOf {
  readonly shape: Shape;

  constructor(shape: Shape) {
    this.shape = shape;
  }
}

/** A list of objects that one of their properties distinguishes, which decides what the others may be. */
export class ByKey {
  readonly key: string;
  readonly shapes: Properties;

  constructor(key: string, shapes: Properties) {
    this.key = key;
    this.shapes = shapes;
  }
}

/** What is known in one file. Messages name the file, as the place to allow more. */
export class Part {
  readonly file: string;
  readonly shape: Shape;

  constructor(file: string, shape: Shape) {
    this.file = file;
    this.shape = shape;
  }
}

/** An object with these properties and no others. */
export interface Properties {
  readonly [property: string]: Shape;
}

/** What is accepted of a property: a value, a list with entries of one shape, or an object. */
export type Shape = Accepted | MapOf | ByKey | Part | readonly [Shape] | Properties;

/** What one file knows of several resource types. */
export function partsOf(file: string, types: Readonly<Record<string, Shape>>): Readonly<Record<string, Part>> {
  return Object.fromEntries(Object.entries(types).map(([type, shape]) => [type, new Part(file, shape)]));
}

/** One of some values. */
export function only(...values: readonly (string | number | boolean)[]): Accepted {
  return new Accepted(values.map((value) => JSON.stringify(value)).join(" or "), (value) =>
    values.some((allowed) => allowed === value),
  );
}

/** A text of some form, such as `"a host name"`. */
export function text(pattern: RegExp, expected: string): Accepted {
  return new Accepted(expected, (value) => typeof value === "string" && pattern.test(value));
}

/** A whole number. */
export function whole(min: number, max: number): Accepted {
  return new Accepted(
    `a whole number from ${min} to ${max}`,
    (value) => typeof value === "number" && Number.isInteger(value) && value >= min && value <= max,
  );
}

/** What other policies judge, or decide by. */
export function judgedBy(...policies: readonly string[]): Judged {
  return new Judged(policies);
}

/** Any one text, number or switch: a name that people read, a time, a size, another object of the same owner's. */
export const HARMLESS = new Accepted("a text, a number, true or false", (value) =>
  ["string", "number", "boolean"].includes(typeof value),
);

/** Either of the two. */
export const FLAG = only(true, false);

/** Reports every property that is set and not known, or not as it is accepted. What is not known before the update waits for it. */
export function checkKnown(field: Field, shape: Shape, report: Report, file = ""): void {
  if (!field.known || field.missing) return;
  if (shape instanceof Part) checkKnown(field, shape.shape, report, shape.file);
  else if (shape instanceof Accepted) {
    if (!shape.accepts(field.value))
      report(field, `is ${field.shown}, expected ${shape.expected}`, `Set it so, or accept more in ${file}`);
  } else if (isList(shape)) {
    if (!Array.isArray(field.value)) report(field, `is ${field.shown}, expected a list`, "Write a list");
    for (const item of field.items()) checkKnown(item, shape[0], report, file);
  } else if (shape instanceof ByKey) {
    if (!Array.isArray(field.value)) report(field, `is ${field.shown}, expected a list`, "Write a list");
    for (const item of field.items()) checkKeyed(item, shape, report, file);
  } else checkObject(field, shape, report, file);
}

function checkObject(field: Field, shape: MapOf | Properties, report: Report, file: string): void {
  if (typeof field.value !== "object" || Array.isArray(field.value)) {
    report(field, `is ${field.shown}, expected an object`, "Write an object");
    return;
  }
  for (const [key, below] of field.entries()) {
    // The engine's own marks, such as those of defaults.
    if (below.missing || key.startsWith("__")) continue;
    const known = shape instanceof MapOf ? shape.shape : own(shape, key);
    if (known === undefined) refuse(below, key, report, file);
    else checkKnown(below, known, report, file);
  }
}

function checkKeyed(item: Field, { key, shapes }: ByKey, report: Report, file: string): void {
  const name = item.at(key);
  if (!name.known) return;
  const known = own(shapes, name.text ?? "");
  if (known === undefined) refuse(name, name.text ?? "", report, file);
  else checkKnown(item, known, report, file);
}

function refuse(field: Field, key: string, report: Report, file: string): void {
  report(
    field,
    field.path.endsWith(key) ? "is not known to the pack" : `is ${field.shown}, which is not known to the pack`,
    `Remove it, or allow it by a line "${key}" with the safe values in ${file}`,
  );
}

function own(shapes: Properties, key: string): Shape | undefined {
  return Object.hasOwn(shapes, key) ? shapes[key] : undefined;
}

function isList(shape: Shape): shape is readonly [Shape] {
  return Array.isArray(shape);
}
