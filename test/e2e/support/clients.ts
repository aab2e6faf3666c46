import {
  CoreV1Api,
  CustomObjectsApi,
  KubeConfig,
  AppsV1Api,
  BatchV1Api,
  NetworkingV1Api,
} from "@kubernetes/client-node";
import { Client } from "pg";
import type { TenantOutputs } from "./world.ts";

/** Where and as whom to log in to a PostgreSQL server. */
export interface Login {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
  readonly password: string;
}

/** The tenant's own log-in to its database. */
export function databaseLogin({ database }: TenantOutputs): Login {
  const { host, port, name, role, password } = database;
  return { host, port, database: name, user: role, password };
}

/** The tenant's reader on the analytics server. */
export function analyticsLogin({ analytics }: TenantOutputs): Login {
  const { host, port, name, role, password } = analytics;
  return { host, port, database: name, user: role, password };
}

/** Runs one statement and returns its rows. */
export async function query(login: Login, sql: string, values: unknown[] = []): Promise<Record<string, unknown>[]> {
  const client = new Client({ ...login, connectionTimeoutMillis: 10_000 });
  await client.connect();
  try {
    const result = await client.query<Record<string, unknown>>(sql, values);
    return result.rows;
  } finally {
    await client.end();
  }
}

/** Clients of the Kubernetes API for a kubeconfig file. */
export function kubernetes(kubeconfig: string) {
  const config = new KubeConfig();
  config.loadFromFile(kubeconfig);
  return {
    core: config.makeApiClient(CoreV1Api),
    apps: config.makeApiClient(AppsV1Api),
    batch: config.makeApiClient(BatchV1Api),
    networking: config.makeApiClient(NetworkingV1Api),
    custom: config.makeApiClient(CustomObjectsApi),
  };
}
