import type { Field } from "./field.ts";
import { K8S } from "./types.ts";

/** Where each kind that makes pods keeps their template. */
const TEMPLATE_PATHS: Readonly<Record<string, readonly string[]>> = {
  [K8S.pod]: [],
  [K8S.deployment]: ["spec", "template"],
  [K8S.statefulSet]: ["spec", "template"],
  [K8S.daemonSet]: ["spec", "template"],
  [K8S.replicaSet]: ["spec", "template"],
  [K8S.job]: ["spec", "template"],
  [K8S.cronJob]: ["spec", "jobTemplate", "spec", "template"],
};

/** Kinds that make pods. */
export const WORKLOADS: readonly string[] = Object.keys(TEMPLATE_PATHS);

/** The metadata and specification of the pods that a workload makes. */
export function podTemplate(type: string, props: Field): Field {
  // Stryker disable next-line ArrayDeclaration: Only kinds that make pods are asked for a template.
  return props.at(...(TEMPLATE_PATHS[type] ?? []));
}

/** All containers of a pod specification, those that run before the others and those for debugging included. */
export function containers(podSpec: Field): Field[] {
  return ["initContainers", "containers", "ephemeralContainers"].flatMap((key) => podSpec.at(key).items());
}
