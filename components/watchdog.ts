import { createHash } from "node:crypto";
import { Deployment } from "@pulumi/kubernetes/apps/v1/deployment.js";
import { ConfigMap } from "@pulumi/kubernetes/core/v1/configMap.js";
import { Secret } from "@pulumi/kubernetes/core/v1/secret.js";
import { NetworkPolicy } from "@pulumi/kubernetes/networking/v1/networkPolicy.js";
import { PodDisruptionBudget } from "@pulumi/kubernetes/policy/v1/podDisruptionBudget.js";
import * as pulumi from "@pulumi/pulumi";
import type { Release, StackConfig } from "../config/index.ts";
import { WATCHDOG } from "../config/names.ts";
import { AWAITED, objectMetadata } from "./kubernetes.ts";
import { programPod } from "./programPod.ts";
import { podsOf, tcp, toDns, toNetworks } from "./networkPeers.ts";
import { watchdogSettings } from "./watchdogSettings.ts";

/** Inputs of {@link Watchdog}. */
export interface WatchdogArgs {
  /** The platform's namespace. */
  readonly namespace: pulumi.Input<string>;
  readonly stack: Pick<StackConfig, "tenantsDatabase" | "analyticsDatabase" | "watchdog" | "kubernetes" | "monitoring">;
  /** Ids of the stack's tenants, none of whose roles may be trusted. */
  readonly tenants: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
  /** Odoo's image, which has Python and psycopg2: no image more to pin and to trust. */
  readonly image: Release["image"];
  /** `components/watchdog/watchdog.py`. */
  readonly script: string;
  readonly priorityClass: string;
}

/** Port of the figures and of the probes. */
export const WATCHDOG_PORT = 9181;

/** Where its program, and its settings and passwords, are mounted. */
const PROGRAM_FOLDER = "/opt/watchdog";
const SETTINGS_FOLDER = "/etc/watchdog";

/** Measured: 25 MiB, and 1 % of a processor at a look a second. */
const RESOURCES = { requests: { cpu: "20m", memory: "48Mi" }, limits: { cpu: "500m", memory: "128Mi" } };

/**
 * What ends sessions that keep everybody else out of the PostgreSQL servers (docs/security.md). Two pods, each with a connection of
 * its own to each server, so that one stands while the other is replaced: under an attack nobody can log in, it neither.
 */
export class Watchdog extends pulumi.ComponentResource {
  constructor(name: string, args: WatchdogArgs, opts?: pulumi.ComponentResourceOptions) {
    super("odoo:saas:Watchdog", name, {}, opts);
    const { stack } = args;
    const child: pulumi.CustomResourceOptions = { parent: this, customTimeouts: AWAITED };
    const selector = { "app.kubernetes.io/name": WATCHDOG };
    const labels = { ...args.labels, ...selector };
    const metadata = objectMetadata(WATCHDOG, args.namespace, labels);
    const settings = watchdogSettings(stack, args.tenants, { port: WATCHDOG_PORT, secrets: SETTINGS_FOLDER });

    const script = new ConfigMap(`${name}-script`, { metadata, data: { "watchdog.py": args.script } }, child);
    const config = new Secret(
      `${name}-config`,
      { metadata, type: "Opaque", stringData: { ...stack.watchdog.passwords, "settings.json": settings } },
      child,
    );
    new NetworkPolicy(
      `${name}-network`,
      {
        metadata,
        spec: {
          podSelector: { matchLabels: selector },
          policyTypes: ["Ingress", "Egress"],
          ingress: [{ from: [podsOf(stack.monitoring.namespace)], ports: tcp(WATCHDOG_PORT) }],
          egress: [
            ...stack.kubernetes.dns.map(toDns),
            ...toNetworks(stack.tenantsDatabase.cidrs, stack.tenantsDatabase.clusterPort),
            ...toNetworks(stack.analyticsDatabase.cidrs, stack.analyticsDatabase.clusterPort),
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
    const checksum = createHash("sha256").update(args.script).update(settings).digest("hex").slice(0, 16);
    new Deployment(
      `${name}-pods`,
      {
        metadata,
        spec: {
          replicas: 2,
          // A new pod is connected before an old one goes.
          strategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } },
          selector: { matchLabels: selector },
          template: {
            metadata: { labels, annotations: { "checksum/config": checksum } },
            spec: podSpec(args, selector),
          },
        },
      },
      { ...child, dependsOn: [script, config] },
    );
    this.registerOutputs({});
  }
}

function podSpec({ image, priorityClass }: WatchdogArgs, selector: Record<string, string>) {
  const probe = (path: string) => ({ httpGet: { path, port: "figures" }, periodSeconds: 5, timeoutSeconds: 3 });
  return programPod({
    image,
    priorityClass,
    selector,
    fsGroup: 101,
    container: {
      name: "watchdog",
      command: ["python3", "-B", "-I", `${PROGRAM_FOLDER}/watchdog.py`, `${SETTINGS_FOLDER}/settings.json`],
      ports: [{ name: "figures", containerPort: WATCHDOG_PORT }],
      readinessProbe: probe("/ready"),
      livenessProbe: { ...probe("/live"), periodSeconds: 20, failureThreshold: 3 },
      resources: RESOURCES,
      volumeMounts: [
        { name: "script", mountPath: PROGRAM_FOLDER, readOnly: true },
        { name: "config", mountPath: SETTINGS_FOLDER, readOnly: true },
      ],
    },
    volumes: [
      { name: "script", configMap: { name: WATCHDOG, defaultMode: 0o444 } },
      { name: "config", secret: { secretName: WATCHDOG, defaultMode: 0o440 } },
    ],
  });
}
