import * as pulumi from "@pulumi/pulumi";
import { CustomResource } from "@pulumi/kubernetes/apiextensions/customResource.js";
import type { StackConfig, TenantSpec } from "../config/index.ts";
import { AWAITED, objectMetadata } from "./kubernetes.ts";
import { gatewayHost, namespaceName, tenantLabels } from "../config/names.ts";
import { MAINTENANCE_PORT } from "./maintenance.ts";
import { HTTP_PORT, REQUEST_SECONDS, WEBSOCKET_PORT } from "./odooConfig.ts";
import { RELEASE_NAMES } from "./odooRelease.ts";
import { forwardedAs, hostCertificate, RECORD_TTL, WITHOUT_OWN_RECORD } from "./hostObjects.ts";
import { customListener, WILDCARD_LISTENER } from "./platform.ts";
import type { Platform } from "./platform.ts";

/** Inputs of {@link TenantDns}. */
export interface TenantDnsArgs {
  readonly tenant: TenantSpec;
  readonly stack: Pick<StackConfig, "baseDomain" | "tls">;
  /** Gives the Gateway that routes attach to, the namespace that certificates are in, and the maintenance page. */
  readonly platform: Pick<Platform, "namespace" | "gateway" | "maintenance">;
  /** The tenant's namespace. */
  readonly namespace: pulumi.Input<string>;
}

/**
 * How a tenant is reached: DNS records, a route for each host, and a certificate for each custom domain.
 *
 * The platform's hosts share its wildcard certificate. A custom domain has a certificate of its own rather than a place in a
 * common one, because one domain that no longer points here would keep the others from being renewed.
 *
 * The hosts of a tenant that is not active lead to the maintenance page.
 */
export class TenantDns extends pulumi.ComponentResource {
  constructor(name: string, args: TenantDnsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("odoo:saas:TenantDns", name, {}, opts);
    const { tenant, platform } = args;
    const labels = tenantLabels(tenant);
    const child: pulumi.CustomResourceOptions = { parent: this, customTimeouts: AWAITED };

    new CustomResource(
      name,
      {
        apiVersion: "externaldns.k8s.io/v1alpha1",
        kind: "DNSEndpoint",
        metadata: objectMetadata("odoo", args.namespace, labels),
        spec: { endpoints: records(args) },
      },
      child,
    );

    const routed =
      tenant.lifecycle === "active" ? child : { ...child, dependsOn: [maintenanceGrant(name, args, child)] };
    route(`${name}-route`, "odoo", tenant.hosts.platform, WILDCARD_LISTENER, args, routed);
    for (const domain of tenant.hosts.custom) {
      route(`${name}-route-${domain}`, domain, domain, customListener(domain), args, routed);
      const metadata = objectMetadata(domain, platform.namespace, labels);
      hostCertificate(`${name}-certificate-${domain}`, domain, metadata, args.stack.tls, child);
    }
    this.registerOutputs({});
  }
}

/**
 * The platform host is an alias of the Gateway's, and a custom domain one of the platform host. external-dns writes those
 * that are in its zones and leaves the others: a company whose DNS is elsewhere sets the same alias there.
 * An apex takes no alias, so that the zones of zones.yaml themselves are no hosts.
 */
function records({ tenant, stack }: TenantDnsArgs) {
  const alias = (dnsName: string, target: string) => ({
    dnsName,
    recordType: "CNAME",
    recordTTL: RECORD_TTL,
    targets: [target],
  });
  return [
    alias(tenant.hosts.platform, gatewayHost(stack.baseDomain)),
    ...tenant.hosts.custom.map((domain) => alias(domain, tenant.hosts.platform)),
  ];
}

/**
 * Lets the tenant's routes lead to the maintenance page, which is in the platform's namespace. One for each tenant: Pulumi deletes
 * last, so that on a resume the routes lead back to Odoo before it goes.
 */
function maintenanceGrant(
  name: string,
  { tenant, platform }: TenantDnsArgs,
  opts: pulumi.CustomResourceOptions,
): CustomResource {
  return new CustomResource(
    `${name}-maintenance`,
    {
      apiVersion: "gateway.networking.k8s.io/v1beta1",
      kind: "ReferenceGrant",
      metadata: objectMetadata(namespaceName(tenant.id), platform.namespace, tenantLabels(tenant)),
      spec: {
        from: [{ group: "gateway.networking.k8s.io", kind: "HTTPRoute", namespace: namespaceName(tenant.id) }],
        to: [{ group: "", kind: "Service", name: platform.maintenance }],
      },
    },
    opts,
  );
}

/**
 * One route for one host, because Odoo heeds X-Forwarded-Proto only beside X-Forwarded-Host (`proxy_mode` in odoo/http.py),
 * which Gateways do not send by themselves, and a route can only set a fixed one.
 */
function route(
  name: string,
  object: string,
  host: string,
  listener: string,
  args: TenantDnsArgs,
  opts: pulumi.CustomResourceOptions,
): CustomResource {
  const { tenant, platform, namespace } = args;
  const filters = [forwardedAs(host)];
  const rule = (prefix: string, port: number, request: string) => ({
    matches: [{ path: { type: "PathPrefix", value: prefix } }],
    filters,
    backendRefs: [{ name: RELEASE_NAMES.service, port }],
    timeouts: { request },
  });
  return new CustomResource(
    name,
    {
      apiVersion: "gateway.networking.k8s.io/v1",
      kind: "HTTPRoute",
      metadata: objectMetadata(object, namespace, tenantLabels(tenant), WITHOUT_OWN_RECORD),
      spec: {
        parentRefs: [{ name: platform.gateway, namespace: platform.namespace, sectionName: listener }],
        hostnames: [host],
        rules:
          tenant.lifecycle === "active"
            ? [
                // "0s": a websocket lives as long as its page is open.
                rule("/websocket", tenant.plan.workers > 0 ? WEBSOCKET_PORT : HTTP_PORT, "0s"),
                // Odoo ends a request itself after REQUEST_SECONDS; a Gateway's own default may be as short as 15.
                rule("/", HTTP_PORT, `${REQUEST_SECONDS + 30}s`),
              ]
            : [
                {
                  backendRefs: [{ name: platform.maintenance, namespace: platform.namespace, port: MAINTENANCE_PORT }],
                },
              ],
      },
    },
    opts,
  );
}
