import { z } from "zod";
import pg from "pg";
import { parseStackSettings, stackSettingsOf } from "../../../config/index.ts";
import type { StackSettings } from "../../../config/index.ts";
import { pulumi, stackSettings } from "../../../lib/pulumi.ts";
import { tlsFor } from "../../../lib/postgresTls.ts";
import type { SslMode } from "../../../lib/postgresTls.ts";
import type { PostgresLogin } from "../../../lib/postgresLogin.ts";
import { kubeConfigOf } from "../../../lib/kubeConfig.ts";
import type { KubeConfig } from "@kubernetes/client-node";
import { DeliveryError } from "../deliveryError.ts";

const server = { host: z.string(), port: z.number() };
const outputs = z.object({
  tenants: z.record(
    z.string(),
    z.object({
      lifecycle: z.string(),
      namespace: z.string(),
      hosts: z.array(z.string()).min(1),
      database: z.object({ ...server, name: z.string(), role: z.string(), password: z.string() }),
      realm: z.object({ issuer: z.string(), clientId: z.string(), clientSecret: z.string() }),
      analytics: z.object({ ...server, name: z.string(), schema: z.string(), role: z.string(), password: z.string() }),
    }),
  ),
});

/** What a stack tells of one of its tenants; with secrets, so it stays in memory. */
export type TenantAccess = z.output<typeof outputs>["tenants"][string];

/** A stack that was brought up, with what tests need to log in to its servers. */
export interface StackAccess {
  readonly settings: StackSettings;
  readonly keycloakClientSecret: string;
  /** Of the stack's own cluster, at the context that its settings name. */
  readonly kubeConfig: KubeConfig;
  readonly tenants: ReadonlyMap<string, TenantAccess>;
}

/** Reads a stack's configuration and outputs. @throws DeliveryError, PulumiError, ConfigError */
export async function openStack(root: string, stack: string): Promise<StackAccess> {
  if (!stackSettingsOf(root).has(stack)) {
    throw new DeliveryError(
      `Pulumi.${stack}.yaml is missing or invalid, expected one of ${[...stackSettingsOf(root).keys()].join(", ") || "none: no stack is configured"}`,
      "smoke",
    );
  }
  const config = await stackSettings(stack, root);
  const text = await pulumi(["stack", "output", "--json", "--show-secrets", "--stack", stack], root);
  const parsed = outputs.safeParse(JSON.parse(text));
  if (!parsed.success)
    throw new DeliveryError(`Stack ${stack} has no output tenants, expected one that was brought up`, "smoke");
  const secret = (name: string) => config.get(`odoo-saas:${name}`)?.text;
  const settings = parseStackSettings(config);
  return {
    settings,
    keycloakClientSecret: secret("keycloakClientSecret") ?? "",
    kubeConfig: kubeConfigOf(secret("kubeconfig"), settings.kubernetes.context),
    tenants: new Map(Object.entries(parsed.data.tenants)),
  };
}

/** Where and as which role to log in; TLS is the stack's. */
export type Login = Omit<PostgresLogin, "sslmode">;

/** Runs a statement with the stack's TLS. */
export async function query<Row extends pg.QueryResultRow>(
  login: Login,
  sslmode: SslMode,
  sql: string,
): Promise<Row[]> {
  return await connected(login, sslmode, async (client) => (await client.query<Row>(sql)).rows);
}

/** Runs `use` on one connection with the stack's TLS; a transaction that it leaves open is rolled back. */
export async function connected<T>(login: Login, sslmode: SslMode, use: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({
    ...login,
    application_name: "odoo-saas-smoke",
    connectionTimeoutMillis: 10_000,
    query_timeout: 30_000,
    ssl: tlsFor(sslmode),
  });
  client.on("error", () => undefined); // the query that waits for it fails too
  await client.connect();
  try {
    return await use(client);
  } finally {
    await client.end();
  }
}

/** The tenant's own log-in to its database. */
export function databaseLogin({ database: { host, port, name, role, password } }: TenantAccess): Login {
  return { host, port, database: name, user: role, password };
}

/** The tenant's reader on the analytics server. */
export function analyticsLogin({ analytics: { host, port, name, role, password } }: TenantAccess): Login {
  return { host, port, database: name, user: role, password };
}
