import { PLATFORM_NAMESPACE } from "../../../config/names.ts";
import { K8S, SQL } from "../../../policies/lib/types.ts";
import type { Resource } from "../../../features/look/judge.ts";
import { add, type Change } from "../support/fixtures.ts";
import { badElsewhere, type Breaks, type GraphBreak, OTHER, OWN } from "./breaks.ts";

const { tenantLifecycle } = SQL;

/** The first tenant's two lifecycles, before its parts and after them. */
function lifecycles(resources: readonly Resource[]): Resource[] {
  return resources.filter(({ type, name }) => type === tenantLifecycle && name.startsWith(OWN));
}

/** Both lifecycles say something else, and the tenant's parts stay as they are. */
function states(what: string, props: Readonly<Record<string, unknown>>): GraphBreak {
  const change: Change = (resources) => {
    for (const lifecycle of lifecycles(resources)) Object.assign(lifecycle.props, props);
  };
  return { what, change };
}

/** A grant that opens the platform's namespace, with one thing wrong. */
function grant(
  what: string,
  wrong: { readonly namespace?: string; readonly from?: object; readonly to?: object; readonly isOutside?: boolean },
): GraphBreak {
  const from = { group: "gateway.networking.k8s.io", kind: "HTTPRoute", namespace: `odoo-${OWN}`, ...wrong.from };
  const to = { group: "", kind: "Service", name: "maintenance", ...wrong.to };
  const props = {
    apiVersion: "gateway.networking.k8s.io/v1beta1",
    kind: "ReferenceGrant",
    metadata: { name: "sample", namespace: wrong.namespace ?? PLATFORM_NAMESPACE },
    spec: { from: [from], to: [to] },
  };
  const parent = wrong.isOutside === true ? undefined : OWN;
  return { what, change: add({ type: K8S.referenceGrant, name: `${OWN}-sample-grant`, parent, protect: true, props }) };
}

/** What a tenant's lifecycle promises, and what opens the maintenance page. */
export const LIFECYCLE: Breaks = {
  "reference-grant-scope": [
    grant("a grant in another namespace", { namespace: `odoo-${OWN}` }),
    grant("a grant for another kind", { from: { kind: "TCPRoute" } }),
    grant("a grant for another group", { from: { group: "" } }),
    grant("a grant for another tenant's routes", { from: { namespace: `odoo-${OTHER}` } }),
    grant("a grant of another kind", { to: { kind: "Secret" } }),
    grant("a grant of another group", { to: { group: "apps" } }),
    grant("a grant of another service", { to: { name: "gateway" } }),
    grant("a grant of every service", { to: { name: undefined } }),
    grant("a grant outside any tenant", { isOutside: true }),
  ],
  "tenant-lifecycle": [
    ...badElsewhere(tenantLifecycle, "lifecycle", "paused", "gone"),
    ...badElsewhere(tenantLifecycle, "holdUntil", "2027-02-28"),
    ...badElsewhere(tenantLifecycle, "lastBackup", "2027-01-28T02:00:00Z"),
    ...badElsewhere(tenantLifecycle, "release", true),
    ...badElsewhere(tenantLifecycle, "protected", "false"),
    ...badElsewhere(tenantLifecycle, "tenant", OTHER),
    states("paused with pods and log-ins", { lifecycle: "paused" }),
    states("a life that there is not", { lifecycle: "retired" }),
    states("ended without a hold", { lifecycle: "decommissioning", holdUntil: "soon" }),
    states("released while it runs", { release: true }),
    {
      what: "one lifecycle only",
      change: (resources) => {
        const [, last] = lifecycles(resources);
        if (last !== undefined) resources.splice(resources.indexOf(last), 1);
      },
    },
    grant("a maintenance page for a tenant that runs", {}),
  ],
};
