import { renderOdooFiles } from "../../../components/odooConfig.ts";
import { exampleTenant } from "../../support/specs.ts";
import type { Planned } from "./fixtures.ts";
import { BASE_DOMAIN } from "./fixtures.ts";

/** Digest of the image in the fixtures. */
export const IMAGE = `registry.example.com/odoo@sha256:${"0123456789abcdef".repeat(4)}`;

const MAX = { cpu: "2", memory: "2Gi" };
const LIMITS = [
  { type: "Container", default: MAX, max: MAX },
  { type: "Pod", max: MAX },
];

/** A tenant's objects in Kubernetes. */
export function kubernetesObjects(id: string, environment: string): Planned[] {
  const namespace = `odoo-${id}`;
  const labels = {
    "app.kubernetes.io/name": "odoo",
    "app.kubernetes.io/instance": id,
    "app.kubernetes.io/managed-by": "pulumi",
    "odoo-saas.dev/tenant": id,
    "odoo-saas.dev/environment": environment,
    "odoo-saas.dev/owner": "finance-ops",
  };
  const release = `${id}-release`;
  const object = (
    groupVersion: string,
    kind: string,
    role: string,
    body: Record<string, unknown>,
    parent = release,
  ): Planned => ({
    type: `kubernetes:${groupVersion}:${kind}`,
    name: `${id}-${role}`,
    parent,
    props: {
      apiVersion: groupVersion.replace("core/", ""),
      kind,
      metadata: { name: role, namespace, labels: { ...labels } },
      ...body,
    },
  });
  const template = { metadata: { labels: { ...labels } }, spec: podSpec() };
  const host = `${id}.${BASE_DOMAIN}`;
  const custom = `erp.${id}.example`;

  return [
    { type: "odoo:saas:OdooRelease", name: release, parent: id },
    {
      type: "kubernetes:core/v1:Namespace",
      name: `${id}-namespace`,
      parent: release,
      protect: true,
      props: {
        apiVersion: "v1",
        kind: "Namespace",
        metadata: { name: namespace, labels: { ...labels, "pod-security.kubernetes.io/enforce": "restricted" } },
      },
    },
    object("core/v1", "ServiceAccount", "account", { automountServiceAccountToken: false }),
    object("core/v1", "Secret", "config", { type: "Opaque", stringData: podFiles(id, [host, custom]) }),
    object("core/v1", "ResourceQuota", "quota", {
      spec: { hard: { pods: "10", persistentvolumeclaims: "2", "requests.storage": "60Gi" } },
    }),
    object("core/v1", "LimitRange", "limits", { spec: { limits: LIMITS } }),
    { ...object("core/v1", "PersistentVolumeClaim", "filestore", { spec: {} }), protect: true },
    { type: "kubernetes:helm.sh/v4:Chart", name: `${id}-chart`, parent: release },
    object("core/v1", "ConfigMap", "scripts", { data: { "init.sh": "odoo --stop-after-init" } }, `${id}-chart`),
    object(
      "apps/v1",
      "Deployment",
      "web",
      { spec: { replicas: 2, template: structuredClone(template) } },
      `${id}-chart`,
    ),
    object("batch/v1", "Job", "init", { spec: { template: structuredClone(template) } }, `${id}-chart`),
    object(
      "batch/v1",
      "CronJob",
      "backup",
      { spec: { jobTemplate: { spec: { template: structuredClone(template) } } } },
      `${id}-chart`,
    ),
    object(
      "core/v1",
      "Service",
      "service",
      { spec: { clusterIP: "None", ports: [{ port: 8069, targetPort: "http" }] } },
      `${id}-chart`,
    ),
    object("policy/v1", "PodDisruptionBudget", "budget", { spec: { maxUnavailable: 1 } }, `${id}-chart`),
    { type: "odoo:saas:NetworkIsolation", name: `${id}-network`, parent: id },
    object(
      "networking.k8s.io/v1",
      "NetworkPolicy",
      "deny",
      { spec: { podSelector: {}, policyTypes: ["Ingress", "Egress"] } },
      `${id}-network`,
    ),
    object(
      "networking.k8s.io/v1",
      "NetworkPolicy",
      "allow",
      { metadata: { name: "odoo-egress", namespace, labels }, spec: allowSpec() },
      `${id}-network`,
    ),
    object(
      "networking.k8s.io/v1",
      "NetworkPolicy",
      "way-out",
      {
        metadata: {
          name: "currency-rate-update-egress",
          namespace,
          labels,
          annotations: { "odoo-saas.dev/way-out-for": "currency_rate_update" },
        },
        spec: wayOutSpec(),
      },
      `${id}-network`,
    ),
    { type: "odoo:saas:TenantDns", name: `${id}-dns`, parent: id },
    object(
      "gateway.networking.k8s.io/v1",
      "HTTPRoute",
      "route",
      {
        spec: {
          parentRefs: [{ name: "odoo", namespace: "odoo-platform" }],
          hostnames: [host, custom],
          rules: [
            {
              backendRefs: [{ name: "odoo", port: 8069 }],
              filters: [
                {
                  type: "RequestHeaderModifier",
                  requestHeaderModifier: { set: [{ name: "X-Forwarded-Host", value: host }] },
                },
              ],
            },
          ],
        },
      },
      `${id}-dns`,
    ),
    object(
      "externaldns.k8s.io/v1alpha1",
      "DNSEndpoint",
      "records",
      { spec: { endpoints: [{ dnsName: host, recordType: "CNAME", targets: [`gateway.${BASE_DOMAIN}`] }] } },
      `${id}-dns`,
    ),
    object(
      "cert-manager.io/v1",
      "Certificate",
      "certificate",
      {
        metadata: { name: custom, namespace: "odoo-platform", labels },
        spec: {
          dnsNames: [custom],
          secretName: `${custom}-tls`,
          issuerRef: { group: "cert-manager.io", kind: "ClusterIssuer", name: "letsencrypt" },
        },
      },
      `${id}-dns`,
    ),
  ];
}

