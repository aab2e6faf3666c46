import { Provider as KeycloakProvider } from "@pulumi/keycloak/provider.js";
import { Provider as KubernetesProvider } from "@pulumi/kubernetes/provider.js";
import { Provider as PostgresqlProvider } from "@pulumi/postgresql/provider.js";
import type * as pulumi from "@pulumi/pulumi";
import type { StackConfig } from "../config/index.ts";

/** The connections of a stack: one provider for each server, shared by all its tenants. */
export interface Providers {
  readonly kubernetes: KubernetesProvider;
  readonly keycloak: KeycloakProvider;
  /** The server that holds a database for each tenant. */
  readonly tenantsDatabase: PostgresqlProvider;
  /** The Supabase server that holds a schema for each tenant. */
  readonly analyticsDatabase: PostgresqlProvider;
}

/** Seconds that the PostgreSQL provider waits for a connection; its own default is three minutes. */
const CONNECT_TIMEOUT_SECONDS = 30;

/** Requests a second, and in one burst, to the Kubernetes API: client-go's default of 5 and 10 makes a fleet wait. */
const KUBERNETES_QPS = 100;
const KUBERNETES_BURST = 200;

/** Makes the stack's providers from its configuration. */
export function makeProviders(stack: StackConfig, opts?: pulumi.CustomResourceOptions): Providers {
  return {
    kubernetes: new KubernetesProvider(
      "kubernetes",
      {
        ...(stack.kubernetes.kubeconfig === undefined ? {} : { kubeconfig: stack.kubernetes.kubeconfig }),
        ...(stack.kubernetes.context === undefined ? {} : { context: stack.kubernetes.context }),
        // Without it the provider compares kubeconfigs, and a renewed certificate would replace every object.
        ...(stack.kubernetes.clusterIdentifier === undefined
          ? {}
          : { clusterIdentifier: stack.kubernetes.clusterIdentifier }),
        // By default a changed Secret or ConfigMap is deleted and made again, and pods that start meanwhile do not find it.
        // What restarts pods is an annotation of theirs with a checksum, not another object.
        enableSecretMutable: true,
        enableConfigMapMutable: true,
        kubeClientSettings: { qps: KUBERNETES_QPS, burst: KUBERNETES_BURST },
      },
      opts,
    ),
    keycloak: new KeycloakProvider(
      "keycloak",
      {
        url: stack.keycloak.url,
        realm: stack.keycloak.adminRealm,
        clientId: stack.keycloak.clientId,
        clientSecret: stack.keycloak.clientSecret,
        // Keycloak makes keys and roles for each realm: under load that outlives the provider's default of 15 seconds,
        // and a realm whose creation timed out exists without being in the state.
        clientTimeout: stack.keycloak.timeoutSeconds,
        // The log-in happens with the first request, so that a preview of nothing needs no Keycloak.
        initialLogin: false,
      },
      opts,
    ),
    tenantsDatabase: postgresProvider(
      "tenants-database",
      stack.tenantsDatabase,
      stack.tenantsDatabase.maintenanceDatabase,
      opts,
    ),
    analyticsDatabase: postgresProvider(
      "analytics-database",
      stack.analyticsDatabase,
      stack.analyticsDatabase.database,
      opts,
    ),
  };
}

function postgresProvider(
  name: string,
  server: Pick<StackConfig["tenantsDatabase"], "host" | "port" | "user" | "password" | "sslmode">,
  database: string,
  opts?: pulumi.CustomResourceOptions,
): PostgresqlProvider {
  return new PostgresqlProvider(
    name,
    {
      host: server.host,
      port: server.port,
      database,
      username: server.user,
      password: server.password,
      sslmode: server.sslmode,
      // Managed servers give an administrator that may create roles and databases, never a superuser.
      superuser: false,
      connectTimeout: CONNECT_TIMEOUT_SECONDS,
    },
    opts,
  );
}
