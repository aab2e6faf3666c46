import { z } from "zod";
import { UNKNOWN as UNKNOWN_IN_MOCKS } from "../../lib/mockEngine.ts";
import type { RecordedResource } from "../../lib/mockEngine.ts";
import { UNKNOWN } from "../../lib/pulumiMarks.ts";
import type { Resource } from "./judge.ts";

const STACK = "pulumi:pulumi:Stack";
const properties = z.record(z.string(), z.unknown());

/**
 * Resources of the program under mocks as the engine shows them to policies: parents before children, below the stack itself, with
 * URNs that name the types of all parents.
 *
 * @param stack the stack's name
 */
export function shownResources(stack: string, recorded: readonly RecordedResource[]): Resource[] {
  const root: Resource = {
    type: STACK,
    name: "stack",
    urn: `urn:pulumi:${stack}::odoo-saas::${STACK}::stack`,
    parent: undefined,
    protect: false,
    props: {},
  };
  const shown = [root];
  const byUrn = new Map(recorded.map((resource) => [resource.urn, resource]));
  const done = new Map<string, Resource>();
  const show = (resource: RecordedResource): Resource => {
    const known = done.get(resource.urn);
    if (known !== undefined) return known;
    const above = byUrn.get(resource.parent);
    const parent = above === undefined || above.type === STACK ? root : show(above);
    // The engine leaves the stack out of the chain of types.
    const types = parent === root ? "" : `${parent.urn.split("::")[2] ?? ""}$`;
    const result: Resource = {
      type: resource.type,
      name: resource.name,
      urn: `urn:pulumi:${stack}::odoo-saas::${types}${resource.type}::${resource.name}`,
      parent: parent.urn,
      protect: resource.protect,
      // As the mocks call what they make.
      id: `${resource.name}-id`,
      props: properties.parse(withEngineMarks(resource.revealed)),
    };
    done.set(resource.urn, result);
    shown.push(result);
    return result;
  };
  for (const resource of recorded) if (resource.type !== STACK) show(resource);
  return shown;
}

function withEngineMarks(value: unknown): unknown {
  if (value === UNKNOWN_IN_MOCKS) return UNKNOWN;
  if (Array.isArray(value)) return value.map(withEngineMarks);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withEngineMarks(item)]));
}
