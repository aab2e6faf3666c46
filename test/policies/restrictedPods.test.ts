import { restrictedPods } from "../../policies/restrictedPods.ts";
import { both, remake, set } from "./support/fixtures.ts";
import { type Breach, describePolicy, type Tolerated } from "./support/describePolicy.ts";

const SPEC = "spec.template.spec";
const REFUSED = "which the restricted standard refuses";

function pod(path: string, value: unknown, message = REFUSED): Breach {
  return [
    `${path}: ${JSON.stringify(value)}`,
    set("acme-web", `${SPEC}.${path}`, value),
    "acme-web",
    expected(path, message),
  ];
}

/** A breach in the pod's only other containers is found as well. */
function container(path: string, value: unknown, message = REFUSED): Breach[] {
  return ["containers.0", "initContainers.0"].map((which) => pod(`${which}.${path}`, value, message));
}

function expected(path: string, message: string): RegExp {
  const shown = path.replace(/\.(\d+)/g, "[$1]").replace(/\[\d+\]$/, "");
  return new RegExp(`${shown.replace(/[[\].]/g, "\\$&")}.*${message}`);
}

describePolicy(restrictedPods, {
  breaches: [
    pod("hostNetwork", true),
    pod("hostPID", true),
    pod("hostIPC", true),
    pod("priorityClassName", "system-cluster-critical"),
    pod("securityContext.sysctls", [{ name: "kernel.msgmax", value: "1" }]),
    pod("securityContext.runAsUser", 0),
    pod("securityContext.seccompProfile.type", "Unconfined"),
    pod("securityContext.seccompProfile.type", undefined, "set neither here nor"),
    pod("securityContext.seccompProfile", undefined, "set neither here nor"),
    pod("securityContext.appArmorProfile", { type: "Unconfined" }),
    pod("securityContext.seLinuxOptions", { type: "spc_t" }),
    pod("securityContext.seLinuxOptions", { user: "system_u" }),
    pod("securityContext.seLinuxOptions", { role: "system_r" }),
    pod("securityContext.windowsOptions", { hostProcess: true }),
    pod("securityContext.runAsNonRoot", undefined, "expected true here or in the pod"),
    pod("securityContext.runAsNonRoot", false, "expected true here or in the pod"),
    pod("volumes.4", { name: "node", hostPath: { path: "/" } }, "reaches beyond the pod"),
    pod("volumes.4", { name: "csi", csi: { driver: "any" } }, "reaches beyond the pod"),
    pod("volumes.4", { name: "nfs", nfs: { server: "x", path: "/" } }, "reaches beyond the pod"),
    pod("volumes.4", { name: "image", image: { reference: "x" } }, "reaches beyond the pod"),
    pod("volumes.4", { name: "two", emptyDir: {}, hostPath: { path: "/" } }, "reaches beyond the pod"),
    ...container("securityContext.privileged", true),
    ...container("securityContext.procMount", "Unmasked"),
    ...container("securityContext.runAsUser", 0),
    ...container("securityContext.runAsNonRoot", false, "expected true here or in the pod"),
    ...container("securityContext.seccompProfile", { type: "Unconfined" }),
    ...container("securityContext.appArmorProfile", { type: "Unconfined" }),
    ...container("securityContext.seLinuxOptions", { type: "spc_t" }),
    ...container("securityContext.windowsOptions", { hostProcess: true }),
    ...container("securityContext.allowPrivilegeEscalation", true, "is true, expected false"),
    ...container("securityContext.allowPrivilegeEscalation", undefined, "is not set, expected false"),
    ...container("securityContext.readOnlyRootFilesystem", false, "is false, expected true"),
    ...container("securityContext.readOnlyRootFilesystem", undefined, "is not set, expected true"),
    ...container("securityContext.capabilities", undefined, 'expected \\["ALL"\\]'),
    ...container("securityContext.capabilities.drop", ["NET_RAW"], 'expected \\["ALL"\\]'),
    ...container("securityContext.capabilities.add", ["NET_BIND_SERVICE"]),
    ...container("securityContext", undefined, "is not set"),
    ...container("volumeDevices", [{ devicePath: "/dev/sda" }]),
    ...container("ports.0.hostPort", 8069),
    ...container("ports.0.hostIP", "0.0.0.0"),
    ...container("livenessProbe", { httpGet: { host: "169.254.169.254" } }),
    ...container("readinessProbe", { tcpSocket: { host: "10.0.0.1" } }),
    ...container("startupProbe", { httpGet: { host: "10.0.0.1" } }),
    ...container("lifecycle", { postStart: { httpGet: { host: "10.0.0.1" } } }),
    ...container("lifecycle", { preStop: { tcpSocket: { host: "10.0.0.1" } } }),
    [
      "an ephemeral container without a security context",
      set("acme-web", `${SPEC}.ephemeralContainers`, [{ name: "debug" }]),
      "acme-web",
      /ephemeralContainers\[0\]\.securityContext\.allowPrivilegeEscalation is not set/,
    ],
    [
      "an AppArmor annotation",
      set("acme-web", ["spec", "template", "metadata", "annotations"], {
        "container.apparmor.security.beta.kubernetes.io/odoo": "unconfined",
      }),
      "acme-web",
      /annotations\[container\.apparmor.*unconfined/,
    ],
    ["a Job", set("acme-init", `${SPEC}.hostNetwork`, true), "acme-init", /spec\.template\.spec\.hostNetwork/],
    [
      "a CronJob",
      set("acme-backup", "spec.jobTemplate.spec.template.spec.hostPID", true),
      "acme-backup",
      /spec\.jobTemplate\.spec\.template\.spec\.hostPID/,
    ],
    ...["StatefulSet", "DaemonSet", "ReplicaSet"].map((kind): Breach => [
      `a ${kind}`,
      both(set("acme-web", `${SPEC}.hostIPC`, true), remake("acme-web", { type: `kubernetes:apps/v1:${kind}` })),
      "acme-web",
      /spec\.template\.spec\.hostIPC/,
    ]),
    [
      "a bare Pod",
      both(remake("acme-web", { type: "kubernetes:core/v1:Pod" }), set("acme-web", "spec", { hostNetwork: true })),
      "acme-web",
      /: spec\.hostNetwork/,
    ],
  ],
  tolerated: [
    ["host access that is off", set("acme-web", `${SPEC}.hostNetwork`, false)],
    ["a local seccomp profile", set("acme-web", `${SPEC}.securityContext.seccompProfile.type`, "Localhost")],
    ["an AppArmor profile", set("acme-web", `${SPEC}.securityContext.appArmorProfile`, { type: "RuntimeDefault" })],
    ["a container's SELinux type", set("acme-web", `${SPEC}.securityContext.seLinuxOptions`, { type: "container_t" })],
    ["a priority class of the platform's", set("acme-web", `${SPEC}.priorityClassName`, "odoo-web")],
    [
      "runAsNonRoot in each container instead of the pod",
      both(
        set("acme-web", `${SPEC}.securityContext.runAsNonRoot`, undefined),
        set("acme-web", `${SPEC}.containers.0.securityContext.runAsNonRoot`, true),
        set("acme-web", `${SPEC}.initContainers.0.securityContext.runAsNonRoot`, true),
      ),
    ],
    [
      "seccomp in each container instead of the pod",
      both(
        set("acme-web", `${SPEC}.securityContext.seccompProfile`, undefined),
        set("acme-web", `${SPEC}.containers.0.securityContext.seccompProfile`, { type: "RuntimeDefault" }),
        set("acme-web", `${SPEC}.initContainers.0.securityContext.seccompProfile`, { type: "RuntimeDefault" }),
      ),
    ],
    ...["container_init_t", "container_kvm_t", "container_engine_t", ""].map((type): Tolerated => [
      `SELinux type "${type}"`,
      set("acme-web", `${SPEC}.securityContext.seLinuxOptions`, { type, user: "", role: "" }),
    ]),
    ...["configMap", "downwardAPI", "emptyDir", "ephemeral", "persistentVolumeClaim", "projected", "secret"].map(
      (kind): Tolerated => [`a ${kind} volume`, set("acme-web", `${SPEC}.volumes.4`, { name: "v", [kind]: {} })],
    ),
    ["the default /proc", set("acme-web", `${SPEC}.containers.0.securityContext.procMount`, "Default")],
    ["/proc unsaid", set("acme-web", `${SPEC}.containers.0.securityContext.procMount`, "")],
    ["a probe of the pod itself", set("acme-web", `${SPEC}.containers.0.livenessProbe.httpGet.host`, "")],
    ["no port of the node", set("acme-web", `${SPEC}.containers.0.ports.0.hostIP`, "")],
    ["other annotations", set("acme-web", ["spec", "template", "metadata", "annotations"], { note: "unconfined" })],
    [
      "an empty list of added capabilities",
      set("acme-web", `${SPEC}.containers.0.securityContext.capabilities.add`, []),
    ],
  ],
  guarded: [
    ["acme-web", SPEC],
    ["acme-web", `${SPEC}.securityContext`],
    ["acme-web", `${SPEC}.securityContext.seccompProfile`],
    ["acme-web", `${SPEC}.securityContext.runAsNonRoot`],
    ["acme-web", `${SPEC}.securityContext.runAsUser`],
    ["acme-web", `${SPEC}.volumes`],
    ["acme-web", `${SPEC}.hostNetwork`],
    ["acme-web", `${SPEC}.containers.0.securityContext`],
    ["acme-web", `${SPEC}.containers.0.securityContext.capabilities`],
    ["acme-web", `${SPEC}.containers.0.securityContext.capabilities.drop`],
    ["acme-web", `${SPEC}.containers.0.securityContext.capabilities.drop.0`],
    ["acme-web", `${SPEC}.containers.0.securityContext.capabilities.add`],
    ["acme-web", `${SPEC}.containers.0.securityContext.allowPrivilegeEscalation`],
    ["acme-web", `${SPEC}.containers.0.securityContext.readOnlyRootFilesystem`],
    ["acme-web", `${SPEC}.containers.0.securityContext.privileged`],
    ["acme-web", `${SPEC}.containers.0.volumeDevices`],
    ["acme-web", `${SPEC}.containers.0.ports.0.hostPort`],
    ["acme-web", `${SPEC}.containers.0.livenessProbe`],
  ],
});
