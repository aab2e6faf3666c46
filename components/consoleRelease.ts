import { createHash } from "node:crypto";
import { Deployment } from "@pulumi/kubernetes/apps/v1/deployment.js";
import { Namespace } from "@pulumi/kubernetes/core/v1/namespace.js";
import { Secret } from "@pulumi/kubernetes/core/v1/secret.js";
import { Service } from "@pulumi/kubernetes/core/v1/service.js";
import { PodDisruptionBudget } from "@pulumi/kubernetes/policy/v1/podDisruptionBudget.js";
import * as pulumi from "@pulumi/pulumi";
import type { ConsoleConfig, Release, StackConfig } from "../config/index.ts";
import {
  COLLECTOR_SECRETS,
  CONSOLE,
  CONSOLE_NAMESPACE,
  CONSOLE_PROGRAMS,
  CONSOLE_ROOT,
  consoleLabels,
  consoleSources,
  type ConsoleProgram,
} from "../config/names.ts";
import { bucketEndpoint, githubPlace } from "../config/urls.ts";
import type { ConsoleAnalytics } from "./consoleAnalytics.ts";
import type { ConsoleDatabase } from "./consoleDatabase.ts";
import { AWAITED, objectMetadata, RESTRICTED_PODS } from "./kubernetes.ts";
import { PRIORITY_CLASSES } from "./platform.ts";
import type { Platform } from "./platform.ts";
import { programPod } from "./programPod.ts";
import type { StaffRealm } from "./staffRealm.ts";

/** Inputs of {@link ConsoleRelease}. */
export interface ConsoleReleaseArgs {
  readonly settings: ConsoleConfig;
  readonly stack: Pick<StackConfig, "environment" | "protect" | "tenantsDatabase" | "analyticsDatabase">;
  readonly platform: Pick<Platform, "priorityClasses">;
  /** Image of both programs. */
  readonly image: Release["image"];
  readonly database: ConsoleDatabase;
  readonly analytics: ConsoleAnalytics;
  readonly realm: StaffRealm;
  /** Key of the secrets of the console's clients in tenants' realms; secret. */
  readonly tenantsKey: pulumi.Output<string>;
}

/** Port of the server and of its probes. */
export const CONSOLE_PORT = 8080;

/** User `node` of the official image of Node. */
const NODE_USER = { uid: 1000, gid: 1000 } as const;

const RESOURCES = { requests: { cpu: "50m", memory: "128Mi" }, limits: { cpu: "1", memory: "512Mi" } };

/** A variable of a container. */
interface Variable {
  readonly name: string;
  readonly value?: pulumi.Input<string>;
  readonly valueFrom?: { readonly secretKeyRef: { readonly name: string; readonly key: string } };
}

/**
 * The console's pods in a namespace of their own: the server, and the collector that fills its database. They have no token
 * for the cluster, and write nothing but the database.
 */
export class ConsoleRelease extends pulumi.ComponentResource {
  /** {@link CONSOLE_NAMESPACE}, once it exists. */
  readonly namespace: pulumi.Output<string>;

