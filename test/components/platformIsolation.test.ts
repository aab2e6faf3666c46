import assert from "node:assert/strict";
import { PlatformIsolation } from "../../components/platformIsolation.ts";
import type { GatewayPeer } from "../../config/index.ts";
import { isOpen, judge, networkPolicySchema } from "../support/networkPolicy.ts";
import { runProgram } from "../../lib/mockEngine.ts";

const NAMESPACE = "odoo-platform";
const ENVOY = { "gateway.envoyproxy.io/owning-gateway-name": "odoo" };
const OWN = { "gateway.networking.k8s.io/gateway-name": "odoo" };
const SOLVER = { "acme.cert-manager.io/http01-solver": "true" };
const PORTS = [22, 80, 443, 8080, 8069, 8089];

/** The policies of the platform's namespace, where the Gateway connects from somewhere. */
async function policiesOf(...gateway: GatewayPeer[]) {
  const { resources } = await runProgram(
    () =>
      new PlatformIsolation("platform-network", {
        namespace: NAMESPACE,
        existing: NAMESPACE,
        gateway,
        labels: { team: "x" },
      }),
  );
  return resources
    .filter(({ type }) => type.endsWith(":NetworkPolicy"))
    .map(({ revealed }) => networkPolicySchema.parse(revealed));
}

function pod(namespace: string, labels: Record<string, string>, ip: string) {
  const namespaceLabels = { "kubernetes.io/metadata.name": namespace };
  return { name: namespace, ips: [ip], pod: { namespace, namespaceLabels, labels } };
}

const other = pod(NAMESPACE, { app: "other" }, "10.0.0.1");
const solver = pod(NAMESPACE, SOLVER, "10.0.0.2");
const beside = pod(NAMESPACE, OWN, "10.0.0.3");
const proxy = pod("envoy-gateway-system", ENVOY, "10.0.0.4");
const tenant = pod("odoo-acme", { "app.kubernetes.io/component": "web" }, "10.0.0.5");
const world = { name: "the internet", ips: ["203.0.113.7"] };

describe("PlatformIsolation", () => {
  const open = (policies: Parameters<typeof judge>[0], from: typeof world, to: typeof world) =>
    PORTS.filter((port) => isOpen(judge(policies, { from, to, protocol: "TCP", port })));

  it("closes the namespace, but for challenges by the Gateway", async () => {
    const policies = await policiesOf({ namespace: "envoy-gateway-system", labels: ENVOY });
    for (const from of [other, solver, beside]) {
      for (const to of [world, tenant, proxy])
        assert.deepEqual(open(policies, from, to), [], `${from.name} ${to.name}`);
    }
    for (const from of [world, tenant, other, beside]) {
      for (const to of [other, solver].filter((one) => one !== from)) assert.deepEqual(open(policies, from, to), []);
    }
    assert.deepEqual(open(policies, proxy, solver), [8089]);
    assert.deepEqual(open(policies, proxy, other), []);
  });

  it("leaves the Gateway's proxies open where they run in it, by the label that says so or the settings'", async () => {
    for (const [labels, own] of [
      [undefined, OWN],
      [ENVOY, ENVOY],
    ] as const) {
      const policies = await policiesOf({ namespace: NAMESPACE, ...(labels === undefined ? {} : { labels }) });
      const gateway = pod(NAMESPACE, own, "10.0.0.6");
      assert.deepEqual(open(policies, world, gateway), PORTS);
      assert.deepEqual(open(policies, gateway, world), PORTS);
      assert.deepEqual(open(policies, gateway, solver), [8089]);
      assert.deepEqual(open(policies, world, other), []);
      assert.deepEqual(open(policies, other, world), []);
    }
  });
});
