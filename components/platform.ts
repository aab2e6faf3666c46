import * as pulumi from "@pulumi/pulumi";
import { CustomResource } from "@pulumi/kubernetes/apiextensions/customResource.js";
import { Namespace } from "@pulumi/kubernetes/core/v1/namespace.js";
import { PriorityClass } from "@pulumi/kubernetes/scheduling/v1/priorityClass.js";
import type { Release, StackConfig, TenantSpec } from "../config/index.ts";
import { customCertificateSecret } from "./hostObjects.ts";
import { Maintenance } from "./maintenance.ts";
import { Watchdog } from "./watchdog.ts";
import { AWAITED, NAMESPACE_NAME_LABEL, RESTRICTED_PODS, objectMetadata } from "./kubernetes.ts";
import { PlatformIsolation } from "./platformIsolation.ts";
import { LISTENERS_MAX } from "../config/hosts.ts";
import {
  CONSOLE,
  CONSOLE_NAMESPACE,
  ENVIRONMENT_LABEL,
  GATEWAY_NAME,
  gatewayHost,
  PLATFORM_NAMESPACE,
  TENANT_LABEL,
  WILDCARD_SECRET,
} from "../config/names.ts";

/** Inputs of {@link Platform}. */
export interface PlatformArgs {
  /** What of the stack's settings the platform needs. `protect` keeps namespace and Gateway from deletion. */
  readonly stack: Pick<
    StackConfig,
    | "environment"
    | "baseDomain"
    | "kubernetes"
    | "tls"
    | "protect"
    | "tenantsDatabase"
    | "analyticsDatabase"
    | "watchdog"
    | "monitoring"
    | "console"
  >;
  /**
   * Tenants of the stack; their custom domains get a listener each, at most 62 together.
   *
   * @example [{ id: "acme", hosts: { platform: "acme.odoo.example", custom: ["erp.acme.example"] } }]
   */
  readonly tenants: readonly Pick<TenantSpec, "id" | "hosts">[];
  /** Odoo's image, which the platform's own programs run in. */
  readonly image: Release["image"];
  /** Texts of those programs: components read no files. */
  readonly scripts: { readonly maintenance: string; readonly watchdog: string };
}

/** Listener of the platform's own hosts, `*.<baseDomain>`. */
export const WILDCARD_LISTENER = "https";
/** Priority classes: people wait for web pods; cron pods and backups may wait for room. */
export const PRIORITY_CLASSES = { web: "odoo-web", batch: "odoo-batch" } as const;

/** Listener of a custom domain: its name is the domain's, which is unique and a legal section name. */
export function customListener(domain: string): string {
  return domain;
}

/** Listener of the console's host. */
export const CONSOLE_LISTENER = CONSOLE;

/** Whether the wildcard certificate is for a host, too: it covers one label. */
export function isBelowWildcard(host: string, baseDomain: string): boolean {
  return host.slice(host.indexOf(".") + 1) === baseDomain;
}

/**
 * What the tenants of a stack share: the Gateway with the wildcard certificate, the redirect from plain HTTP, the priority
 * classes, the page that paused tenants' hosts show, the watchdog of the PostgreSQL servers, and what keeps all of it from
 * other traffic.
 *
 * One Gateway for all has one address, so that a company points its own domain at its platform host and is done. A custom
 * domain is a listener of it, which only its tenant's namespace may attach routes to; the certificates and their keys stay
 * in the platform's namespace. A Gateway takes 64 listeners, hence 62 custom domains a stack; ListenerSets, which lift
 * that, are not in the standard channel of Gateway API v1.4.
 *
 * The cluster must have the Gateway API's resource types and a controller for `kubernetes.gatewayClassName`, cert-manager
 * with the ClusterIssuer `tls.clusterIssuer` (DNS-01 for the base domain, because of the wildcard), and external-dns with
 * the sources `crd` and `gateway-httproute`.
 */
export class Platform extends pulumi.ComponentResource {
  /** {@link PLATFORM_NAMESPACE}, once it exists. */
  readonly namespace: pulumi.Output<string>;
  /** {@link GATEWAY_NAME}, once it exists. */
  readonly gateway: pulumi.Output<string>;
  /** Pods that name a priority class are refused before it exists. */
  readonly priorityClasses: readonly pulumi.Resource[];
  /** The maintenance page's Service in {@link namespace}, once it exists. */
  readonly maintenance: pulumi.Output<string>;