  constructor(name: string, args: ConsoleReleaseArgs, opts?: pulumi.ComponentResourceOptions) {
    super("odoo:saas:ConsoleRelease", name, {}, opts);
    const { settings, stack, database, platform } = args;
    const child: pulumi.CustomResourceOptions = { parent: this, customTimeouts: AWAITED };
    const labels = consoleLabels(stack.environment);
    const namespace = new Namespace(
      `${name}-namespace`,
      { metadata: { name: CONSOLE_NAMESPACE, labels: { ...labels, ...RESTRICTED_PODS } } },
      { ...child, protect: stack.protect },
    );
    const inNamespace = (program: ConsoleProgram | undefined) =>
      objectMetadata(
        program === undefined ? CONSOLE : `${CONSOLE}-${program}`,
        namespace.metadata.name,
        program === undefined ? labels : { ...labels, ...selectorOf(program) },
      );
    const secret = new Secret(
      `${name}-secret`,
      { metadata: inNamespace(undefined), type: "Opaque", stringData: secretsOf(args) },
      child,
    );
    const afterSetup = { ...child, dependsOn: [secret, database.setup, ...platform.priorityClasses] };
    const deploy = (program: ConsoleProgram, replicas: number, env: readonly Variable[], more: object = {}) =>
      new Deployment(
        `${name}-${program}`,
        {
          metadata: inNamespace(program),
          spec: {
            replicas,
            selector: { matchLabels: selectorOf(program) },
            template: {
              metadata: {
                labels: { ...labels, ...selectorOf(program) },
                annotations: { "checksum/config": checksum(settings) },
              },
              spec: programPod({
                image: args.image,
                user: NODE_USER,
                priorityClass: PRIORITY_CLASSES.web,
                selector: selectorOf(program),
                container: {
                  name: program,
                  command: [...CONSOLE_PROGRAMS[program]],
                  env: [...env],
                  resources: RESOURCES,
                  ...more,
                },
                volumes: [],
              }),
            },
          },
        },
        afterSetup,
      );
    const server = deploy("server", settings.replicas, serverVariables(args), serving());
    // Alone: two would read everything twice, and write the same.
    deploy("collector", 1, collectorVariables(settings));
    new PodDisruptionBudget(
      `${name}-budget`,
      { metadata: inNamespace("server"), spec: { maxUnavailable: 1, selector: { matchLabels: selectorOf("server") } } },
      child,
    );
    new Service(
      `${name}-service`,
      {
        metadata: objectMetadata(CONSOLE, namespace.metadata.name, labels),
        spec: {
          // As Odoo's own: the Gateway balances over the endpoints itself.
          clusterIP: "None",
          selector: selectorOf("server"),
          ports: [{ name: "http", port: CONSOLE_PORT, targetPort: "http", protocol: "TCP" }],
        },
      },
      { ...child, dependsOn: [server] },
    );
    this.namespace = namespace.metadata.name;
    this.registerOutputs({ namespace: this.namespace });
  }
}

/** Labels that select a program's pods. */
export function selectorOf(program: ConsoleProgram): Record<string, string> {
  return { "app.kubernetes.io/name": `odoo-${CONSOLE}`, "app.kubernetes.io/component": program };
}

/** Variables of the server that hold a secret. */
const SERVER_SECRETS = [
  "CONSOLE_DATABASE_URL",
  "CONSOLE_STAFF_CLIENT_SECRET",
  "CONSOLE_REQUESTS_SECRET",
  "CONSOLE_REQUESTS_KEY",
  "CONSOLE_TENANTS_KEY",
] as const;

/** Variables of the server. Those with secrets come from the Secret. */
function serverVariables({ settings, stack, realm }: ConsoleReleaseArgs): Variable[] {
  const { url, requests, brand, repository } = settings;
  const values = {
    CONSOLE_URL: url,
    CONSOLE_PORT: String(CONSOLE_PORT),
    // The Gateway, which alone may reach the pods.
    CONSOLE_TRUSTED_PROXIES: "1",
    CONSOLE_STAFF_ISSUER: realm.issuer,
    CONSOLE_STAFF_CLIENT_ID: realm.clientId,
    CONSOLE_REQUESTS_URL: requests.url,
    CONSOLE_REQUESTS_LOGIN: requests.login,
    CONSOLE_BRAND: JSON.stringify(brand),
    CONSOLE_ENVIRONMENT: stack.environment,
    CONSOLE_ROOT,
    ...(repository === undefined ? {} : { CONSOLE_REPOSITORY: repository }),
  };
  return [...plain(values), ...SERVER_SECRETS.map(fromSecret)];
}

