import type { Field } from "./lib/field.ts";
import { type Report, resourcePolicy } from "./lib/policy.ts";
import { K8S, namespaceOf } from "./lib/types.ts";

/** A route leads to services of its own namespace, never to another tenant's. */
export const routeScope = resourcePolicy({
  name: "route-scope",
  description: "HTTP routes must lead to services of their own namespace.",
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
  if (own.known && !namespace.mayBe(undefined, own.value)) {
    report(namespace, `is ${namespace.shown}, expected the route's own`, "Route to a service beside the route");
  }
  const kind = backend.at("kind");
  if (!kind.mayBe(undefined, "Service")) report(kind, `is ${kind.shown}, expected "Service"`, "Route to a Service");
}
