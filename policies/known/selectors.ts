import { HARMLESS, MapOf } from "../lib/known.ts";

/** A label selector. Which pods or namespaces it may select is for whoever uses it to say. */
export const SELECTOR = {
  matchLabels: new MapOf(HARMLESS),
  matchExpressions: [{ key: HARMLESS, operator: HARMLESS, values: [HARMLESS] }],
} as const;