/** Variables of the collector: it alone has what reads the bucket and the repository. */
function collectorVariables({ projections, github, repository }: ConsoleConfig): Variable[] {
  const place = github === undefined || repository === undefined ? undefined : githubPlace(repository);
  return [
    ...plain({ CONSOLE_ROOT, ...consoleSources(projections?.address) }),
    ...["CONSOLE_DATABASE_URL", "CONSOLE_ANALYTICS_URL"].map(fromSecret),
    ...(projections === undefined
      ? []
      : [
          ...plain({ AWS_REGION: projections.region, AWS_ENDPOINT_URL_S3: bucketEndpoint(projections) }),
          ...COLLECTOR_SECRETS.projections.map(fromSecret),
        ]),
    ...(place === undefined
      ? []
      : [
          ...plain({ GITHUB_API_URL: place.api, GITHUB_REPOSITORY: place.repository }),
          ...COLLECTOR_SECRETS.github.map(fromSecret),
        ]),
  ];
}

function plain(values: Readonly<Record<string, pulumi.Input<string>>>): Variable[] {
  return Object.entries(values).map(([name, value]) => ({ name, value }));
}

function fromSecret(name: string): Variable {
  return { name, valueFrom: { secretKeyRef: { name: CONSOLE, key: name } } };
}

/** The Secret's values, by the variables that pods have them in. */
function secretsOf(args: ConsoleReleaseArgs): Record<string, pulumi.Output<string>> {
  const { settings, stack, database, analytics, realm, tenantsKey } = args;
  const { store, githubToken } = settings.secrets;
  return {
    CONSOLE_DATABASE_URL: addressOf(stack.tenantsDatabase, database, database.name),
    CONSOLE_ANALYTICS_URL: addressOf(stack.analyticsDatabase, analytics, stack.analyticsDatabase.database),
    CONSOLE_STAFF_CLIENT_SECRET: realm.clientSecret,
    CONSOLE_REQUESTS_SECRET: settings.secrets.requestsSecret,
    CONSOLE_REQUESTS_KEY: settings.secrets.requestsKey,
    CONSOLE_TENANTS_KEY: tenantsKey,
    ...(store === undefined ? {} : { AWS_ACCESS_KEY_ID: store.keyId, AWS_SECRET_ACCESS_KEY: store.key }),
    ...(githubToken === undefined ? {} : { GITHUB_TOKEN: githubToken }),
  };
}

/** Address of a database as pods reach it, with a role's password. */
function addressOf(
  { clusterHost, clusterPort, sslmode }: ConsoleReleaseArgs["stack"]["tenantsDatabase" | "analyticsDatabase"],
  { role, password }: Pick<ConsoleDatabase, "role" | "password">,
  name: pulumi.Input<string>,
): pulumi.Output<string> {
  const host = clusterHost.includes(":") ? `[${clusterHost}]` : clusterHost;
  return pulumi.interpolate`postgresql://${role}:${password}@${host}:${clusterPort}/${name}?sslmode=${sslmode}`;
}

/** What restarts the pods: what a new generation replaces they read when they start. */
function checksum({ generation, brand, url, requests, github, projections }: ConsoleConfig): string {
  // Without them as it was, so that pods of a stack without them stay.
  const more = github === undefined && projections === undefined ? [] : [github, projections];
  const settings = JSON.stringify([generation, brand, url, requests, ...more]);
  return createHash("sha256").update(settings).digest("hex").slice(0, 16);
}

/** How the server is reached and looked after. */
function serving() {
  const probe = { httpGet: { path: "/healthz", port: "http" }, periodSeconds: 10, timeoutSeconds: 3 };
  return {
    ports: [{ name: "http", containerPort: CONSOLE_PORT }],
    readinessProbe: probe,
    livenessProbe: { ...probe, periodSeconds: 20, failureThreshold: 6 },
    // The gateway goes on sending until it has seen the endpoint go.
    lifecycle: { preStop: { sleep: { seconds: 5 } } },
  };
}
