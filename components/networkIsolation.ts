import * as pulumi from "@pulumi/pulumi";
import { NetworkPolicy } from "@pulumi/kubernetes/networking/v1/networkPolicy.js";
import type { StackConfig, TenantSpec } from "../config/index.ts";
import { AWAITED, objectMetadata } from "./kubernetes.ts";
import { STACK_EGRESS_POLICY, tenantLabels, WAY_OUT_ANNOTATION, WAY_OUT_PARTS } from "../config/names.ts";
import { portOf } from "../config/urls.ts";
import { peersOf, podsOf, tcp, toDns, toNetworks } from "./networkPeers.ts";
import { HTTP_PORT, WEBSOCKET_PORT } from "./odooConfig.ts";

/** Port of `charts/odoo/files/metrics.py` in the cron pod. */
const METRICS_PORT = 9180;

/** Inputs of {@link NetworkIsolation}. */
export interface NetworkIsolationArgs {
  readonly tenant: TenantSpec;
  readonly stack: Pick<
    StackConfig,
    "kubernetes" | "tenantsDatabase" | "keycloak" | "mail" | "objectStore" | "monitoring"
  >;
  /** The tenant's namespace. */
  readonly namespace: pulumi.Input<string>;
}

/**
 * Nothing goes into or out of the tenant's namespace but what Odoo needs: names, its database, Keycloak, mail and the
 * object store, and for single modules what the tenant's file opens; in come the Gateway, and monitoring to the web pods' health check and
 * the cron pod's numbers. Pods of one tenant do not talk to each other either.
 */
export class NetworkIsolation extends pulumi.ComponentResource {
  constructor(name: string, args: NetworkIsolationArgs, opts?: pulumi.ComponentResourceOptions) {
    super("odoo:saas:NetworkIsolation", name, {}, opts);
    const { tenant, stack } = args;
    const metadata = (object: string, annotations?: Record<string, string>) =>
      objectMetadata(object, args.namespace, tenantLabels(tenant), annotations);
    const child: pulumi.CustomResourceOptions = { parent: this, customTimeouts: AWAITED };
    const pods = { matchLabels: { "app.kubernetes.io/name": "odoo", "app.kubernetes.io/instance": tenant.id } };

    new NetworkPolicy(
      `${name}-default-deny`,
      { metadata: metadata("default-deny"), spec: { podSelector: {}, policyTypes: ["Ingress", "Egress"] } },
      child,
    );
    new NetworkPolicy(
      `${name}-egress`,
      {
        metadata: metadata(STACK_EGRESS_POLICY),
        spec: {
          podSelector: pods,
          policyTypes: ["Egress"],
          egress: [
            ...stack.kubernetes.dns.map(toDns),
            ...toNetworks(stack.tenantsDatabase.cidrs, stack.tenantsDatabase.clusterPort),
            ...toNetworks(stack.keycloak.cidrs, portOf(stack.keycloak.url)),
            ...(stack.mail === undefined ? [] : toNetworks(stack.mail.cidrs, stack.mail.port)),
            ...toNetworks(stack.objectStore.cidrs, portOf(stack.objectStore.endpoint ?? "https://s3")),
          ],
        },
      },
      child,
    );
    new NetworkPolicy(
      `${name}-ingress`,
      {
        metadata: metadata("odoo-ingress"),
        spec: {
          podSelector: { matchLabels: { ...pods.matchLabels, "app.kubernetes.io/component": "web" } },
          policyTypes: ["Ingress"],
          ingress: [
            { from: stack.kubernetes.gateway.flatMap(peersOf), ports: tcp(HTTP_PORT, WEBSOCKET_PORT) },
            fromNamespace(stack.monitoring.namespace, [HTTP_PORT]),
          ],
        },
      },
      child,
    );
    new NetworkPolicy(
      `${name}-metrics`,
      {
        metadata: metadata("odoo-metrics"),
        spec: {
          podSelector: { matchLabels: { ...pods.matchLabels, "app.kubernetes.io/component": "cron" } },
          policyTypes: ["Ingress"],
          ingress: [fromNamespace(stack.monitoring.namespace, [METRICS_PORT])],
        },
      },
      child,
    );
    for (const { for: module, networks } of tenant.egress) {
      new NetworkPolicy(
        `${name}-egress-${module}`,
        {
          // Behind the module's name, which may end with an underscore.
          metadata: metadata(`${module.replaceAll("_", "-")}-egress`, { [WAY_OUT_ANNOTATION]: module }),
          spec: {
            podSelector: {
              ...pods,
              matchExpressions: [{ key: "app.kubernetes.io/component", operator: "In", values: [...WAY_OUT_PARTS] }],
            },
            policyTypes: ["Egress"],
            egress: toNetworks(networks, 443),
          },
        },
        child,
      );
    }
    this.registerOutputs({});
  }
}

/** TCP ports for the pods of one namespace. */
function fromNamespace(namespace: string, ports: readonly number[]) {
  return { from: [podsOf(namespace)], ports: tcp(...ports) };
}
