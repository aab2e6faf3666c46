import * as pulumi from "@pulumi/pulumi";
import type { StackConfig, TenantSpec } from "../../config/index.ts";
import { tenantSchema } from "../../config/schemas/tenant.ts";

/** A tenant as components get it. What only its file decides has the schema's defaults. */
export function exampleTenant(changes: Partial<TenantSpec> = {}): TenantSpec {
  const { environments, storage, ...file } = tenantSchema.parse({
    displayName: "Acme",
    owner: { team: "acme-it", email: "it@acme.example" },
    bundles: ["finance-ppm"],
    environments: { prod: { domains: ["erp.acme.example"] } },
  });
  return {
    ...file,
    id: "acme",
    company: { ...file.company, name: file.displayName },
    plan: {
      name: "standard",
      displayName: "Standard",
      workers: 5,
      replicas: 2,
      cronWorkers: 1,
      jobMinutes: 60,
      cpu: { request: "500m", limit: "2" },
      memory: { request: "2Gi", limit: "5Gi" },
      storage: storage ?? "20Gi",
      databaseConnections: 100,
    },
    release: {
      name: "18.0-2026.11",
      odoo: "18.0",
      image: { repository: "docker.io/library/odoo", digest: `sha256:${"0123456789abcdef".repeat(4)}` },
      backup: {
        image: { repository: "docker.io/restic/restic", digest: `sha256:${"fedcba9876543210".repeat(4)}` },
      },
      chartVersion: "0.1.0",
      oca: [],
      attestations: [],
    },
    modules: ["auth_oidc", "project", "queue_job", "session_db"],
    egress: [],
    hosts: { platform: "acme.odoo.example", custom: environments.prod?.domains ?? [] },
    analytics: { models: ["core/v1"] },
    environment: "prod",
    ...changes,
  };
}

/** A production stack as components get it. */
export function exampleStack(changes: Partial<StackConfig> = {}): StackConfig {
  return {
    environment: "prod",
    cell: "main",
    canary: false,
    baseDomain: "odoo.example",
    release: "18.0-2026.11",
    protect: true,
    tenantsDatabase: {
      host: "db.example",
      port: 5432,
      user: "platform_admin",
      password: pulumi.secret("tenants-admin"),
      sslmode: "verify-full",
      maintenanceDatabase: "postgres",
      lcCtype: "C.UTF-8",
      clusterHost: "db.cluster.example",
      clusterPort: 6432,
      cidrs: ["10.1.0.0/24"],
      trustedRoles: [],
    },
    analyticsDatabase: {
      host: "analytics.example",
      port: 5432,
      database: "postgres",
      user: "postgres",
      password: pulumi.secret("analytics-admin"),
      sslmode: "verify-full",
      tenantsHost: "db.example",
      tenantsPort: 5432,
      clusterHost: "analytics.example",
      clusterPort: 5432,
      cidrs: ["10.5.0.0/24"],
      trustedRoles: ["authenticator"],
    },
    keycloak: {
      url: "https://login.example",
      adminRealm: "master",
      clientId: "odoo-saas",
      clientSecret: pulumi.secret("keycloak-admin"),
      timeoutSeconds: 120,
      cidrs: ["10.2.0.0/24"],
    },
    kubernetes: {
      gatewayClassName: "envoy",
      storageClassName: "files",
      filestoreAccessMode: "ReadWriteMany",
      initSeconds: 1800,
      dns: [{ namespace: "kube-system", labels: { "k8s-app": "kube-dns" }, port: 53 }],
      gateway: [{ namespace: "odoo-platform" }],
    },
    tls: { clusterIssuer: "letsencrypt" },
    mail: {
      host: "mail.example",
      port: 587,
      tls: "starttls",
      user: "odoo-saas",
      password: pulumi.secret("mail-password"),
      generation: 1,
      from: "odoo@odoo.example",
      cidrs: ["10.3.0.10/32"],
    },
    objectStore: { cidrs: ["10.4.0.0/24"] },
    monitoring: { namespace: "monitoring" },
    watchdog: {
      user: "odoo_watchdog",
      seconds: 1,
      sessionLocks: 10_000,
      roleLocks: 40_000,
      idleSeconds: 1800,
      transactionSeconds: 21_600,
      passwords: { tenants: pulumi.secret("tenants-watchdog"), analytics: pulumi.secret("analytics-watchdog") },
    },
    ...changes,
  };
}
