import { NetworkPolicy } from "@pulumi/kubernetes/networking/v1/networkPolicy.js";
import * as pulumi from "@pulumi/pulumi";
import type { ConsoleConfig, StackConfig } from "../config/index.ts";
import { consoleLabels } from "../config/names.ts";
import { bucketEndpoint, portOf } from "../config/urls.ts";
import { CONSOLE_PORT, selectorOf } from "./consoleRelease.ts";
import { AWAITED, objectMetadata } from "./kubernetes.ts";
import { peersOf, tcp, toDns, toNetworks } from "./networkPeers.ts";

/** Inputs of {@link ConsoleIsolation}. */
export interface ConsoleIsolationArgs {
  readonly settings: ConsoleConfig;
  readonly stack: Pick<
    StackConfig,
    "environment" | "kubernetes" | "tenantsDatabase" | "analyticsDatabase" | "keycloak"
  >;
  /** The console's namespace. */
  readonly namespace: pulumi.Input<string>;
}

/**
 * Nothing goes into or out of the console's namespace but what its programs need: names and its database, for the server also
 * Keycloak and where requests are sent, for the collector the analytics server, its bucket and GitHub; in comes the Gateway alone.
 */
export class ConsoleIsolation extends pulumi.ComponentResource {
  constructor(name: string, args: ConsoleIsolationArgs, opts?: pulumi.ComponentResourceOptions) {
    super("odoo:saas:ConsoleIsolation", name, {}, opts);
    const { settings, stack, namespace } = args;
    const { tenantsDatabase, analyticsDatabase, keycloak, kubernetes } = stack;
    const child: pulumi.CustomResourceOptions = { parent: this, customTimeouts: AWAITED };
    const metadata = (object: string) => objectMetadata(object, namespace, consoleLabels(stack.environment));
    const always = [...kubernetes.dns.map(toDns), ...toNetworks(tenantsDatabase.cidrs, tenantsDatabase.clusterPort)];

    new NetworkPolicy(
      `${name}-default-deny`,
      { metadata: metadata("default-deny"), spec: { podSelector: {}, policyTypes: ["Ingress", "Egress"] } },
      child,
    );
    new NetworkPolicy(
      `${name}-server`,
      {
        metadata: metadata("server"),
        spec: {
          podSelector: { matchLabels: selectorOf("server") },
          policyTypes: ["Ingress", "Egress"],
          ingress: [{ from: kubernetes.gateway.flatMap(peersOf), ports: tcp(CONSOLE_PORT) }],
          egress: [
            ...always,
            ...toNetworks(keycloak.cidrs, portOf(keycloak.url)),
            ...toNetworks(settings.requests.cidrs, portOf(settings.requests.url)),
          ],
        },
      },
      child,
    );
    new NetworkPolicy(
      `${name}-collector`,
      {
        metadata: metadata("collector"),
        spec: {
          podSelector: { matchLabels: selectorOf("collector") },
          policyTypes: ["Egress"],
          egress: [
            ...always,
            ...toNetworks(analyticsDatabase.cidrs, analyticsDatabase.clusterPort),
            ...collectorsEgress(settings),
          ],
        },
      },
      child,
    );
    this.registerOutputs({});
  }
}

/** Where only the collector goes: the bucket of inventories and events, and GitHub. */
function collectorsEgress({ projections, github, repository }: ConsoleConfig) {
  return [
    ...(projections === undefined ? [] : toNetworks(projections.cidrs, portOf(bucketEndpoint(projections)))),
    ...(github === undefined || repository === undefined ? [] : toNetworks(github.cidrs, portOf(repository))),
  ];
}
