import type { Planned } from "./fixtures.ts";
import { IMAGE } from "./kubernetesFixtures.ts";

const NAME = "odoo-watchdog";
const LABELS = { "app.kubernetes.io/name": NAME };
const metadata = { name: NAME, namespace: "odoo-platform", labels: LABELS };

/** A server as the watchdog's settings name it. */
export function watchedServer(name: string, host: string) {
  return {
    name,
    host,
    port: 5432,
    database: "postgres",
    user: "odoo_watchdog",
    passwordFile: `/etc/watchdog/${name}`,
    sslmode: "verify-full",
    sslrootcert: "system",
    trustedRoles: ["platform_admin"],
    limits: { sessionLocks: 10_000, roleLocks: 40_000, idleSeconds: 1800, transactionSeconds: 21_600 },
  };
}

/** The watchdog of the platform's servers. */
export function watchdogResources(): Planned[] {
  const parent = "platform";
  const servers = [watchedServer("tenants", "db.example.com"), watchedServer("analytics", "analytics.example.com")];
  const settings = JSON.stringify({ seconds: 1, port: 9181, servers });
  return [
    {
      type: "kubernetes:core/v1:ConfigMap",
      name: "platform-watchdog-script",
      parent,
      props: { metadata, data: { "watchdog.py": "import psycopg2" } },
    },
    {
      type: "kubernetes:core/v1:Secret",
      name: "platform-watchdog-config",
      parent,
      props: { metadata, type: "Opaque", stringData: { "settings.json": settings, tenants: "x", analytics: "y" } },
    },
    {
      type: "kubernetes:networking.k8s.io/v1:NetworkPolicy",
      name: "platform-watchdog-network",
      parent,
      props: {
        metadata,
        spec: {
          podSelector: { matchLabels: LABELS },
          policyTypes: ["Ingress", "Egress"],
          egress: ["10.50.16.0/28", "10.50.20.0/28"].map((cidr) => ({
            to: [{ ipBlock: { cidr } }],
            ports: [{ port: 5432, protocol: "TCP" }],
          })),
        },
      },
    },
    {
      type: "kubernetes:apps/v1:Deployment",
      name: "platform-watchdog-pods",
      parent,
      props: {
        metadata,
        spec: {
          replicas: 2,
          strategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } },
          template: { metadata: { labels: LABELS }, spec: podSpec() },
        },
      },
    },
  ];
}

function podSpec() {
  return {
    automountServiceAccountToken: false,
    securityContext: { runAsNonRoot: true, runAsUser: 100, fsGroup: 101, seccompProfile: { type: "RuntimeDefault" } },
    containers: [
      {
        name: "watchdog",
        image: IMAGE,
        command: ["python3", "-B", "-I", "/opt/watchdog/watchdog.py", "/etc/watchdog/settings.json"],
        resources: { requests: { cpu: "20m", memory: "48Mi" }, limits: { cpu: "500m", memory: "128Mi" } },
        securityContext: {
          allowPrivilegeEscalation: false,
          capabilities: { drop: ["ALL"] },
          readOnlyRootFilesystem: true,
        },
      },
    ],
    volumes: [
      { name: "script", configMap: { name: NAME } },
      { name: "config", secret: { secretName: NAME } },
    ],
  };
}
