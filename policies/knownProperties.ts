import { KNOWN_PROPERTIES } from "./known/index.ts";
import { CONSOLE_PROPERTIES } from "./known/console.ts";
import { checkKnown } from "./lib/known.ts";
import { resourcePolicy } from "./lib/policy.ts";
import { isInConsole } from "./lib/urn.ts";

/**
 * Whatever the program does not set is refused, as is what it sets in other ways: nobody can list every property that weakens a
 * realm, takes over an object or reaches another pod. What is accepted is in `policies/known/`.
 */
export const knownProperties = resourcePolicy({
  name: "known-properties",
  description: "Every property that is set must be one that the pack knows, with a value that it accepts.",
  types: Object.keys(KNOWN_PROPERTIES),
  check({ type, urn, props }, report) {
    const shape = (isInConsole(urn) ? CONSOLE_PROPERTIES[type] : undefined) ?? KNOWN_PROPERTIES[type];
    if (shape !== undefined) checkKnown(props, shape, report);
  },
});
