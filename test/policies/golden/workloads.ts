import { GITHUB, K8S } from "../../../policies/lib/types.ts";
import { bad, badContainer, badPod, type Breaks } from "./breaks.ts";

const DIGEST = "0123456789abcdef".repeat(4);
const AGENT = "https://agent:hunter2@collector.example";
const CONTEXTS = ["seccompProfile", "appArmorProfile"];

/** What holds of the pods that any kind of workload makes. */
export const WORKLOAD_BREAKS: Breaks = {
  "images-by-digest": badContainer(
    "image",
    "docker.io/library/odoo:18.0",
    "docker.io/library/odoo",
    `docker.io/library/odoo@sha256:${DIGEST.slice(1)}`,
    `docker.io/library/odoo@sha512:${DIGEST}`,
    undefined,
  ),
  "no-literal-secrets": [
    ...badContainer("env", [{ name: "PGPASSWORD", value: "hunter2" }], [{ name: "AGENT", value: AGENT }]),
    ...badContainer("env.*.name", (old: unknown) => `${String(old)}_TOKEN`),
    ...badContainer("env.*.value", AGENT, "-----BEGIN PRIVATE KEY-----"),
    ...badContainer("command", ["odoo", "--db_password=hunter2"], ["sh", "-c", `curl ${AGENT}`]),
    ...badContainer("args", ["--db_password", "hunter2"], ["admin_passwd = hunter2"]),
    ...bad(K8S.configMap, ["data", "odoo.conf"], "[options]\nadmin_passwd = hunter2\n", "db_password=hunter2"),
    ...bad(K8S.configMap, ["data", "key.pem"], "-----BEGIN RSA PRIVATE KEY-----\n"),
    ...bad(GITHUB.variable, "variableName", "NPM_TOKEN"),
    ...bad(GITHUB.variable, "value", AGENT),
  ],
  "no-service-account-tokens": [
    ...badPod("spec.automountServiceAccountToken", true, undefined),
    ...badPod("spec.volumes.0.projected.sources", [{ serviceAccountToken: { path: "token" } }]),
    ...bad(K8S.serviceAccount, "automountServiceAccountToken", true, undefined),
    ...bad(K8S.secret, "type", "kubernetes.io/service-account-token"),
  ],
  "resource-limits": ["requests.cpu", "requests.memory", "limits.cpu", "limits.memory"].flatMap((key) =>
    ["initContainers", "containers"].flatMap((list) =>
      badPod(["spec", list, "*", "resources", ...key.split(".")], undefined, 0, "0", ""),
    ),
  ),
  "restricted-pods": [
    ...["hostNetwork", "hostPID", "hostIPC"].flatMap((key) => badPod(`spec.${key}`, true)),
    ...badPod("spec.priorityClassName", "system-node-critical", "system-cluster-critical"),
    ...badPod("spec.securityContext.sysctls", [{ name: "net.core.somaxconn", value: "1024" }]),
    ...badPod("spec.securityContext.runAsNonRoot", false, undefined),
    ...badPod("spec.securityContext.runAsUser", 0),
    ...CONTEXTS.flatMap((key) => badPod(`spec.securityContext.${key}.type`, "Unconfined")),
    ...badPod("spec.securityContext.seccompProfile", undefined),
    ...badPod("spec.securityContext.windowsOptions.hostProcess", true),
    ...badPod("spec.securityContext.seLinuxOptions.type", "spc_t"),
    ...badPod("spec.securityContext.seLinuxOptions.user", "root"),
    ...badPod("spec.securityContext.seLinuxOptions.role", "sysadm_r"),
    ...badPod(["metadata", "annotations", "container.apparmor.security.beta.kubernetes.io/odoo"], "unconfined"),
    ...["hostPath", "nfs", "csi", "iscsi", "gcePersistentDisk"].flatMap((kind) => badPod(`spec.volumes.0.${kind}`, {})),
    ...badContainer("securityContext.runAsNonRoot", false),
    ...badContainer("securityContext.runAsUser", 0),
    ...CONTEXTS.flatMap((key) => badContainer(`securityContext.${key}.type`, "Unconfined")),
    ...badContainer("securityContext.windowsOptions.hostProcess", true),
    ...badContainer("securityContext.seLinuxOptions.type", "spc_t"),
    ...badContainer("securityContext.seLinuxOptions.user", "root"),
    ...badContainer("securityContext.seLinuxOptions.role", "sysadm_r"),
    ...badContainer("securityContext.allowPrivilegeEscalation", true, undefined),
    ...badContainer("securityContext.readOnlyRootFilesystem", false, undefined),
    ...badContainer("securityContext.privileged", true),
    ...badContainer("securityContext.procMount", "Unmasked"),
    ...badContainer("securityContext.capabilities.drop", [], ["NET_RAW"], undefined),
    ...badContainer("securityContext.capabilities.add", ["SYS_ADMIN"], ["NET_BIND_SERVICE"]),
    ...badContainer("volumeDevices", [{ name: "disk", devicePath: "/dev/sda" }]),
    ...badContainer("ports", [{ containerPort: 8069, hostPort: 80 }]),
    ...badContainer("ports.*.hostPort", 80),
    ...badContainer("ports.*.hostIP", "0.0.0.0"),
    ...["livenessProbe", "readinessProbe", "startupProbe", "lifecycle.postStart", "lifecycle.preStop"].flatMap((key) =>
      ["httpGet", "tcpSocket"].flatMap((call) => badContainer(`${key}.${call}.host`, "169.254.169.254")),
    ),
  ],
};