  constructor(name: string, args: PlatformArgs, opts?: pulumi.ComponentResourceOptions) {
    super("odoo:saas:Platform", name, {}, opts);
    const { stack } = args;
    const child: pulumi.CustomResourceOptions = { parent: this, customTimeouts: AWAITED };
    // The Gateway's address is in the companies' DNS: losing it is an outage of all tenants.
    const keep: pulumi.CustomResourceOptions = { ...child, protect: stack.protect };
    const labels = platformLabels(stack.environment);

    const namespace = new Namespace(
      `${name}-namespace`,
      { metadata: { name: PLATFORM_NAMESPACE, labels: { ...labels, ...RESTRICTED_PODS } } },
      keep,
    );
    const metadata: InNamespace = (object, annotations) =>
      objectMetadata(object, namespace.metadata.name, labels, annotations);

    new PlatformIsolation(
      `${name}-network`,
      {
        namespace: PLATFORM_NAMESPACE,
        existing: namespace.metadata.name,
        gateway: stack.kubernetes.gateway,
        labels,
      },
      { parent: this },
    );
    addWildcardCertificate(name, stack, metadata, child);
    const gateway = addGateway(name, args, metadata, keep);
    addRedirect(name, stack.baseDomain, metadata, { ...child, dependsOn: gateway });
    this.priorityClasses = addPriorityClasses(name, labels, child);

    const pods = { image: args.image, namespace: namespace.metadata.name, labels, priorityClass: PRIORITY_CLASSES.web };
    const afterClasses = { parent: this, dependsOn: [...this.priorityClasses] };
    const maintenance = new Maintenance(
      `${name}-maintenance`,
      { ...pods, script: args.scripts.maintenance, gateway: stack.kubernetes.gateway },
      afterClasses,
    );
    new Watchdog(
      `${name}-watchdog`,
      { ...pods, script: args.scripts.watchdog, stack, tenants: args.tenants.map(({ id }) => id) },
      afterClasses,
    );

    this.maintenance = maintenance.service;
    this.namespace = namespace.metadata.name;
    this.gateway = gateway.metadata.apply(() => GATEWAY_NAME);
    this.registerOutputs({ namespace: this.namespace, gateway: this.gateway });
  }
}

/** Metadata of an object in the platform's namespace, once that exists. */
type InNamespace = (object: string, annotations?: Record<string, string>) => ReturnType<typeof objectMetadata>;

/** The certificate of all hosts below the base domain. */
function addWildcardCertificate(
  name: string,
  { baseDomain, tls }: PlatformArgs["stack"],
  metadata: InNamespace,
  opts: pulumi.CustomResourceOptions,
): void {
  new CustomResource(
    `${name}-certificate`,
    {
      apiVersion: "cert-manager.io/v1",
      kind: "Certificate",
      metadata: metadata("odoo-wildcard"),
      spec: {
        secretName: WILDCARD_SECRET,
        dnsNames: [`*.${baseDomain}`],
        issuerRef: { group: "cert-manager.io", kind: "ClusterIssuer", name: tls.clusterIssuer },
        privateKey: { algorithm: "ECDSA", size: 256, rotationPolicy: "Always" },
      },
    },
    opts,
  );
}

/** The one Gateway, with a listener for each custom domain. */
function addGateway(
  name: string,
  args: PlatformArgs,
  metadata: InNamespace,
  opts: pulumi.CustomResourceOptions,
): CustomResource {
  return new CustomResource(
    `${name}-gateway`,
    {
      apiVersion: "gateway.networking.k8s.io/v1",
      kind: "Gateway",
      metadata: metadata(GATEWAY_NAME),
      spec: { gatewayClassName: args.stack.kubernetes.gatewayClassName, listeners: listeners(args) },
    },
    opts,
  );
}

