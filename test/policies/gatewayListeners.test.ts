import { gatewayListeners } from "../../policies/gatewayListeners.ts";
import { remake, set } from "./support/fixtures.ts";
import { type Breach, describePolicy } from "./support/describePolicy.ts";

const LISTENER = "spec.listeners.1";
const NAMESPACES = `${LISTENER}.allowedRoutes.namespaces`;

/** So many listeners, each for a host. */
function listeners(count: number): object[] {
  return Array.from({ length: count }, (_, index) => ({ protocol: "HTTPS", hostname: `h${index}.acme.example` }));
}

describePolicy(gatewayListeners, {
  breaches: [
    [
      "routes of any namespace",
      set("platform-gateway", `${NAMESPACES}.from`, "All"),
      "platform-gateway",
      /from is "All"/,
    ],
    [
      "an empty selector",
      set("platform-gateway", `${NAMESPACES}.selector`, {}),
      "platform-gateway",
      /selector is empty/,
    ],
    [
      "no selector",
      set("platform-gateway", `${NAMESPACES}.selector`, undefined),
      "platform-gateway",
      /selector is empty/,
    ],
    [
      "TLS that goes through",
      set("platform-gateway", `${LISTENER}.tls.mode`, "Passthrough"),
      "platform-gateway",
      /tls\.mode/,
    ],
    [
      "another protocol",
      set("platform-gateway", `${LISTENER}.protocol`, "TCP"),
      "platform-gateway",
      /protocol is "TCP"/,
    ],
    [
      "plain HTTP for tenants",
      set("platform-gateway", "spec.listeners.0.allowedRoutes.namespaces.from", "Selector"),
      "platform-gateway",
      /listeners\[0\]\.allowedRoutes\.namespaces\.from is "Selector" on a plain HTTP listener/,
    ],
    ...[undefined, ""].map((hostname): Breach => [
      `a listener for every host: ${String(hostname)}`,
      set("platform-gateway", `${LISTENER}.hostname`, hostname),
      "platform-gateway",
      /hostname is .*, which means every host/,
    ]),
    [
      "more listeners than a Gateway takes",
      set("platform-gateway", "spec.listeners", listeners(65)),
      "platform-gateway",
      /spec\.listeners has 65, expected at most 64/,
    ],
    [
      "a tenant's own gateway",
      remake("platform-gateway", { parent: "acme" }),
      "platform-gateway",
      /a tenant's own gateway/,
    ],
  ],
  tolerated: [
    ["as many listeners as a Gateway takes", set("platform-gateway", "spec.listeners", listeners(64))],
    ["the default namespaces", set("platform-gateway", `${LISTENER}.allowedRoutes`, undefined)],
    ["no routes at all", set("platform-gateway", `${NAMESPACES}.from`, "None")],
    ["the default mode", set("platform-gateway", `${LISTENER}.tls.mode`, undefined)],
  ],
  guarded: [
    ["platform-gateway", `${NAMESPACES}.from`],
    ["platform-gateway", `${NAMESPACES}.selector`],
    ["platform-gateway", `${LISTENER}.hostname`],
    ["platform-gateway", `${LISTENER}.protocol`],
    ["platform-gateway", `${LISTENER}.tls.mode`],
    ["platform-gateway", "spec.listeners"],
  ],
});
