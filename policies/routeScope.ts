import { MAINTENANCE_SERVICE } from "../config/names.ts";
import type { Field } from "./lib/field.ts";
import { type Report, resourcePolicy } from "./lib/policy.ts";
import { K8S, namespaceOf, PLATFORM_NAMESPACE } from "./lib/types.ts";

/** A route leads to services of its own namespace or to the maintenance page, never to another tenant's. */
export const routeScope = resourcePolicy({
  name: "route-scope",
  description: "HTTP routes must lead to services of their own namespace, or to the maintenance page.",
  types: [K8S.httpRoute],
  check({ type, props }, report) {
    const own = namespaceOf(type, props);
    for (const rule of props.at("spec", "rules").items()) {
      const backends = rule.at("backendRefs").items();
      for (const backend of backends) checkBackend(backend, own, report);
      for (const filter of [
        ...rule.at("filters").items(),
        ...backends.flatMap((backend) => backend.at("filters").items()),
      ]) {
        checkBackend(filter.at("requestMirror", "backendRef"), own, report);
        if (filter.at("extensionRef").present) {
          report(
            filter.at("extensionRef"),
            "does something that no policy can judge",
            "Use a filter of the Gateway API's core",
          );
        }
      }
    }
  },
});

function checkBackend(backend: Field, own: Field, report: Report): void {
  const namespace = backend.at("namespace");
  const isMaintenance = namespace.value === PLATFORM_NAMESPACE && backend.at("name").mayBe(MAINTENANCE_SERVICE);
  if (own.known && !namespace.mayBe(undefined, own.value) && !isMaintenance) {
    report(namespace, `is ${namespace.shown}, expected the route's own`, "Route to a service beside the route");
  }
  const kind = backend.at("kind");
  if (!kind.mayBe(undefined, "Service")) report(kind, `is ${kind.shown}, expected "Service"`, "Route to a Service");
}
