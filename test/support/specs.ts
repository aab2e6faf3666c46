import * as pulumi from "@pulumi/pulumi";
import type { StackConfig, TenantSpec } from "../../config/index.ts";

/** A tenant as components get it. */
export function exampleTenant(changes: Partial<TenantSpec> = {}): TenantSpec {
  return {
    id: "acme",
    displayName: "Acme",
    owner: { team: "acme-it", email: "it@acme.example" },
    company: { name: "Acme", language: "en_US" },
    lifecycle: "active",
    plan: {
      name: "standard",
      displayName: "Standard",
      workers: 5,
      replicas: 2,
      cronWorkers: 1,
      jobMinutes: 60,
      cpu: { request: "500m", limit: "2" },
      memory: { request: "2Gi", limit: "5Gi" },
      storage: "20Gi",
      databaseConnections: 100,
      pricePerMonth: { amount: 390, currency: "USD" },
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
    bundles: ["finance-ppm"],
    modules: ["auth_oidc", "project", "queue_job", "session_db"],
    egress: [],
    hosts: { platform: "acme.odoo.example", custom: ["erp.acme.example"] },
    analytics: { models: ["core/v1"] },
    backup: { schedule: "0 2 * * *", keep: { daily: 7, weekly: 4, monthly: 3 } },
    sso: { template: "standard" },
    credentials: { database: 1, realm: 1, analytics: 1 },
    environment: "prod",
    cell: "main",
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
    ...changes,
  };
}
