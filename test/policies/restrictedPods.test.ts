import { restrictedPods } from "../../policies/restrictedPods.ts";
import { both, remake, set } from "./support/fixtures.ts";
import { type Breach, describePolicy } from "./support/describePolicy.ts";

const SPEC = "spec.template.spec";

function pod(path: string, value: unknown, message: string): Breach {
  const shown = path.replace(/\.(\d+)/g, "[$1]").replace(/[[\].]/g, "\\$&");
  return [
    `${path}: ${JSON.stringify(value)}`,
    set("acme-web", `${SPEC}.${path}`, value),
    "acme-web",
    new RegExp(`${shown}.*${message}`),
  ];
}

/** A breach in the pod's only other containers is found as well. */
function container(path: string, value: unknown, message: string): Breach[] {
  return ["containers.0", "initContainers.0"].map((which) => pod(`${which}.${path}`, value, message));
}

describePolicy(restrictedPods, {
  breaches: [
    pod("securityContext.seccompProfile.type", undefined, "set neither here nor"),
    pod("securityContext.seccompProfile", undefined, "set neither here nor"),
    pod("securityContext.runAsNonRoot", undefined, "expected true here or in the pod"),
    pod("securityContext.runAsNonRoot", false, "expected true here or in the pod"),
    ...container("securityContext.runAsNonRoot", false, "expected true here or in the pod"),
    ...container("securityContext.allowPrivilegeEscalation", true, "is true, expected false"),
    ...container("securityContext.allowPrivilegeEscalation", undefined, "is not set, expected false"),
    ...container("securityContext.readOnlyRootFilesystem", false, "is false, expected true"),
    ...container("securityContext.readOnlyRootFilesystem", undefined, "is not set, expected true"),
    ...container("securityContext.capabilities", undefined, 'expected \\["ALL"\\]'),
    ...container("securityContext.capabilities.drop", ["NET_RAW"], 'expected \\["ALL"\\]'),
    ...container("securityContext", undefined, "is not set"),
    [
      "an ephemeral container without a security context",
      set("acme-web", `${SPEC}.ephemeralContainers`, [{ name: "debug" }]),
      "acme-web",
      /ephemeralContainers\[0\]\.securityContext\.allowPrivilegeEscalation is not set/,
    ],
    ...["acme-init", "acme-backup"].map((name): Breach => {
      const at = name === "acme-init" ? SPEC : `spec.jobTemplate.${SPEC}`;
      const path = `${at}.containers.0.securityContext.readOnlyRootFilesystem`;
      return [name, set(name, path, false), name, new RegExp(`: ${at.replaceAll(".", "\\.")}\\.containers`)];
    }),
    ...["StatefulSet", "DaemonSet", "ReplicaSet"].map((kind): Breach => [
      `a ${kind}`,
      both(
        set("acme-web", `${SPEC}.securityContext.runAsNonRoot`, false),
        remake("acme-web", { type: `kubernetes:apps/v1:${kind}` }),
      ),
      "acme-web",
      /spec\.template\.spec\.containers/,
    ]),
    [
      "a bare Pod",
      both(remake("acme-web", { type: "kubernetes:core/v1:Pod" }), set("acme-web", "spec", { containers: [{}] })),
      "acme-web",
      /: spec\.containers\[0\]/,
    ],
  ],
  tolerated: [
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
  ],
  guarded: [
    ["acme-web", SPEC],
    ["acme-web", `${SPEC}.securityContext`],
    ["acme-web", `${SPEC}.securityContext.seccompProfile`],
    ["acme-web", `${SPEC}.securityContext.runAsNonRoot`],
    ["acme-web", `${SPEC}.containers.0.securityContext`],
    ["acme-web", `${SPEC}.containers.0.securityContext.capabilities`],
    ["acme-web", `${SPEC}.containers.0.securityContext.capabilities.drop`],
    ["acme-web", `${SPEC}.containers.0.securityContext.capabilities.drop.0`],
    ["acme-web", `${SPEC}.containers.0.securityContext.allowPrivilegeEscalation`],
    ["acme-web", `${SPEC}.containers.0.securityContext.readOnlyRootFilesystem`],
  ],
});
