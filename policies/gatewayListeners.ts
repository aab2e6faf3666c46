import { LISTENERS_MAX } from "../config/hosts.ts";
import { resourcePolicy } from "./lib/policy.ts";
import { K8S } from "./lib/types.ts";
import { isInConsole, isInTenant } from "./lib/urn.ts";

/** Who may attach a route to a listener may answer for its hosts. */
export const gatewayListeners = resourcePolicy({
  name: "gateway-listeners",
  description: "Gateways must be the platform's, terminate TLS, and choose which namespaces may attach routes.",
  types: [K8S.gateway],
  check({ urn, props }, report) {
    if (isInTenant(urn) || isInConsole(urn)) {
      report(
        "",
        `is ${isInTenant(urn) ? "a tenant's" : "the console's"} own gateway`,
        "Attach routes to the platform's: a gateway can answer for any host",
      );
    }
    const listeners = props.at("spec", "listeners");
    const count = listeners.items().length;
    if (count > LISTENERS_MAX) {
      report(listeners, `has ${count}, expected at most ${LISTENERS_MAX}`, "Move tenants with hosts to another cell");
    }
    for (const listener of listeners.items()) {
      const from = listener.at("allowedRoutes", "namespaces", "from");
      const selector = listener.at("allowedRoutes", "namespaces", "selector");
      const protocol = listener.at("protocol");
      if (!protocol.mayBe("HTTPS", "HTTP")) report(protocol, `is ${protocol.shown}, expected "HTTPS"`, "Set it so");
      const hostname = listener.at("hostname");
      // Without one, or with an empty one, it answers for every host, by its own certificate.
      if (hostname.mayBe(undefined, "") && hostname.known && !protocol.mayBe("HTTP")) {
        report(hostname, `is ${hostname.shown}, which means every host`, "Name the hosts that it is for");
      }
      // Plain HTTP only leads to https, by a route beside the gateway; a tenant could answer on it in plain text.
      if (protocol.known && protocol.value === "HTTP" && !from.mayBe(undefined, "Same")) {
        report(
          from,
          `is ${from.shown} on a plain HTTP listener, expected "Same"`,
          "Only the redirect may attach there",
        );
      }
      if (!from.mayBe(undefined, "Same", "Selector", "None")) {
        report(from, `is ${from.shown}: any namespace may attach a route`, 'Set "Selector" with the tenants\' label');
      }
      if (
        from.known &&
        from.value === "Selector" &&
        selector.at("matchLabels").empty &&
        selector.at("matchExpressions").empty
      ) {
        report(selector, "is empty, which selects every namespace", "Select namespaces by the tenants' label");
      }
      const mode = listener.at("tls", "mode");
      if (!mode.mayBe(undefined, "Terminate")) report(mode, `is ${mode.shown}, expected "Terminate"`, "Set it so");
    }
  },
});
