import { z } from "zod";
import type { Instance } from "../../../sandbox/instance.ts";
import { callKubernetes } from "../../../sandbox/services/kubernetes.ts";

/** A Kubernetes object, as far as it must be known to create it. */
export const kubernetesObject = z.looseObject({
  apiVersion: z.string(),
  kind: z.string(),
  metadata: z.looseObject({ name: z.string(), namespace: z.string().optional() }),
});

/** A Kubernetes object. */
export type KubernetesObject = z.output<typeof kubernetesObject>;

const resourceList = z.object({
  resources: z.array(z.looseObject({ name: z.string(), kind: z.string(), namespaced: z.boolean() })),
});

/**
 * Asks the real API server whether it would create an object, without creating it: schema, defaults, validation and
 * admission, and no field that it does not know (`fieldValidation=Strict`). Namespaced objects are tried in `default`.
 *
 * @returns undefined if it would, else what it says.
 */
export async function strictDryRun(instance: Instance, object: KubernetesObject): Promise<string | undefined> {
  const { apiVersion, kind, metadata } = object;
  const root = apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  const list = await callKubernetes(instance, "GET", root);
  if (list.status !== 200) return `${apiVersion} is not served: ${list.text}`;
  const type = resourceList
    .parse(JSON.parse(list.text))
    .resources.find((resource) => resource.kind === kind && !resource.name.includes("/"));
  if (type === undefined) return `${apiVersion} has no ${kind}`;

  // Objects of the cluster exist already under their own names.
  const name = type.namespaced ? metadata.name : `dry-run-${metadata.name}`;
  const tried = { ...object, metadata: { ...metadata, name, namespace: undefined } };
  const path = `${root}${type.namespaced ? "/namespaces/default" : ""}/${type.name}`;
  const answer = await callKubernetes(instance, "POST", `${path}?dryRun=All&fieldValidation=Strict`, {
    type: "application/json",
    body: tried,
  });
  return answer.status === 201 ? undefined : `${answer.status} ${answer.text}`;
}
