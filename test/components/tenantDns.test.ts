import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { TenantDns } from "../../components/tenantDns.ts";
import { runProgram } from "../../lib/mockEngine.ts";
import { only } from "../support/only.ts";
import { exampleStack, exampleTenant } from "../support/specs.ts";

const ROUTE = "kubernetes:gateway.networking.k8s.io/v1:HTTPRoute";
const CERTIFICATE = "kubernetes:cert-manager.io/v1:Certificate";

async function dns(tenant = exampleTenant()) {
  const { resources } = await runProgram(() => {
    new TenantDns("acme-dns", {
      tenant,
      stack: exampleStack(),
      platform: {
        namespace: pulumi.output("odoo-platform"),
        gateway: pulumi.output("odoo"),
        maintenance: pulumi.output("maintenance"),
      },
      namespace: "odoo-acme",
    });
  });
  return resources;
}

interface Route {
  readonly parentRefs: unknown;
  readonly hostnames: unknown;
  readonly rules: {
    readonly matches: unknown;
    readonly filters: unknown;
    readonly backendRefs: { readonly port: number }[];
  }[];
}

describe("TenantDns", () => {
  it("makes a record, and a route for each host, and a certificate for each custom domain", async () => {
    assert.deepEqual((await dns()).map(({ type, name }) => `${type} ${name}`).sort(), [
      "kubernetes:cert-manager.io/v1:Certificate acme-dns-certificate-erp.acme.example",
      "kubernetes:externaldns.k8s.io/v1alpha1:DNSEndpoint acme-dns",
      "kubernetes:gateway.networking.k8s.io/v1:HTTPRoute acme-dns-route",
      "kubernetes:gateway.networking.k8s.io/v1:HTTPRoute acme-dns-route-erp.acme.example",
      "odoo:saas:TenantDns acme-dns",
    ]);
    const none = await dns(exampleTenant({ hosts: { platform: "acme.odoo.example", custom: [] } }));
    assert.deepEqual(
      none.filter((resource) => resource.type === CERTIFICATE),
      [],
    );
    assert.equal(none.filter((resource) => resource.type === ROUTE).length, 1);
  });

  it("makes hosts aliases of the Gateway's name", async () => {
    const { inputs } = only(await dns(), "kubernetes:externaldns.k8s.io/v1alpha1:DNSEndpoint");
    const alias = { recordType: "CNAME", recordTTL: 300 };
    assert.deepEqual(inputs["spec"], {
      endpoints: [
        { dnsName: "acme.odoo.example", ...alias, targets: ["gateway.odoo.example"] },
        { dnsName: "erp.acme.example", ...alias, targets: ["acme.odoo.example"] },
      ],
    });
  });

  it("routes the platform's host: websockets to their own port, the rest to HTTP, forwarded headers set", async () => {
    const { inputs } = only(await dns(), ROUTE, "acme-dns-route");
    const filters = [
      {
        type: "RequestHeaderModifier",
        requestHeaderModifier: {
          set: [
            { name: "X-Forwarded-Host", value: "acme.odoo.example" },
            { name: "X-Forwarded-Proto", value: "https" },
          ],
        },
      },
    ];
    const prefix = (value: string) => [{ path: { type: "PathPrefix", value } }];
    assert.deepEqual(inputs["spec"], {
      parentRefs: [{ name: "odoo", namespace: "odoo-platform", sectionName: "https" }],
      hostnames: ["acme.odoo.example"],
      rules: [
        {
          matches: prefix("/websocket"),
          filters,
          backendRefs: [{ name: "odoo", port: 8072 }],
          timeouts: { request: "0s" },
        },
        { matches: prefix("/"), filters, backendRefs: [{ name: "odoo", port: 8069 }], timeouts: { request: "150s" } },
      ],
    });
  });

  it("routes a custom domain by its own listener, under its own name", async () => {
    const { inputs } = only(await dns(), ROUTE, "acme-dns-route-erp.acme.example");
    const spec = inputs["spec"] as unknown as Route;
    assert.deepEqual(spec.parentRefs, [{ name: "odoo", namespace: "odoo-platform", sectionName: "erp.acme.example" }]);
    assert.deepEqual(spec.hostnames, ["erp.acme.example"]);
    for (const rule of spec.rules)
      assert.match(JSON.stringify(rule.filters), /"X-Forwarded-Host","value":"erp\.acme\.example"/);
  });

  it("sends websockets to the HTTP port where no worker runs", async () => {
    const tenant = exampleTenant({ plan: { ...exampleTenant().plan, workers: 0 } });
    const spec = only(await dns(tenant), ROUTE, "acme-dns-route").inputs["spec"] as unknown as Route;
    assert.deepEqual(
      spec.rules.map((rule) => rule.backendRefs[0]?.port),
      [8069, 8069],
    );
  });

  it("has custom certificates in the Gateway's namespace, for the listener's secret", async () => {
    const { inputs } = only(await dns(), CERTIFICATE);
    const metadata = inputs["metadata"] as { name: string; namespace: string; labels: Record<string, string> };
    assert.equal(metadata.name, "erp.acme.example");
    assert.equal(metadata.namespace, "odoo-platform");
    assert.equal(metadata.labels["odoo-saas.dev/tenant"], "acme");
    assert.deepEqual(inputs["spec"], {
      secretName: "erp.acme.example-tls",
      dnsNames: ["erp.acme.example"],
      issuerRef: { group: "cert-manager.io", kind: "ClusterIssuer", name: "letsencrypt" },
      privateKey: { algorithm: "ECDSA", size: 256, rotationPolicy: "Always" },
    });
  });

  it("labels everything, and tells external-dns that routes have their records already", async () => {
    for (const { type, name, inputs } of (await dns()).filter((resource) => resource.custom)) {
      const metadata = inputs["metadata"] as { labels: Record<string, string>; annotations?: Record<string, string> };
      assert.equal(metadata.labels["odoo-saas.dev/tenant"], "acme", name);
      assert.equal(metadata.labels["app.kubernetes.io/managed-by"], "pulumi", name);
      const expected = type === ROUTE ? "dnsendpoint" : undefined;
      assert.equal(metadata.annotations?.["external-dns.alpha.kubernetes.io/controller"], expected, name);
    }
  });
});
