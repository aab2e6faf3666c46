import type { Field } from "./lib/field.ts";
import { containers, podTemplate, WORKLOADS } from "./lib/pods.ts";
import { type Report, resourcePolicy } from "./lib/policy.ts";

/**
 * Volume types of the restricted standard, without inline CSI volumes, whose drivers decide what they mount.
 * https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted
 */
const VOLUME_TYPES: ReadonlySet<string> = new Set([
  "configMap",
  "downwardAPI",
  "emptyDir",
  "ephemeral",
  "persistentVolumeClaim",
  "projected",
  "secret",
]);

/** SELinux types that the baseline standard allows. */
const SELINUX_TYPES = [undefined, "", "container_t", "container_init_t", "container_kvm_t", "container_engine_t"];

const SECCOMP_TYPES = ["RuntimeDefault", "Localhost"];

const APPARMOR_ANNOTATION = "container.apparmor.security.beta.kubernetes.io/";

/**
 * The restricted Pod Security Standard, for all kinds that make pods, and a read-only root file system. The namespace's
 * label has the API server enforce most of it too; this one says so before anything is made, and to whoever removes the
 * label.
 */
export const restrictedPods = resourcePolicy({
  name: "restricted-pods",
  description: "Pods must run restricted: no root, no privileges, nothing of the node's.",
  types: WORKLOADS,
  check({ type, props }, report) {
    const template = podTemplate(type, props);
    const spec = template.at("spec");
    const security = spec.at("securityContext");
    checkHostAccess(spec, report);
    checkSecurityContext(security, report);
    checkVolumes(spec, report);
    for (const [key, value] of template.at("metadata", "annotations").entries()) {
      if (key.startsWith(APPARMOR_ANNOTATION) && value.mayBe("unconfined")) refuse(value, report, "Remove it");
    }
    for (const container of containers(spec)) checkContainer(container, security, report);
  },
});

function checkHostAccess(spec: Field, report: Report): void {
  for (const key of ["hostNetwork", "hostPID", "hostIPC"]) {
    const field = spec.at(key);
    if (!field.mayBe(undefined, false)) refuse(field, report, "Remove it: a tenant's pods share nothing with the node");
  }
  const priority = spec.at("priorityClassName");
  if (priority.text?.startsWith("system-")) {
    refuse(priority, report, "Use a class of the platform's: system classes evict the cluster's own pods");
  }
  for (const sysctl of spec.at("securityContext", "sysctls").items()) refuse(sysctl, report, "Remove it");
}

/** What a pod's and a container's security context have in common. */
function checkSecurityContext(security: Field, report: Report): void {
  const user = security.at("runAsUser");
  if (user.known && user.value === 0) refuse(user, report, "Run as the image's own user (odoo is 100)");
  const seccomp = security.at("seccompProfile", "type");
  if (!seccomp.mayBe(undefined, ...SECCOMP_TYPES)) refuse(seccomp, report, "Set RuntimeDefault");
  const appArmor = security.at("appArmorProfile", "type");
  if (!appArmor.mayBe(undefined, ...SECCOMP_TYPES)) refuse(appArmor, report, "Set RuntimeDefault");
  const hostProcess = security.at("windowsOptions", "hostProcess");
  if (!hostProcess.mayBe(undefined, false)) refuse(hostProcess, report, "Remove it");
  const selinux = security.at("seLinuxOptions");
  if (!selinux.at("type").mayBe(...SELINUX_TYPES)) refuse(selinux.at("type"), report, "Remove it");
  for (const key of ["user", "role"]) {
    if (!selinux.at(key).mayBe(undefined, "")) refuse(selinux.at(key), report, "Remove it");
  }
}

function checkVolumes(spec: Field, report: Report): void {
  for (const volume of spec.at("volumes").items()) {
    for (const key of volume.keys()) {
      if (key === "name" || VOLUME_TYPES.has(key) || volume.at(key).missing) continue;
      report(
        volume.at(key),
        "is a kind of volume that reaches beyond the pod",
        `Use one of ${[...VOLUME_TYPES].join(", ")}`,
      );
    }
  }
}

function checkContainer(container: Field, pod: Field, report: Report): void {
  const own = container.at("securityContext");
  checkSecurityContext(own, report);

  const nonRoot = own.at("runAsNonRoot").present ? own.at("runAsNonRoot") : pod.at("runAsNonRoot");
  if (!nonRoot.mayBe(true)) {
    report(own.at("runAsNonRoot"), `is ${nonRoot.shown}, expected true here or in the pod's context`, "Set it to true");
  }
  const seccomp = own.at("seccompProfile", "type");
  if (seccomp.missing && pod.at("seccompProfile", "type").missing) {
    report(seccomp, "is set neither here nor in the pod's context", "Set RuntimeDefault");
  }
  expect(own.at("allowPrivilegeEscalation"), false, report);
  expect(own.at("readOnlyRootFilesystem"), true, report, "; mount an emptyDir where the program writes");
  if (!own.at("privileged").mayBe(undefined, false)) refuse(own.at("privileged"), report, "Remove it");
  if (!own.at("procMount").mayBe(undefined, "", "Default")) refuse(own.at("procMount"), report, "Remove it");

  const drop = own.at("capabilities", "drop");
  if (drop.known && !drop.items().some((item) => item.mayBe("ALL"))) {
    report(drop, `is ${drop.shown}, expected ["ALL"]`, "Drop all capabilities");
  }
  const add = own.at("capabilities", "add");
  if (!add.empty && add.known) refuse(add, report, "Remove it: Odoo needs none");
  const devices = container.at("volumeDevices");
  if (!devices.empty && devices.known) refuse(devices, report, "Mount a file system instead of a raw device");

  for (const port of container.at("ports").items()) {
    if (!port.at("hostPort").mayBe(undefined, 0)) refuse(port.at("hostPort"), report, "Use a Service");
    if (!port.at("hostIP").mayBe(undefined, "")) refuse(port.at("hostIP"), report, "Use a Service");
  }
  const handlers = [
    ...["livenessProbe", "readinessProbe", "startupProbe"].map((key) => container.at(key)),
    ...["postStart", "preStop"].map((key) => container.at("lifecycle", key)),
  ];
  for (const handler of handlers) {
    for (const key of ["httpGet", "tcpSocket"]) {
      const host = handler.at(key, "host");
      if (!host.mayBe(undefined, "")) refuse(host, report, "Remove it: the kubelet would call any address for the pod");
    }
  }
}

function expect(field: Field, value: boolean, report: Report, hint = ""): void {
  if (!field.mayBe(value)) report(field, `is ${field.shown}, expected ${value}`, `Set it to ${value}${hint}`);
}

function refuse(field: Field, report: Report, mend: string): void {
  report(field, `is ${field.shown}, which the restricted standard refuses`, mend);
}
