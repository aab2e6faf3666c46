import { z } from "zod";
import { holdsData } from "../../policies/lib/dataHolders.ts";
import { isInConsole, nameOf, partOf, TENANT_COMPONENT, tenantOfUrn } from "../../policies/lib/urn.ts";
import { withoutColour } from "./events.ts";
import type { EngineEvent } from "./events.ts";

/** What happens to resources, as people count it. */
export const EFFECTS = ["create", "update", "replace", "delete"] as const;
/** What happens to a resource. */
export type Effect = (typeof EFFECTS)[number];

const step = z.object({
  urn: z.string(),
  /** Tenant's id, or `(shared)`. */
  tenant: z.string(),
  /** Part of the tenant, such as `database` or `keycloak realm`. */
  part: z.string(),
  effect: z.enum(EFFECTS),
  /** Whether data is lost with it. */
  losesData: z.boolean(),
  /** Names of the properties that differ, without values. */
  properties: z.array(z.string()),
});

/** What an operation does, or would do. */
export const planSchema = z.object({
  stack: z.string(),
  ok: z.boolean(),
  steps: z.array(step),
  policies: z.array(z.object({ policy: z.string(), mandatory: z.boolean(), tenant: z.string(), message: z.string() })),
  errors: z.array(z.string()),
  /** How many resources were looked at. */
  resources: z.number(),
});

/** What an operation does, or would do. */
export type Plan = z.output<typeof planSchema>;
/** Every resource that was looked at, and whose it is. */
export type InspectedResources = readonly { readonly urn: string; readonly tenant: string; readonly isNew: boolean }[];
/** One resource's part in it. */
export type Step = z.output<typeof step>;

const EFFECT_OF: Readonly<Record<string, Effect>> = {
  create: "create",
  import: "create",
  update: "update",
  replace: "replace",
  delete: "delete",
};

/** Why resources failed, by tenant or `(shared)`, in the engine's words. */
export function failuresOf(events: readonly EngineEvent[]): Map<string, string[]> {
  const parents = parentsOf(events);
  const failed = new Map<string, string[]>();
  for (const { resOpFailedEvent: event } of events)
    if (event !== undefined) failed.set(tenantOfUrn(event.metadata.urn, parents), []);
  for (const { diagnosticEvent: event } of events)
    if (event?.severity === "error") failed.get(tenantOfUrn(event.urn, parents))?.push(withoutColour(event.message));
  return failed;
}

function parentsOf(events: readonly EngineEvent[]): Map<string, string> {
  const parents = new Map<string, string>();
  for (const { resourcePreEvent } of events) {
    if (resourcePreEvent === undefined) continue;
    const { urn, old, new: next } = resourcePreEvent.metadata;
    parents.set(urn, next?.parent || old?.parent || "");
  }
  return parents;
}

/** Reads what an operation does from the engine's events. */
export function planOf(
  stack: string,
  ok: boolean,
  events: readonly EngineEvent[],
): Plan & { readonly all: InspectedResources } {
  const parents = parentsOf(events);
  const made = new Set(
    events.flatMap(({ resourcePreEvent: event }) => (event?.metadata.op === "create" ? [event.metadata.urn] : [])),
  );
  const owner = (urn: string) => tenantOfUrn(urn, parents);
  const seen = new Set<string>();
  const steps = events.flatMap(({ resourcePreEvent }): Step[] => {
    const { op = "", urn = "", type = "", diffs, detailedDiff } = resourcePreEvent?.metadata ?? {};
    const effect = EFFECT_OF[op];
    // Providers and the stack itself are how it is done, not what.
    if (effect === undefined || type.startsWith("pulumi:") || seen.has(`${op} ${urn}`)) return [];
    // Its only input is the hash of its files, which changes with what other environments get as well.
    if (effect === "update" && type === TENANT_COMPONENT) return [];
    seen.add(`${op} ${urn}`);
    const losesData = (effect === "replace" || effect === "delete") && holdsData(type, nameOf(urn), isInConsole(urn));
    const properties = Object.keys(detailedDiff ?? {});
    return [
      {
        urn,
        tenant: owner(urn),
        part: partOf(urn),
        effect,
        losesData,
        properties: (properties.length > 0 ? properties : [...(diffs ?? [])]).sort(),
      },
    ];
  });
  return {
    stack,
    ok,
    steps,
    policies: events.flatMap(({ policyEvent }) =>
      policyEvent === undefined
        ? []
        : [
            {
              policy: policyEvent.policyName,
              mandatory: policyEvent.enforcementLevel === "mandatory",
              tenant: owner(policyEvent.resourceUrn),
              message: withoutColour(policyEvent.message).split("\n").at(-1)?.trim() ?? "",
            },
          ],
    ),
    errors: events.flatMap(({ diagnosticEvent }) =>
      diagnosticEvent?.severity === "error" ? [withoutColour(diagnosticEvent.message)] : [],
    ),
    resources: parents.size,
    all: [...parents.keys()].map((urn) => ({ urn, tenant: owner(urn), isNew: made.has(urn) })),
  };
}
