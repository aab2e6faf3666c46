import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { OdooTenant } from "../../components/odooTenant.ts";
import { Platform } from "../../components/platform.ts";
import { makeProviders } from "../../components/providers.ts";
import type { TenantSpec } from "../../config/index.ts";
import { type RecordedResource, runProgram } from "../../lib/mockEngine.ts";
import { only } from "../support/only.ts";
import { exampleStack, exampleTenant } from "../support/specs.ts";

const LIFECYCLE = "odoosql:index:TenantLifecycle";
const ROUTE = "kubernetes:gateway.networking.k8s.io/v1:HTTPRoute";
const GRANT = "kubernetes:gateway.networking.k8s.io/v1beta1:ReferenceGrant";
const HOLD = { holdUntil: "2027-02-28", release: false };

async function tenants(changes: Partial<TenantSpec>, protect = true): Promise<readonly RecordedResource[]> {
  const specs = [
    exampleTenant(changes),
    exampleTenant({ id: "other", hosts: { platform: "other.odoo.example", custom: [] } }),
  ];
  const { resources } = await runProgram(() => {
    const stack = exampleStack({ protect });
    const providers = makeProviders(stack);
    const { image } = exampleTenant().release;
    const scripts = { maintenance: "", watchdog: "" };
    const platform = new Platform("platform", { stack, tenants: specs, image, scripts });
    return specs.map((tenant) =>
      pulumi.output(
        new OdooTenant(tenant.id, { tenant, specHash: "0".repeat(64), stack, platform, providers }).outputs,
      ),
    );
  });
  return resources;
}

const of = (resources: readonly RecordedResource[], tenant: string) =>
  resources.filter(({ name }) => name === tenant || name.startsWith(`${tenant}-`));

describe("OdooTenant", () => {
  it("says by its only input what it is, for policies to see before anything of it is made", async () => {
    const own = only(of(await tenants({}), "acme"), "odoo:saas:OdooTenant");
    assert.deepEqual(own.inputs, { specHash: "0".repeat(64) });
  });

  it("registers its lifecycle before all its parts, and again after them", async () => {
    const own = of(await tenants({}), "acme");
    const first = only(own, LIFECYCLE, "acme-lifecycle");
    const last = only(own, LIFECYCLE, "acme-lifecycle-end");
    assert.deepEqual(first.inputs, { tenant: "acme", lifecycle: "active", protected: true, release: false });
    assert.deepEqual(last.inputs, first.inputs);
    const parts = own.filter(({ type }) => type.startsWith("odoo:saas:") && type !== "odoo:saas:OdooTenant");
    assert.equal(parts.length, 6);
    for (const { name, dependsOn } of parts)
      assert.ok(dependsOn.includes(first.urn), `${name} waits for the lifecycle`);
    for (const { name, urn, custom, type } of own) {
      // A password is a value, known to the state alone, and depends on nothing.
      if (!custom || type === LIFECYCLE || type.startsWith("random:")) continue;
      assert.ok(last.dependsOn.includes(urn), `${name} comes before the end`);
    }
  });

  it("routes to the maintenance page while it does not run, by a grant of its own, and disables the realm", async () => {
    for (const changes of [{ lifecycle: "paused" }, { lifecycle: "decommissioning", decommission: HOLD }] as const) {
      const own = of(await tenants(changes), "acme");
      const grant = only(own, GRANT);
      assert.deepEqual(grant.inputs["spec"], {
        from: [{ group: "gateway.networking.k8s.io", kind: "HTTPRoute", namespace: "odoo-acme" }],
        to: [{ group: "", kind: "Service", name: "maintenance" }],
      });
      const routes = own.filter(({ type }) => type === ROUTE);
      assert.equal(routes.length, 2);
      for (const { inputs, dependsOn } of routes) {
        const { rules } = inputs["spec"] as unknown as { rules: unknown };
        assert.deepEqual(rules, [{ backendRefs: [{ name: "maintenance", namespace: "odoo-platform", port: 8080 }] }]);
        assert.ok(dependsOn.includes(grant.urn));
      }
      assert.equal(only(own, "keycloak:index/realm:Realm").inputs["enabled"], false);
      const chart = only(own, "kubernetes:helm.sh/v4:Chart").inputs["values"] as unknown as { lifecycle: string };
      assert.equal(chart.lifecycle, changes.lifecycle);
    }
    const running = await tenants({});
    assert.deepEqual(
      running.filter(({ type }) => type === GRANT),
      [],
    );
  });

  it("keeps everything protected through the hold, and lifts it for the released tenant alone", async () => {
    const kept = (resources: readonly RecordedResource[]) =>
      resources.filter(({ protect, retainOnDelete }) => protect || retainOnDelete).map(({ name }) => name);
    const active = await tenants({});
    const held = await tenants({ lifecycle: "decommissioning", decommission: HOLD });
    assert.ok(kept(of(active, "acme")).length > 8);
    assert.deepEqual(kept(held), kept(active));
    const released = await tenants({
      lifecycle: "decommissioning",
      decommission: { ...HOLD, release: true, lastBackup: "0123abcd" },
    });
    assert.deepEqual(kept(of(released, "acme")), []);
    assert.deepEqual(kept(of(released, "other")), kept(of(active, "other")));
    assert.deepEqual(kept(of(released, "platform")), kept(of(active, "platform")));
    assert.deepEqual(only(released, LIFECYCLE, "acme-lifecycle-end").inputs, {
      tenant: "acme",
      lifecycle: "decommissioning",
      protected: true,
      release: true,
      holdUntil: "2027-02-28",
      lastBackup: "0123abcd",
    });
  });
});
