import { z } from "zod";
import { headCommit } from "../../lib/git.ts";
import { pulumi } from "../../lib/pulumi.ts";
import { nameOf, partOf, SHARED, tenantOfUrn } from "../../policies/lib/urn.ts";
import { inventorySchema } from "./schema.ts";
import type { Inventory } from "./schema.ts";

/** A value of an output that is of a kind, and nothing where it is of another one: a secret is an object in the state. */
const plain = <Kind extends z.ZodType>(kind: Kind) => kind.optional().catch(undefined);
const text = plain(z.string());
const port = plain(z.number());
const none = {};

/** A tenant's outputs, of which nothing else is read. */
const outputSchema = z.object({
  lifecycle: plain(inventorySchema.shape.tenants.element.shape.lifecycle.unwrap()),
  plan: text,
  release: text,
  namespace: text,
  hosts: z.array(z.string()).catch([]),
  database: z.object({ host: text, port, name: text, role: text }).catch(none),
  realm: z.object({ issuer: text, clientId: text }).catch(none),
  analytics: z.object({ host: text, port, name: text, schema: text, role: text }).catch(none),
});

const STACK_TYPE = "pulumi:pulumi:Stack";

const exportSchema = z.object({
  deployment: z.object({
    manifest: z.object({ time: z.string().optional() }).optional(),
    resources: z
      .array(
        z.object({
          urn: z.string(),
          type: z.string(),
          parent: z.string().optional(),
          created: z.string().optional(),
          modified: z.string().optional(),
          protect: z.boolean().default(false),
          delete: z.boolean().default(false),
          outputs: z.looseObject({ tenants: z.record(z.string(), z.unknown()).optional().catch(undefined) }).optional(),
        }),
      )
      .nullish(),
    pending_operations: z.array(z.object({ type: z.string(), resource: z.object({ urn: z.string() }) })).nullish(),
  }),
});

/**
 * What a stack has, as its state says. The state is read as it lies, with its secrets encrypted, and of it only what
 * {@link inventorySchema} names: no input of a resource, and of the outputs those of the program alone that say where things are.
 *
 * @param root the project's root
 * @throws PulumiError when there is no such stack, or its state cannot be read
 */
export async function takeInventory(root: string, stack: string, now = new Date()): Promise<Inventory> {
  const exported = await pulumi(["stack", "export", "--stack", stack], root);
  return inventoryOf(stack, exported, { takenAt: now.toISOString(), commit: headCommit(root) });
}

/** Reads an inventory from what `pulumi stack export` prints. */
export function inventoryOf(
  stack: string,
  exported: string,
  about: Pick<Inventory, "takenAt"> & { readonly commit: string | undefined },
): Inventory {
  const { manifest, resources, pending_operations } = exportSchema.parse(JSON.parse(exported)).deployment;
  const all = resources ?? [];
  const parents = new Map(all.map(({ urn, parent = "" }) => [urn, parent]));
  const outputs = all.find(({ type }) => type === STACK_TYPE)?.outputs?.tenants ?? {};
  return inventorySchema.parse({
    version: 1,
    stack,
    takenAt: about.takenAt,
    commit: about.commit,
    updatedAt: all.length === 0 ? undefined : timeOf(manifest?.time),
    tenants: Object.entries(outputs)
      // Where all of them were secret, there would be none to see.
      .flatMap(([id, output]) => {
        const read = outputSchema.safeParse(output).data;
        return read === undefined ? [] : [{ id, ...read }];
      })
      .sort((a, b) => (a.id < b.id ? -1 : 1)),
    resources: all
      .filter(({ type }) => type !== STACK_TYPE && !type.startsWith("pulumi:providers:"))
      .map(({ urn, type, created, modified, protect, delete: waitsForDeletion }) => {
        const tenant = tenantOfUrn(urn, parents);
        return {
          urn,
          type,
          name: nameOf(urn),
          tenant: tenant === SHARED ? undefined : tenant,
          part: partOf(urn),
          created: timeOf(created),
          modified: timeOf(modified),
          protected: protect,
          waitsForDeletion,
        };
      }),
    pending: (pending_operations ?? []).map(({ type, resource }) => ({ urn: resource.urn, operation: type })),
  });
}

/** The engine writes nanoseconds, and a first year for what it does not know. */
function timeOf(written: string | undefined): string | undefined {
  const date = new Date(written ?? "");
  return Number.isNaN(date.getTime()) || date.getUTCFullYear() < 2000 ? undefined : date.toISOString();
}