/** What pods mount, as the program writes it. */
function podFiles(id: string, [platform = "", ...custom]: readonly string[]): Record<string, string> {
  const { plan, company } = exampleTenant();
  const files = renderOdooFiles(
    {
      database: { host: "db.example.com", port: 5432, name: id, role: id, sslmode: "verify-full" },
      plan,
      modules: ["project"],
      mail: { host: "mail.example", port: 587, tls: "starttls", generation: 1, from: `odoo@${BASE_DOMAIN}` },
      oidc: { issuer: `https://login.example.com/realms/${id}`, displayName: id, administrator: `it@${id}.example` },
      environment: "prod",
      hosts: { platform, custom },
      company,
      egress: [],
    },
    { databasePassword: "x", adminPassword: "x".repeat(40), clientId: "odoo", clientSecret: "x" },
  );
  return { ...files, "tenant.json": JSON.stringify({ id, displayName: id }), "backup-password": "x\n" };
}

function allowSpec() {
  const inNamespace = (name: string, app: string) => ({
    namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": name } },
    podSelector: { matchLabels: { app } },
  });
  return {
    podSelector: {},
    policyTypes: ["Ingress", "Egress"],
    ingress: [{ from: [inNamespace("odoo-platform", "gateway")], ports: [{ port: 8069, protocol: "TCP" }] }],
    egress: [
      { to: [inNamespace("kube-system", "kube-dns")], ports: [{ port: 53, protocol: "UDP" }] },
      { to: [{ ipBlock: { cidr: "10.50.16.0/28" } }], ports: [{ port: 5432, protocol: "TCP" }] },
    ],
  };
}

function wayOutSpec() {
  return {
    podSelector: {
      matchLabels: { "app.kubernetes.io/name": "odoo" },
      matchExpressions: [{ key: "app.kubernetes.io/component", operator: "In", values: ["web", "cron"] }],
    },
    policyTypes: ["Egress"],
    egress: [{ to: [{ ipBlock: { cidr: "203.0.113.0/28" } }], ports: [{ port: 443, protocol: "TCP" }] }],
  };
}

function podSpec() {
  const container = {
    image: IMAGE,
    securityContext: {
      allowPrivilegeEscalation: false,
      capabilities: { drop: ["ALL"] },
      readOnlyRootFilesystem: true,
    },
    resources: { requests: { cpu: "500m", memory: "1Gi" }, limits: { cpu: "2", memory: "2Gi" } },
    env: [{ name: "ODOO_RC", value: "/etc/odoo/odoo.conf" }],
    ports: [{ name: "http", containerPort: 8069 }],
  };
  return {
    serviceAccountName: "odoo",
    automountServiceAccountToken: false,
    securityContext: {
      runAsNonRoot: true,
      runAsUser: 100,
      fsGroup: 101,
      seccompProfile: { type: "RuntimeDefault" },
    },
    initContainers: [{ name: "wait", ...structuredClone(container) }],
    containers: [
      {
        name: "odoo",
        ...structuredClone(container),
        command: ["python3", "-B", "-I", "/opt/odoo-saas/serve.py"],
        args: ["odoo", "--workers=2"],
        livenessProbe: { httpGet: { path: "/web/health", port: "http" } },
        lifecycle: { preStop: { sleep: { seconds: 5 } } },
      },
    ],
    volumes: [
      { name: "config", secret: { secretName: "odoo-config" } },
      { name: "scripts", configMap: { name: "odoo-scripts" } },
      { name: "filestore", persistentVolumeClaim: { claimName: "odoo-filestore" } },
      { name: "tmp", emptyDir: {} },
    ],
  };
}
