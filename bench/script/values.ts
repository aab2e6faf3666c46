/** Values without marks: references are resolved, secrets open. */
export type Plain = string | number | boolean | null | undefined | Plain[] | { [name: string]: Plain };

/** Inputs of an object. */
export type Properties = Readonly<Record<string, Plain>>;

/** A value that is text. */
export function text(value: Plain): string {
  if (typeof value === "string") return value;
  throw new Error(`expected text, found ${JSON.stringify(value)}`);
}

/** A value that is an object; nothing counts as an empty one. */
export function record(value: unknown): Record<string, Plain> {
  if (value === undefined) return {};
  // What comes from JSON.parse is plain.
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Record<string, Plain>;
  throw new Error(`expected an object, found ${JSON.stringify(value)}`);
}

/** A value that is a list; nothing counts as an empty one. */
export function list(value: Plain): readonly Plain[] {
  if (value === undefined) return [];
  if (Array.isArray(value)) return value;
  throw new Error(`expected a list, found ${JSON.stringify(value)}`);
}

/** Seconds of a duration as Go writes it: `10h0m0s`. */
export function seconds(duration: string): number {
  const units: Readonly<Record<string, number>> = { h: 3600, m: 60, s: 1 };
  return [...duration.matchAll(/(\d+)([hms])/g)].reduce(
    (sum, [, count, unit]) => sum + Number(count) * (units[unit ?? ""] ?? 0),
    0,
  );
}

/** A value of one piece as Keycloak's configuration maps have it: text. */
export function word(value: Plain): string {
  return typeof value === "boolean" || typeof value === "number" ? String(value) : text(value);
}
