import { MAINTENANCE_SERVICE, PLATFORM_NAMESPACE } from "../config/names.ts";
import type { Field } from "./lib/field.ts";
import { type Report, resourcePolicy } from "./lib/policy.ts";
import { K8S, namespaceOf } from "./lib/types.ts";

/** A route leads to services of its own namespace or to the maintenance page, and says to Odoo whose host it is. */
export const routeScope = resourcePolicy({
  name: "route-scope",
  description:
    "HTTP routes must lead to services of their own namespace, or to the maintenance page, as their own host.",
  types: [K8S.httpRoute],
  check({ type, props }, report) {
    const own = namespaceOf(type, props);
    const hosts = props.at("spec", "hostnames");
    for (const rule of props.at("spec", "rules").items()) {
      const backends = rule.at("backendRefs").items();
      const filters = rule.at("filters");
      const headers = filters.items().flatMap((filter) => filter.at("requestHeaderModifier", "set").items());
      for (const backend of backends) checkBackend(backend, own, report);
      for (const header of headers) checkHost(header, hosts, report);
      // Otherwise Odoo sees what the visitor sends.
      const isTold = !filters.settled || headers.some((header) => header.at("name").mayBe("X-Forwarded-Host"));
      if (backends.some((backend) => !isMaintenance(backend)) && !isTold)
        report(filters, "does not set X-Forwarded-Host", "Set it to the route's host, as components/tenantDns.ts does");
    }
  },
});

function checkBackend(backend: Field, own: Field, report: Report): void {
  const namespace = backend.at("namespace");
  if (own.known && !namespace.mayBe(undefined, own.value) && !isMaintenance(backend)) {
    report(namespace, `is ${namespace.shown}, expected the route's own`, "Route to a service beside the route");
  }
}

function isMaintenance(backend: Field): boolean {
  return backend.at("namespace").value === PLATFORM_NAMESPACE && backend.at("name").mayBe(MAINTENANCE_SERVICE);
}

/** Odoo takes the header for the host that was asked for, and puts it into links that it mails. */
function checkHost(header: Field, hosts: Field, report: Report): void {
  if (!header.at("name").mayBe("X-Forwarded-Host")) return;
  const value = header.at("value");
  if (hosts.known && !hosts.items().some((host) => value.mayBe(host.value))) {
    report(value, `is ${value.shown}, expected ${hosts.shown}`, "Name the route's own host");
  }
}
