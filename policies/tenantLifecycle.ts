import { MAINTENANCE_SERVICE, PLATFORM_NAMESPACE } from "../config/names.ts";
import { today } from "./lib/clock.ts";
import type { Graph, Node } from "./lib/graph.ts";
import { isDay, isReleased } from "./lib/lifecycle.ts";
import { type StackReport, stackPolicy } from "./lib/policy.ts";
import { K8S, KEYCLOAK, SQL } from "./lib/types.ts";
import { TENANT_COMPONENT } from "./lib/urn.ts";

const STATES = ["active", "paused", "decommissioning"];

/** A tenant that does not run has no pods and no log-ins, keeps its backups, and ends by its hold. */
export const tenantLifecycle = stackPolicy({
  name: "tenant-lifecycle",
  description: "Each tenant must be as its lifecycle says: pods, log-ins, backups, routes and hold.",
  check(graph, report) {
    const lifecycles = graph.ofType(SQL.tenantLifecycle);
    for (const tenant of graph.ofType(TENANT_COMPONENT)) {
      const own = lifecycles.filter((node) => node.tenant === tenant.name);
      // One before all parts of the tenant, and one after them.
      if (own.length < 2) {
        report(tenant, "", `has ${own.length} lifecycles, expected two`, "components/odooTenant.ts makes both");
      }
      for (const node of own) checkLifecycle(node, tenant.name, report);
      const [first] = own;
      if (own.some((node) => !isActive(node))) checkIdle(graph, tenant.name, report);
      else {
        for (const node of graph.ofType(K8S.referenceGrant).filter((grant) => grant.tenant === tenant.name)) {
          report(
            node,
            "",
            "opens the maintenance page to a tenant that runs",
            "Remove it: only paused tenants need it",
          );
        }
      }
      // Stryker disable next-line MethodExpression: Compares the first lifecycle with itself as well.
      for (const node of own.slice(1)) {
        for (const key of ["lifecycle", "holdUntil", "release", "protected", "lastBackup"]) {
          // Stryker disable next-line OptionalChaining: Where there is a second lifecycle there is a first.
          const [field, other] = [node.props.at(key), first?.props.at(key)];
          // Stryker disable next-line OptionalChaining: Where there is a second lifecycle there is a first.
          if (other?.known === true && !field.mayBe(other.value)) {
            report(node, field, `is ${field.shown}, but ${other.shown} in ${first?.name ?? ""}`, "Give both the same");
          }
        }
      }
    }
    for (const node of lifecycles.filter(({ tenant }) => tenant === undefined)) {
      // Stryker disable next-line StringLiteral: Only the path that a message names; the violation is the same.
      report(
        node,
        node.props.at("tenant"),
        "is outside any tenant",
        "Make it inside the OdooTenant that it belongs to",
      );
    }
  },
});

function isActive({ props }: Node): boolean {
  return props.at("lifecycle").mayBe("active");
}

function checkLifecycle(node: Node, tenant: string, report: StackReport): void {
  const { props } = node;
  const id = props.at("tenant");
  if (!id.mayBe(tenant)) report(node, id, `is ${id.shown}, expected "${tenant}"`, "Name the tenant's own id");
  const state = props.at("lifecycle");
  if (!state.mayBe(...STATES)) report(node, state, `is ${state.shown}, expected one of ${STATES.join(", ")}`, "Set it");
  const hold = props.at("holdUntil");
  const isEnding = state.value === "decommissioning";
  // Stryker disable next-line StringLiteral: Stands in for a missing text; no name equals either text, so nothing changes.
  if (isEnding && hold.known && !isDay(hold.text ?? "")) {
    report(
      node,
      hold,
      `is ${hold.shown}, expected the day that the hold ends`,
      "Set decommission.holdUntil in its file",
    );
  }
  const release = props.at("release");
  const known = [state, hold, release, props.at("lastBackup")].every((field) => field.known);
  if (known && release.value === true && !isReleased(props)) {
    report(
      node,
      release,
      `is true on ${today()} with ${state.shown}, hold ${hold.shown} and backup ${props.at("lastBackup").shown}`,
      "Release a tenant when its hold is over and archive/ has its verified last backup",
    );
  }
}

/** What a tenant that does not run must and must not have. */
function checkIdle(graph: Graph, tenant: string, report: StackReport): void {
  const own = (...types: string[]) => graph.ofType(...types).filter((node) => node.tenant === tenant);
  const expect = (node: Node, path: readonly string[], allowed: readonly unknown[], fix: string): void => {
    const field = node.props.at(...path);
    if (!field.mayBe(...allowed)) report(node, field, `is ${field.shown} in a tenant that does not run`, fix);
  };
  for (const node of own(K8S.deployment, K8S.statefulSet, K8S.replicaSet)) {
    expect(node, ["spec", "replicas"], [0], "Set it to 0: charts/odoo does by the value `lifecycle`");
  }
  for (const node of own(KEYCLOAK.realm)) {
    expect(node, ["enabled"], [false], "Set it to false: no one may log in");
  }
  for (const node of own(K8S.cronJob)) {
    expect(node, ["spec", "suspend"], [undefined, false], "Remove it: backups go on");
  }
  for (const node of own(K8S.httpRoute)) {
    for (const backend of node.props
      .at("spec", "rules")
      .items()
      .flatMap((rule) => rule.at("backendRefs").items())) {
      for (const [key, value] of [
        ["name", MAINTENANCE_SERVICE],
        ["namespace", PLATFORM_NAMESPACE],
      ] as const) {
        const field = backend.at(key);
        if (field.mayBe(value)) continue;
        report(node, field, `is ${field.shown} in a tenant that does not run`, "Route to the maintenance page");
      }
    }
  }
}
