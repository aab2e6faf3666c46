import { resourcePolicy } from "./lib/policy.ts";
import {
  GITHUB,
  KEYCLOAK,
  KNOWN_KINDS,
  PRIVATE_DATABASE,
  PROTOCOL_MAPPERS,
  PROVIDER,
  RANDOM_PASSWORD,
  SQL,
  STAFF_KEYCLOAK,
} from "./lib/types.ts";
import { isInConsole } from "./lib/urn.ts";

/** Packages and modules whose every type is harmless: components of the program. */
const HARMLESS = ["odoo:saas:"] as const;

const KNOWN: ReadonlySet<string> = new Set([
  ...KNOWN_KINDS,
  ...Object.values(SQL),
  ...Object.values(GITHUB),
  ...Object.values(KEYCLOAK),
  ...Object.values(PROTOCOL_MAPPERS),
  // Its objects are resources of their own, and judged; a v3 Release's are not.
  "kubernetes:helm.sh/v4:Chart",
  "pulumi:pulumi:Stack",
  // The engine's own: other stacks' outputs, and the provider that reads them and answers what waits for a chart.
  "pulumi:pulumi:StackReference",
  "pulumi:providers:pulumi",
  ...Object.values(PROVIDER),
  // Other random values could be short, or known: none is a password.
  RANDOM_PASSWORD,
  "pulumi:providers:odoosql",
  "pulumi:providers:random",
]);

/** What only the console may have. */
const CONSOLES: ReadonlySet<string> = new Set([...Object.values(STAFF_KEYCLOAK), PRIVATE_DATABASE]);

/**
 * What no policy can judge is refused: commands, opaque Helm releases, patches of others' objects, roles of the server.
 * A type is added here together with the policies that judge it.
 */
export const knownTypes = resourcePolicy({
  name: "known-types",
  description: "Every resource must be of a type that the policies can judge.",
  types: "*",
  check({ type, urn, props }, report) {
    if (CONSOLES.has(type)) {
      if (!isInConsole(urn))
        report("", `is a ${type} outside the console`, "Make it inside the Console, or not at all");
      return;
    }
    if (!KNOWN.has(type) && !HARMLESS.some((prefix) => type.startsWith(prefix))) {
      report(
        "",
        `is a ${type}, which no policy judges`,
        "Use another resource, or add the type with policies for it to policies/knownTypes.ts",
      );
      return;
    }
    if (!KNOWN_KINDS.has(type)) return;
    // The API server goes by what the object says, the policies by the resource's type.
    // Stryker disable next-line StringLiteral: Stands in for a missing text; no name equals either text, so nothing changes.
    const [, groupVersion = "", kind = ""] = type.split(":");
    // Stryker disable next-line Regex: No group of Kubernetes' ends with core.
    const apiVersion = groupVersion.replace(/^core\//, "");
    for (const [key, expected] of [
      ["apiVersion", apiVersion],
      ["kind", kind],
    ] as const) {
      const field = props.at(key);
      if (!field.mayBe(undefined, expected))
        report(field, `is ${field.shown}, expected "${expected}"`, "Use the type of the kind");
    }
  },
});
