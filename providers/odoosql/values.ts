import { SECRET, SIGNATURE, UNKNOWN } from "../../lib/pulumiMarks.ts";

/** A value of the provider protocol: JSON, with objects that carry a signature for secrets and outputs. */
export type Wire = null | boolean | number | string | Wire[] | { [key: string]: Wire };
/** The properties of a resource in the provider protocol. */
export type WireObject = Record<string, Wire>;

/** Value of {@link SIGNATURE} for an output: sdk/go/common/resource/properties.go of pulumi/pulumi. */
const OUTPUT_SIGNATURE = "d0e6a833031e9bbcd3f4e8bde6ca49a4";

/** The plain value: secrets and outputs unwrapped at any depth, unknown ones as {@link UNKNOWN}. */
export function plain(value: Wire): Wire {
  if (Array.isArray(value)) return value.map(plain);
  if (value === null || typeof value !== "object") return value;
  const signature = value[SIGNATURE];
  if (signature === SECRET || signature === OUTPUT_SIGNATURE) return plain(value.value ?? UNKNOWN);
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plain(inner)]));
}

/** Whether a value, or any value in it, is not known yet. */
export function hasUnknown(value: Wire): boolean {
  if (value === UNKNOWN) return true;
  return value !== null && typeof value === "object" && Object.values(value).some(hasUnknown);
}

/** The value at a path of a plain value; {@link UNKNOWN} when it, or what would hold it, is unknown. */
export function at(value: Wire, path: readonly PropertyKey[]): Wire | undefined {
  let current: Wire | undefined = value;
  for (const key of path) {
    if (current === UNKNOWN) return UNKNOWN;
    if (current === null || typeof current !== "object") return undefined;
    current = (current as Record<PropertyKey, Wire | undefined>)[key];
  }
  return current;
}
