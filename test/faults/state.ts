import { readFileSync } from "node:fs";
import { z } from "zod";
import type { Instance } from "../../sandbox/instance.ts";
import { stateFile } from "../../sandbox/stack.ts";

const stateSchema = z.object({
  checkpoint: z.object({
    latest: z.object({
      resources: z.array(
        z.object({
          urn: z.string(),
          type: z.string(),
          custom: z.boolean().optional(),
          id: z.string().optional(),
          provider: z.string().optional(),
          delete: z.boolean().optional(),
          outputs: z.record(z.string(), z.unknown()).optional(),
        }),
      ),
      pending_operations: z.array(z.unknown()).nullish(),
    }),
  }),
});

type Resource = z.output<typeof stateSchema>["checkpoint"]["latest"]["resources"][number];

/** A stack's state as its file has it: what is read here is never written. */
export interface State {
  readonly resources: readonly Resource[];
  /** How many operations it holds for begun, and how many resources wait for their deletion. */
  readonly unfinished: number;
}

/** Reads the state. */
export function readState(instance: Instance): State {
  const { latest } = stateSchema.parse(JSON.parse(readFileSync(stateFile(instance), "utf8"))).checkpoint;
  const waiting = latest.resources.filter((resource) => resource.delete === true);
  return { resources: latest.resources, unfinished: (latest.pending_operations ?? []).length + waiting.length };
}

/** Types of what a tenant has in a state, without components. */
export function typesOf({ resources }: State, tenant: string): string[] {
  return [
    ...new Set(
      resources.flatMap(({ custom, urn, type }) => (custom === true && urn.includes(`::${tenant}-`) ? [type] : [])),
    ),
  ].sort();
}

const text = (value: unknown): string => (typeof value === "string" ? value : "?");

/** What the state says that there is on servers, in the words of `inventory.ts`. */
export function claims({ resources }: State): string[] {
  return resources.flatMap(({ type, id = "", provider = "", outputs = {} }) => {
    const server = provider.includes("::analytics-database::") ? "analytics" : "tenants";
    const inRealm = (what: string, name: unknown) => [`realm ${text(outputs["realmId"])} ${what} ${text(name)}`];
    switch (type) {
      case "postgresql:index/role:Role":
        return [`${server} role ${id}`];
      case "postgresql:index/database:Database":
        return [`${server} database ${id} of ${text(outputs["owner"])}`];
      case "keycloak:index/realm:Realm":
        return [`realm ${id}`];
      case "keycloak:openid/client:Client":
        return inRealm("client", outputs["clientId"]);
      case "keycloak:index/group:Group":
        return inRealm("group", outputs["name"]);
      case "keycloak:index/role:Role":
        return inRealm("role", outputs["name"]);
      default:
        return type.startsWith("kubernetes:") ? kubernetesClaim(type, id) : [];
    }
  });
}

/** `kubernetes:apps/v1:Deployment` and `namespace/name`; what is no object of a tenant's namespace is left out. */
function kubernetesClaim(type: string, id: string): string[] {
  if (!id.startsWith("odoo-") || !id.includes("/")) return [];
  const kind = (type.split(":").at(-1) ?? "").toLowerCase();
  return [`${/[^aeiou]y$/.test(kind) ? `${kind.slice(0, -1)}ies` : `${kind}s`} ${id}`];
}
