import { z } from "zod";
import { K8S, KEYCLOAK, RANDOM_PASSWORD, SQL } from "../../policies/lib/types.ts";
import { TENANT_COMPONENT } from "../../policies/lib/urn.ts";
import { withoutColour } from "./events.ts";
import type { EngineEvent } from "./events.ts";

/** What happens to resources, as people count it. */
export const EFFECTS = ["create", "update", "replace", "delete"] as const;
/** What happens to a resource. */
export type Effect = (typeof EFFECTS)[number];

/** Who stands for what belongs to no tenant. */
export const SHARED = "(shared)";

const step = z.object({
  urn: z.string(),
  /** Tenant's id, or {@link SHARED}. */
  tenant: z.string(),
  /** Part of the tenant, such as `database`. */
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
export type Looked = readonly { readonly urn: string; readonly tenant: string; readonly isNew: boolean }[];
/** One resource's part in it. */
export type Step = z.output<typeof step>;

const EFFECT_OF: Readonly<Record<string, Effect>> = {
  create: "create",
  import: "create",
  update: "update",
  replace: "replace",
  delete: "delete",
};

/** Types that hold data, or take it with them; those of policies/dataIsProtected.ts. */
const HOLD_DATA: ReadonlySet<string> = new Set([
  SQL.database,
  SQL.role,
  SQL.analyticsSchema,
  KEYCLOAK.realm,
  KEYCLOAK.user,
  K8S.volumeClaim,
  K8S.namespace,
]);
/** Without it, a tenant's backups are lost. */
const OPENS_BACKUPS = /-backup-password$/;

/** Parts of a tenant by the type of its component. */
const PARTS: Readonly<Record<string, string>> = {
  "odoo:saas:TenantDatabase": "database",
  "odoo:saas:OdooRelease": "release",
  "odoo:saas:KeycloakRealm": "realm",
  "odoo:saas:NetworkIsolation": "network",
  "odoo:saas:TenantDns": "dns",
  "odoo:saas:SupabaseSchema": "analytics",
};

/** Why resources failed, by tenant or {@link SHARED}, in the engine's words. */
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
export function planOf(stack: string, ok: boolean, events: readonly EngineEvent[]): Plan & { readonly all: Looked } {
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
    const isPassword = type === RANDOM_PASSWORD && OPENS_BACKUPS.test(urn);
    const losesData = (effect === "replace" || effect === "delete") && (HOLD_DATA.has(type) || isPassword);
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

/** Whose a resource is: the tenant whose component it is in. */
export function tenantOfUrn(urn: string, parents: ReadonlyMap<string, string>): string {
  for (let at: string | undefined = urn; at !== undefined && at !== ""; at = parents.get(at)) {
    if (typesOf(at).at(-1) === TENANT_COMPONENT) return nameOf(at);
  }
  return SHARED;
}

/** `urn:pulumi:<stack>::<project>::<type>$<type>…::<name>`, without what the name may hold. */
function typesOf(urn: string): string[] {
  return (urn.split("::")[2] ?? "").split("$");
}

/** Type of a resource, without those of what it is in. */
export function typeOf(urn: string): string {
  return typesOf(urn).at(-1) ?? "";
}

/** Logical name. */
export function nameOf(urn: string): string {
  return urn.split("::").slice(3).join("::");
}

function partOf(urn: string): string {
  const types = typesOf(urn);
  const part = types.map((type) => PARTS[type]).find((found) => found !== undefined);
  return (
    part ?? (types.at(-1) === SQL.tenantLifecycle ? "lifecycle" : types[0] === TENANT_COMPONENT ? "tenant" : "platform")
  );
}
