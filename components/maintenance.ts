import { createHash } from "node:crypto";
import { Deployment } from "@pulumi/kubernetes/apps/v1/deployment.js";
import { ConfigMap } from "@pulumi/kubernetes/core/v1/configMap.js";
import { Service } from "@pulumi/kubernetes/core/v1/service.js";
import { NetworkPolicy } from "@pulumi/kubernetes/networking/v1/networkPolicy.js";
import { PodDisruptionBudget } from "@pulumi/kubernetes/policy/v1/podDisruptionBudget.js";
import * as pulumi from "@pulumi/pulumi";
import type { GatewayPeer, Release } from "../config/index.ts";
import { MAINTENANCE_SERVICE } from "../config/names.ts";
import { AWAITED, objectMetadata } from "./kubernetes.ts";
import { peersOf } from "./networkPeers.ts";
import { programPod } from "./programPod.ts";

/** Inputs of {@link Maintenance}. */
export interface MaintenanceArgs {
  /** The platform's namespace. */
  readonly namespace: pulumi.Input<string>;
  /** Where the Gateway connects from. */
  readonly gateway: readonly GatewayPeer[];
  readonly labels: Readonly<Record<string, string>>;
  /** Odoo's image, which has Python: no image more to pin and to trust. */
  readonly image: Release["image"];
  /** `components/maintenance/server.py`. */
  readonly script: string;
  readonly priorityClass: string;
}

/** Port of the pods and of the Service. */
export const MAINTENANCE_PORT = 8080;

/** The script at rest takes 20 MiB and next to no processor time. */
const RESOURCES = { requests: { cpu: "10m", memory: "32Mi" }, limits: { cpu: "200m", memory: "96Mi" } };

/**
 * The page that hosts of paused tenants show: 503 with Retry-After, the same for all. The Gateway API has no fixed answer, and
 * a route without a backend would say 500, which monitoring and search engines take for a fault.
 *
 * It always runs, so that it is there before a tenant's pods go.
 */
export class Maintenance extends pulumi.ComponentResource {
  /** Name of the Service, once it exists. */
  readonly service: pulumi.Output<string>;

  constructor(name: string, args: MaintenanceArgs, opts?: pulumi.ComponentResourceOptions) {
    super("odoo:saas:Maintenance", name, {}, opts);
    const child: pulumi.CustomResourceOptions = { parent: this, customTimeouts: AWAITED };
    const selector = { "app.kubernetes.io/name": "odoo-maintenance" };
    const labels = { ...args.labels, ...selector };
    const metadata = objectMetadata(MAINTENANCE_SERVICE, args.namespace, labels);

    const script = new ConfigMap(`${name}-script`, { metadata, data: { "server.py": args.script } }, child);
    new NetworkPolicy(
      `${name}-network`,
      {
        metadata,
        spec: {
          podSelector: { matchLabels: selector },
          // No egress at all, and in only from the Gateway.
          policyTypes: ["Ingress", "Egress"],
          ingress: [
            {
              from: args.gateway.flatMap(peersOf),
              ports: [{ protocol: "TCP", port: MAINTENANCE_PORT }],
            },
          ],
        },
      },
      child,
    );
    new PodDisruptionBudget(
      `${name}-budget`,
      { metadata, spec: { maxUnavailable: 1, selector: { matchLabels: selector } } },
      child,
    );
    const pods = new Deployment(
      `${name}-pods`,
      {
        metadata,
        spec: {
          replicas: 2,
          selector: { matchLabels: selector },
          template: {
            metadata: {
              labels,
              annotations: { "checksum/script": createHash("sha256").update(args.script).digest("hex").slice(0, 16) },
            },
            spec: podSpec(args, selector),
          },
        },
      },
      { ...child, dependsOn: [script] },
    );
    const service = new Service(
      name,
      {
        metadata,
        spec: {
          // As Odoo's own: the Gateway balances over the endpoints itself.
          clusterIP: "None",
          selector,
          ports: [{ name: "http", port: MAINTENANCE_PORT, targetPort: "http", protocol: "TCP" }],
        },
      },
      { ...child, dependsOn: [pods] },
    );
    this.service = service.metadata.name;
    this.registerOutputs({ service: this.service });
  }
}

function podSpec({ image, priorityClass }: MaintenanceArgs, selector: Record<string, string>) {
  // No request of its own: every answer is the page.
  const probe = { tcpSocket: { port: "http" }, periodSeconds: 10, timeoutSeconds: 2 };
  return programPod({
    image,
    priorityClass,
    selector,
    container: {
      name: "maintenance",
      command: ["python3", "-B", "-I", "/opt/maintenance/server.py"],
      ports: [{ name: "http", containerPort: MAINTENANCE_PORT }],
      readinessProbe: probe,
      livenessProbe: { ...probe, failureThreshold: 6 },
      // The gateway goes on sending until it has seen the endpoint go.
      lifecycle: { preStop: { sleep: { seconds: 5 } } },
      resources: RESOURCES,
      volumeMounts: [{ name: "script", mountPath: "/opt/maintenance", readOnly: true }],
    },
    volumes: [{ name: "script", configMap: { name: MAINTENANCE_SERVICE, defaultMode: 0o444 } }],
  });
}
