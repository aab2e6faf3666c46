import type { Output } from "@pulumi/pulumi";
import { z } from "zod";
import { ConfigError } from "./diagnostics.ts";
import type { ObjectStoreKeys, StackConfig } from "./types.ts";

const keys = z.strictObject({
  accessKeyId: z.string().regex(/^\S+$/),
  secretAccessKey: z.string().regex(/^\S+$/),
});

/** The valid ones of the configuration value `backupCredentials`, by tenant id. */
export function backupCredentialsOf(value: unknown): Record<string, ObjectStoreKeys> {
  // Stryker disable next-line ArrayDeclaration: Stands in for the entries of what is not a mapping: its second letter is not a pair of keys, and is left out.
  const entries = typeof value === "object" && value !== null ? Object.entries(value) : [];
  return Object.fromEntries(
    entries.flatMap(([tenant, entry]) => {
      const { data } = keys.safeParse(entry);
      return data === undefined ? [] : [[tenant, data]];
    }),
  );
}

/** What is wrong when a tenant has no keys to the object store, and the commands that fix it. */
export function missingBackupCredentials(tenant: string): ConfigError {
  const path = `odoo-saas:backupCredentials["${tenant}"]`;
  // Stryker disable next-line StringLiteral: Only the title of a message; the key and the command are tested.
  return new ConfigError("Keys to the object store are missing", [
    `odoo-saas:backupCredentials.${tenant}: is missing, expected keys that reach this tenant's part of the bucket alone\n` +
      `  to fix it: pulumi config set --secret --path '${path}.accessKeyId', and the same for .secretAccessKey`,
  ]);
}

/**
 * A tenant's keys to the object store; undefined where the stack has none.
 *
 * @throws ConfigError when the stack has an object store and no keys for the tenant, at once or when the secret is read.
 */
export function backupCredentials(
  stack: Pick<StackConfig, "backupCredentials" | "objectStore">,
  tenant: string,
): Output<ObjectStoreKeys> | undefined {
  if (stack.objectStore.endpoint === undefined) return undefined;
  if (stack.backupCredentials === undefined) throw missingBackupCredentials(tenant);
  return stack.backupCredentials.apply((all) => {
    const own = all[tenant];
    if (own === undefined) throw missingBackupCredentials(tenant);
    return own;
  });
}
