import { z } from "zod";
import { backupCredentialsOf, missingBackupCredentials, parseStackSettings } from "../../config/index.ts";
import type { ObjectStoreKeys, StackSettings } from "../../config/index.ts";
import { pulumi, stackSettings } from "../../lib/pulumi.ts";
import type { PostgresLogin } from "../../lib/postgresLogin.ts";
import { BackupError } from "./backupError.ts";

/** A restic repository and what opens it. */
export interface RepositoryAccess {
  /** As restic names it. */
  readonly repository: string;
  readonly password: string;
  readonly keys?: ObjectStoreKeys;
}

/** All that backups of one stack's tenants need; it holds secrets, so it stays in memory. */
export interface StackAccess {
  readonly stack: string;
  readonly settings: StackSettings;
  readonly keycloakClientSecret: string;
  /** Contents of a kubeconfig; undefined: the ambient one. */
  readonly kubeconfig: string | undefined;
  /** The role that makes databases, connected to the maintenance database. */
  readonly admin: PostgresLogin;
  readonly tenants: ReadonlyMap<string, TenantAccess>;
}

/** All that backups of one tenant need. */
export interface TenantAccess {
  readonly tenant: string;
  /** The tenant's database as its owner. */
  readonly database: PostgresLogin;
  readonly backup: RepositoryAccess;
}

const outputs = z.object({
  tenants: z.record(
    z.string(),
    z.object({
      database: z.object({
        host: z.string(),
        port: z.number(),
        name: z.string(),
        role: z.string(),
        password: z.string(),
      }),
      backup: z.object({ repository: z.string(), password: z.string() }),
    }),
  ),
});

/**
 * Reads a stack's configuration and outputs with the `pulumi` on PATH.
 *
 * @param root the project's root
 * @param folder of repositories, a repository a tenant in it, where those on the tenants' volumes cannot be reached;
 *   restic's own forms such as `s3:https://…/…` work too
 * @throws ConfigError, PulumiError, or BackupError when the stack has not been brought up with backups yet.
 */
export async function stackAccess(stack: string, root: string, folder: string | undefined): Promise<StackAccess> {
  const [config, text] = await Promise.all([
    stackSettings(stack, root),
    pulumi(["stack", "output", "--json", "--show-secrets", "--stack", stack], root),
  ]);
  const settings = parseStackSettings(config);
  const parsed = outputs.safeParse(JSON.parse(text));
  if (!parsed.success) {
    throw new BackupError(
      `Stack ${stack} has no output tenants with databases and backups, expected one that this version has updated: npx odoo-saas sandbox up, or pulumi up --stack ${stack}`,
    );
  }
  const { tenantsDatabase, objectStore } = settings;
  const secret = (name: string) => config.get(`odoo-saas:${name}`)?.text ?? "";
  const server = { host: tenantsDatabase.host, port: tenantsDatabase.port, sslmode: tenantsDatabase.sslmode };
  const keysByTenant = backupCredentialsOf(JSON.parse(secret("backupCredentials") || "{}"));
  const tenants = Object.entries(parsed.data.tenants).map(([tenant, { database, backup }]): [string, TenantAccess] => {
    const keys = keysByTenant[tenant];
    if (objectStore.endpoint !== undefined && folder === undefined && keys === undefined)
      throw missingBackupCredentials(tenant);
    return [
      tenant,
      {
        tenant,
        database: {
          host: database.host,
          port: database.port,
          sslmode: tenantsDatabase.sslmode,
          database: database.name,
          user: database.role,
          password: database.password,
        },
        backup: {
          repository: folder === undefined ? backup.repository : `${folder}/${tenant}`,
          password: backup.password,
          ...(keys === undefined ? {} : { keys }),
        },
      },
    ];
  });
  return {
    stack,
    settings,
    keycloakClientSecret: secret("keycloakClientSecret"),
    kubeconfig: config.get("odoo-saas:kubeconfig")?.text,
    admin: {
      ...server,
      database: tenantsDatabase.maintenanceDatabase,
      user: tenantsDatabase.user,
      password: secret("tenantsDatabasePassword"),
    },
    tenants: new Map(tenants),
  };
}

/** A tenant of a stack. @throws BackupError when the stack has no such tenant. */
export function tenantOf(access: StackAccess, tenant: string): TenantAccess {
  const found = access.tenants.get(tenant);
  if (found !== undefined) return found;
  throw new BackupError(
    `Stack ${access.stack} has no tenant ${tenant}, expected one of ${[...access.tenants.keys()].join(", ") || "none: it is empty"}`,
  );
}
