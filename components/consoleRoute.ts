import { CustomResource } from "@pulumi/kubernetes/apiextensions/customResource.js";
import * as pulumi from "@pulumi/pulumi";
import type { StackConfig } from "../config/index.ts";
import { CONSOLE, consoleLabels, gatewayHost } from "../config/names.ts";
import { CONSOLE_PORT } from "./consoleRelease.ts";
import { AWAITED, objectMetadata } from "./kubernetes.ts";
import { forwardedAs, hostCertificate, RECORD_TTL, WITHOUT_OWN_RECORD } from "./hostObjects.ts";
import { CONSOLE_LISTENER, isBelowWildcard } from "./platform.ts";
import type { Platform } from "./platform.ts";

/** Inputs of {@link ConsoleRoute}. */
export interface ConsoleRouteArgs {
  readonly host: string;
  readonly stack: Pick<StackConfig, "environment" | "baseDomain" | "tls">;
  readonly platform: Pick<Platform, "namespace" | "gateway">;
  /** The console's namespace. */
  readonly namespace: pulumi.Input<string>;
}

/** How the console is reached: a record, a route to a listener of its own, and a certificate for a host outside the platform's wildcard. */
export class ConsoleRoute extends pulumi.ComponentResource {
  constructor(name: string, args: ConsoleRouteArgs, opts?: pulumi.ComponentResourceOptions) {
    super("odoo:saas:ConsoleRoute", name, {}, opts);
    const { host, stack, platform, namespace } = args;
    const child: pulumi.CustomResourceOptions = { parent: this, customTimeouts: AWAITED };
    const labels = consoleLabels(stack.environment);
    const target = gatewayHost(stack.baseDomain);

    new CustomResource(
      `${name}-records`,
      {
        apiVersion: "externaldns.k8s.io/v1alpha1",
        kind: "DNSEndpoint",
        metadata: objectMetadata(CONSOLE, namespace, labels),
        spec: { endpoints: [{ dnsName: host, recordType: "CNAME", recordTTL: RECORD_TTL, targets: [target] }] },
      },
      child,
    );
    new CustomResource(
      `${name}-route`,
      {
        apiVersion: "gateway.networking.k8s.io/v1",
        kind: "HTTPRoute",
        metadata: objectMetadata(CONSOLE, namespace, labels, WITHOUT_OWN_RECORD),
        spec: {
          parentRefs: [{ name: platform.gateway, namespace: platform.namespace, sectionName: CONSOLE_LISTENER }],
          hostnames: [host],
          rules: [
            {
              matches: [{ path: { type: "PathPrefix", value: "/" } }],
              filters: [forwardedAs(host)],
              backendRefs: [{ name: CONSOLE, port: CONSOLE_PORT }],
              // "0s": a page that shows progress is answered as long as it is open.
              timeouts: { request: "0s" },
            },
          ],
        },
      },
      child,
    );
    if (!isBelowWildcard(host, stack.baseDomain)) {
      const metadata = objectMetadata(host, platform.namespace, labels);
      hostCertificate(`${name}-certificate`, host, metadata, stack.tls, child);
    }
    this.registerOutputs({});
  }
}