/** Sends plain HTTP to HTTPS, and publishes the Gateway's address. */
function addRedirect(
  name: string,
  baseDomain: string,
  metadata: InNamespace,
  opts: pulumi.CustomResourceOptions,
): void {
  new CustomResource(
    `${name}-redirect`,
    {
      apiVersion: "gateway.networking.k8s.io/v1",
      kind: "HTTPRoute",
      metadata: metadata("odoo-redirect", {
        // external-dns publishes the Gateway's address under this name; a route without hosts names it by annotation.
        "external-dns.alpha.kubernetes.io/hostname": gatewayHost(baseDomain),
      }),
      spec: {
        parentRefs: [{ name: GATEWAY_NAME, sectionName: "http" }],
        rules: [{ filters: [{ type: "RequestRedirect", requestRedirect: { scheme: "https", statusCode: 301 } }] }],
      },
    },
    opts,
  );
}

/** {@link PRIORITY_CLASSES}: web pods make room for themselves, the others wait for it. */
function addPriorityClasses(
  name: string,
  labels: Record<string, string>,
  opts: pulumi.CustomResourceOptions,
): readonly PriorityClass[] {
  return [
    priorityClass(`${name}-priority-web`, PRIORITY_CLASSES.web, 100_000, "PreemptLowerPriority", labels, opts),
    priorityClass(`${name}-priority-batch`, PRIORITY_CLASSES.batch, 10_000, "Never", labels, opts),
  ];
}

/** Labels of what all tenants share. */
export function platformLabels(environment: string): Record<string, string> {
  return {
    "app.kubernetes.io/name": "odoo-platform",
    "app.kubernetes.io/managed-by": "pulumi",
    [ENVIRONMENT_LABEL]: environment,
  };
}

/**
 * The Gateway's listeners: plain HTTP for redirects and ACME challenges, the wildcard, and one for each custom domain.
 *
 * @throws Error when there are more custom domains than a Gateway has room for.
 */
function listeners({ stack, tenants }: PlatformArgs) {
  const custom = tenants.flatMap(({ id, hosts }) =>
    hosts.custom.map((domain) =>
      httpsListener(customListener(domain), domain, customCertificateSecret(domain), {
        matchLabels: { [TENANT_LABEL]: id },
      }),
    ),
  );
  const all = [
    { name: "http", port: 80, protocol: "HTTP", allowedRoutes: { namespaces: { from: "Same" } } },
    httpsListener(WILDCARD_LISTENER, `*.${stack.baseDomain}`, WILDCARD_SECRET, {
      matchExpressions: [{ key: TENANT_LABEL, operator: "Exists" }],
    }),
    ...consoleListeners(stack),
    ...custom.sort((a, b) => (a.name < b.name ? -1 : 1)),
  ];
  if (all.length > LISTENERS_MAX) {
    throw new Error(
      `The Gateway would have ${all.length} listeners, expected at most ${LISTENERS_MAX}: ${custom.length} custom domains ` +
        `do not fit beside the ${all.length - custom.length === 2 ? "two" : "three"} of its own. Move tenants to another cell (key \`cell\` of their files).`,
    );
  }
  return all;
}

/** The console's listener, which only the console's namespace may attach routes to: the wildcard's is for tenants. */
function consoleListeners({ console, baseDomain }: PlatformArgs["stack"]) {
  if (console === undefined) return [];
  const { host } = console;
  const secret = isBelowWildcard(host, baseDomain) ? WILDCARD_SECRET : customCertificateSecret(host);
  return [
    httpsListener(CONSOLE_LISTENER, host, secret, { matchLabels: { [NAMESPACE_NAME_LABEL]: CONSOLE_NAMESPACE } }),
  ];
}

function httpsListener(name: string, hostname: string, secret: string, selector: object) {
  return {
    name,
    port: 443,
    protocol: "HTTPS",
    hostname,
    tls: { mode: "Terminate", certificateRefs: [{ name: secret }] },
    allowedRoutes: { namespaces: { from: "Selector", selector }, kinds: [{ kind: "HTTPRoute" }] },
  };
}

function priorityClass(
  name: string,
  object: string,
  value: number,
  preemptionPolicy: "PreemptLowerPriority" | "Never",
  labels: Record<string, string>,
  opts: pulumi.CustomResourceOptions,
): PriorityClass {
  return new PriorityClass(name, { metadata: { name: object, labels }, value, preemptionPolicy }, opts);
}
