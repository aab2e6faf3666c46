import { NetworkPolicy } from "@pulumi/kubernetes/networking/v1/networkPolicy.js";
import * as pulumi from "@pulumi/pulumi";
import type { GatewayPeer } from "../config/index.ts";
import { gatewayProxyLabels } from "../config/names.ts";
import { AWAITED, objectMetadata } from "./kubernetes.ts";
import { peersOf } from "./networkPeers.ts";

/** Inputs of {@link PlatformIsolation}. */
export interface PlatformIsolationArgs {
  /** The platform's namespace. */
  readonly namespace: string;
  /** The same, once it exists. */
  readonly existing: pulumi.Input<string>;
  /** Where the Gateway connects from. */
  readonly gateway: readonly GatewayPeer[];
  readonly labels: Readonly<Record<string, string>>;
}

/** Label and port of the pods by which cert-manager answers HTTP-01 challenges, beside the certificate. */
const ACME_SOLVER = { labels: { "acme.cert-manager.io/http01-solver": "true" }, port: 8089 } as const;

/**
 * Nothing goes into or out of the platform's namespace but what its pods need: keys of all hosts' certificates are there. The Gateway's
 * proxies, where they run in it, talk to whom their controller has them talk; the maintenance page has a policy of its own.
 */
export class PlatformIsolation extends pulumi.ComponentResource {
  constructor(name: string, args: PlatformIsolationArgs, opts?: pulumi.ComponentResourceOptions) {
    super("odoo:saas:PlatformIsolation", name, {}, opts);
    const child: pulumi.CustomResourceOptions = { parent: this, customTimeouts: AWAITED };
    const metadata = (object: string) => objectMetadata(object, args.existing, { ...args.labels });

    new NetworkPolicy(
      `${name}-default-deny`,
      { metadata: metadata("default-deny"), spec: { podSelector: {}, policyTypes: ["Ingress", "Egress"] } },
      child,
    );
    new NetworkPolicy(
      `${name}-acme-solvers`,
      {
        metadata: metadata("acme-solvers"),
        spec: {
          podSelector: { matchLabels: { ...ACME_SOLVER.labels } },
          policyTypes: ["Ingress"],
          ingress: [{ from: args.gateway.flatMap(peersOf), ports: [{ protocol: "TCP", port: ACME_SOLVER.port }] }],
        },
      },
      child,
    );
    for (const [index, peer] of args.gateway.filter(({ namespace }) => namespace === args.namespace).entries()) {
      new NetworkPolicy(
        `${name}-gateway-${index}`,
        {
          metadata: metadata(`gateway-${index}`),
          spec: {
            podSelector: { matchLabels: gatewayProxyLabels(peer.labels) },
            policyTypes: ["Ingress", "Egress"],
            ingress: [{}],
            egress: [{}],
          },
        },
        child,
      );
    }
    this.registerOutputs({});
  }
}
