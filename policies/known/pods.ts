import { ByKey, HARMLESS, judgedBy, only, Part, type Shape, text, whole } from "../lib/known.ts";
import { TEMPLATE_METADATA } from "./metadata.ts";
import { SELECTOR } from "./selectors.ts";

/** Ids of users and groups; 0 is root's. */
const ID = whole(1, 65535);
const SECONDS = whole(0, 86400);

/** Names of the Secrets, ConfigMaps and volume claims that pods may have. Certificates' keys are in other Secrets. */
const VOLUME = {
  name: HARMLESS,
  configMap: { name: only("odoo-scripts", "maintenance", "odoo-watchdog"), defaultMode: whole(0, 0o555) },
  emptyDir: { sizeLimit: HARMLESS },
  persistentVolumeClaim: { claimName: only("odoo-filestore", "odoo-backup") },
  secret: {
    secretName: only("odoo-config", "odoo-watchdog"),
    defaultMode: whole(0, 0o555),
    items: [{ key: HARMLESS, path: HARMLESS }],
  },
} as const;

const MOUNT = {
  name: HARMLESS,
  mountPath: only(
    ...[
      "/etc/odoo",
      "/opt/odoo-saas",
      "/opt/maintenance",
      "/etc/watchdog",
      "/opt/watchdog",
      "/var/lib/odoo",
      "/backup",
    ],
    ...["/tools", "/tmp"],
  ),
  readOnly: only(true, false),
};

/** A variable whose value stands beside its name; none comes from a Secret, a ConfigMap or the pod's own fields. */
function variable(value: Shape): Shape {
  return { name: HARMLESS, value };
}
const TENANTS_OWN = variable(judgedBy("pod-configuration"));
const SETTING = variable(HARMLESS);

const ENVIRONMENT = new ByKey("name", {
  AWS_SHARED_CREDENTIALS_FILE: variable(only("/etc/odoo/backup-credentials")),
  HOME: variable(only("/var/lib/odoo")),
  HTTP_PORT: SETTING,
  KEEP_DAILY: SETTING,
  KEEP_MONTHLY: SETTING,
  KEEP_WEEKLY: SETTING,
  ODOO_HTTP_SOCKET_TIMEOUT: SETTING,
  ODOO_IMAGE_DIGEST: SETTING,
  ODOO_MODULES: SETTING,
  ODOO_PGAPPNAME: SETTING,
  ODOO_RC: variable(only("/etc/odoo/odoo.conf")),
  ODOO_REVISION: SETTING,
  PATH: variable(only("/tools:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin")),
  PGSSLROOTCERT: variable(only("system")),
  PYTHONDONTWRITEBYTECODE: SETTING,
  RESTIC_PASSWORD_FILE: variable(only("/etc/odoo/backup-password")),
  RESTIC_REPOSITORY: TENANTS_OWN,
  TENANT: TENANTS_OWN,
  UPGRADE_WAIT_SECONDS: SETTING,
  WAIT_SECONDS: SETTING,
});

/** A request to the container itself: no other host, no header, no program. */
const PROBE = {
  httpGet: { path: text(/^\/[\w/-]*$/, "a path"), port: HARMLESS },
  tcpSocket: { port: HARMLESS },
  periodSeconds: SECONDS,
  timeoutSeconds: SECONDS,
  failureThreshold: whole(1, 100),
};

const RESOURCES = { cpu: judgedBy("resource-limits"), memory: judgedBy("resource-limits") };

/** What any container may be, whatever variables it has. */
export const CONTAINER = {
  name: HARMLESS,
  image: judgedBy("images-by-digest", "attested-releases"),
  imagePullPolicy: only("IfNotPresent", "Always"),
  command: [judgedBy("pod-configuration")],
  args: [judgedBy("pod-configuration")],
  env: ENVIRONMENT,
  ports: [{ name: HARMLESS, containerPort: whole(1024, 65535), protocol: only("TCP") }],
  resources: { requests: RESOURCES, limits: RESOURCES },
  livenessProbe: PROBE,
  readinessProbe: PROBE,
  lifecycle: { preStop: { sleep: { seconds: SECONDS } } },
  securityContext: {
    allowPrivilegeEscalation: only(false),
    capabilities: { drop: [only("ALL")] },
    readOnlyRootFilesystem: only(true),
    runAsNonRoot: only(true),
    runAsUser: ID,
    runAsGroup: ID,
    seccompProfile: { type: only("RuntimeDefault") },
  },
  volumeMounts: [MOUNT],
} as const;

/** What pods may be, beside their containers and volumes. Nothing of it chooses a node, a user of the node, or another pod's files. */
export const ANY_POD = {
  serviceAccountName: only("odoo"),
  automountServiceAccountToken: only(false),
  enableServiceLinks: only(false),
  // Refused at once by the pod itself, what egress would drop.
  hostAliases: [{ ip: only("127.0.0.1"), hostnames: [only("apps.odoo.com", "services.odoo.com", "www.gravatar.com")] }],
  priorityClassName: only("odoo-web", "odoo-batch"),
  restartPolicy: only("Always", "OnFailure", "Never"),
  terminationGracePeriodSeconds: SECONDS,
  securityContext: {
    runAsNonRoot: only(true),
    runAsUser: ID,
    runAsGroup: ID,
    fsGroup: ID,
    fsGroupChangePolicy: only("OnRootMismatch", "Always"),
    seccompProfile: { type: only("RuntimeDefault") },
  },
  topologySpreadConstraints: [
    { maxSkew: HARMLESS, topologyKey: HARMLESS, whenUnsatisfiable: HARMLESS, labelSelector: SELECTOR },
  ],
  affinity: {
    podAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey: HARMLESS, labelSelector: SELECTOR }],
    },
  },
} as const;

/** What a pod may be. */
export const POD = new Part("policies/known/pods.ts", {
  ...ANY_POD,
  initContainers: [CONTAINER],
  containers: [CONTAINER],
  ephemeralContainers: [CONTAINER],
  volumes: [VOLUME],
});

/** What makes pods from a template has this there. */
export const POD_TEMPLATE = { metadata: TEMPLATE_METADATA, spec: POD };
