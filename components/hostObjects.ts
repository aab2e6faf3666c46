/** What routes, records and certificates of hosts have in common. */
import { CustomResource } from "@pulumi/kubernetes/apiextensions/customResource.js";
import type * as pulumi from "@pulumi/pulumi";
import type { StackConfig } from "../config/index.ts";
import type { objectMetadata } from "./kubernetes.ts";

/** How long resolvers may keep a record, in seconds. */
export const RECORD_TTL = 300;

/** Annotation of routes: the DNSEndpoint has the records, external-dns would publish the Gateway's address for the host as well. */
export const WITHOUT_OWN_RECORD = { "external-dns.alpha.kubernetes.io/controller": "dnsendpoint" } as const;

/** Secret with the certificate of a host outside the wildcard, in the platform's namespace. */
export function customCertificateSecret(host: string): string {
  return `${host}-tls`;
}

/** A route's filter that says whose host was asked for, whatever the visitor sends. */
export function forwardedAs(host: string) {
  return {
    type: "RequestHeaderModifier",
    requestHeaderModifier: {
      set: [
        { name: "X-Forwarded-Host", value: host },
        { name: "X-Forwarded-Proto", value: "https" },
      ],
    },
  };
}

/** The certificate of one host. @param metadata in the platform's namespace, where the Gateway reads it */
export function hostCertificate(
  name: string,
  host: string,
  metadata: ReturnType<typeof objectMetadata>,
  tls: StackConfig["tls"],
  opts: pulumi.CustomResourceOptions,
): CustomResource {
  return new CustomResource(
    name,
    {
      apiVersion: "cert-manager.io/v1",
      kind: "Certificate",
      metadata,
      spec: {
        secretName: customCertificateSecret(host),
        dnsNames: [host],
        issuerRef: { group: "cert-manager.io", kind: "ClusterIssuer", name: tls.clusterIssuer },
        privateKey: { algorithm: "ECDSA", size: 256, rotationPolicy: "Always" },
      },
    },
    opts,
  );
}
