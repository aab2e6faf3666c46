import type { Field } from "./lib/field.ts";
import { containers, podTemplate, WORKLOADS } from "./lib/pods.ts";
import { type Report, resourcePolicy } from "./lib/policy.ts";

/**
 * What the restricted Pod Security Standard demands to be set, for all kinds that make pods, and a read-only root file system.
 * What it forbids is not known to the pack (`known-properties`). The namespace's label has the API server enforce most of it
 * too; this one says so before anything is made, and to whoever removes the label.
 * https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted
 */
export const restrictedPods = resourcePolicy({
  name: "restricted-pods",
  description: "Pods must say that they run restricted: no root, no privileges, no writes to their own image.",
  types: WORKLOADS,
  check({ type, props }, report) {
    const spec = podTemplate(type, props).at("spec");
    for (const container of containers(spec)) checkContainer(container, spec.at("securityContext"), report);
  },
});

function checkContainer(container: Field, pod: Field, report: Report): void {
  const own = container.at("securityContext");
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
  const drop = own.at("capabilities", "drop");
  if (drop.known && !drop.items().some((item) => item.mayBe("ALL"))) {
    report(drop, `is ${drop.shown}, expected ["ALL"]`, "Drop all capabilities");
  }
}

// Stryker disable next-line StringLiteral: Only the end of a message's remedy.
function expect(field: Field, value: boolean, report: Report, hint = ""): void {
  if (!field.mayBe(value)) report(field, `is ${field.shown}, expected ${value}`, `Set it to ${value}${hint}`);
}
