import { z } from "zod";
import { accessSchema, CREDENTIAL_KINDS } from "../../../api/tenants.ts";
import type { Database } from "../../../database/connect.ts";
import { nothing, route } from "../../route.ts";
import { sourcesOf } from "../../sources.ts";
import { findTenant, placementsOf } from "./find.ts";

/** What is read of a tenant's file, which the collector has parsed: nothing of it is a secret. */
const fileSchema = z.object({
  sso: z.object({
    template: z.string(),
    identityProvider: z.object({ alias: z.string(), displayName: z.string(), issuer: z.string() }).optional(),
  }),
  credentials: z.record(z.enum(CREDENTIAL_KINDS), z.number()),
  environments: z.record(
    z.string(),
    z.object({ egress: z.array(z.object({ for: z.string(), networks: z.array(z.string()) })).default([]) }),
  ),
});

export const tenantAccess = route({
  method: "get",
  path: "/tenants/{id}/access",
  action: "tenant:read",
  summary: "Who reaches a tenant, whom it reaches, and when its passwords were rotated; no secret",
  query: nothing,
  body: nothing,
  answer: accessSchema,
  handle: async ({ services: { database }, param }) => {
    const id = param("id");
    const [row, placements, sources] = await Promise.all([
      findTenant(database, id),
      placementsOf(database, id),
      sourcesOf(database, ["files", "history", "inventories"]),
    ]);
    const file = fileSchema.safeParse(row.file).data;
    const credentials = CREDENTIAL_KINDS.flatMap((kind) => {
      const generation = file?.credentials[kind];
      return generation === undefined ? [] : [{ kind, generation }];
    });
    const raised = await raisesOf(database, id, credentials);
    return {
      template: file?.sso.template,
      identityProvider: file?.sso.identityProvider,
      places: placements.map(({ stack, environment, realm, hosts }) => ({
        stack,
        environment,
        realm,
        hosts,
        egress: file?.environments[environment]?.egress ?? [],
      })),
      credentials: credentials.map((each) => {
        const commit = raised.get(each.kind);
        return { ...each, raisedAt: commit?.at.toISOString(), raisedBy: commit?.author };
      }),
      sources,
    };
  },
});

/** The first commit that brought each counter to what it is now; none of those that were never raised. */
async function raisesOf(
  database: Database,
  tenant: string,
  credentials: readonly { readonly kind: string; readonly generation: number }[],
) {
  const rotated = credentials.filter(({ generation }) => generation > 1);
  if (rotated.length === 0) return new Map<string, { readonly at: Date; readonly author: string }>();
  const commits = await database
    .selectFrom("commits")
    .select(["at", "author", "diff"])
    .where("tenant", "=", tenant)
    .orderBy("at")
    .execute();
  return new Map(
    rotated.flatMap(({ kind, generation }) => {
      // Only these keys have a number: analytics of the top level is a mapping.
      const line = new RegExp(`^\\+.*\\b${kind}: *${generation}\\b`, "m");
      const commit = commits.find(({ diff }) => line.test(diff));
      return commit === undefined ? [] : [[kind, commit] as const];
    }),
  );
}
