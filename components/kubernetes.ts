/** What the Kubernetes components have in common. */
import type * as pulumi from "@pulumi/pulumi";

/**
 * How long the program waits for an object that the provider awaits. More than five minutes is a fault, not slowness. A
 * deletion that ends between the provider's look and its watch is only noticed when the time is over: hence the minute
 * (and {@link objectMetadata}).
 */
export const AWAITED = { create: "5m", update: "5m", delete: "1m" } as const;

/**
 * Metadata of an object in a namespace.
 *
 * Deletion is `background`: the object is gone with the call. The provider's default, foreground, leaves that to the
 * garbage collector some milliseconds later, which is when the provider may look away (see {@link AWAITED}).
 */
export function objectMetadata(
  name: string,
  namespace: pulumi.Input<string>,
  labels: Record<string, string>,
  annotations: Record<string, string> = {},
) {
  return {
    name,
    namespace,
    labels,
    annotations: { "pulumi.com/deletionPropagationPolicy": "background", ...annotations },
  };
}

/**
 * Annotation of volume claims: nobody waits until they are bound. Where a class waits for the first pod
 * (`WaitForFirstConsumer`), the provider (4.18) waits for the state `Pending`, and after each change in vain, as the claim
 * is bound by then. What cannot be bound is reported by the init Job, whose pod needs all claims.
 */
export const NOT_AWAITED = { "pulumi.com/skipAwait": "true" } as const;

/**
 * Pod security admission: pods that do not meet the restricted profile are refused
 * (https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted).
 */
export const RESTRICTED_PODS = {
  "pod-security.kubernetes.io/enforce": "restricted",
  "pod-security.kubernetes.io/enforce-version": "latest",
  "pod-security.kubernetes.io/warn": "restricted",
  "pod-security.kubernetes.io/warn-version": "latest",
} as const;

/** Label that Kubernetes itself puts on each namespace; nobody can give it to another one. */
export const NAMESPACE_NAME_LABEL = "kubernetes.io/metadata.name";
