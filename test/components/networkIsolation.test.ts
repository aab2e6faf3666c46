import assert from "node:assert/strict";
import { NetworkIsolation } from "../../components/networkIsolation.ts";
import type { StackConfig } from "../../config/index.ts";
import { runProgram } from "../../lib/mockEngine.ts";
import { only } from "../support/only.ts";
import { exampleStack, exampleTenant } from "../support/specs.ts";

const POLICY = "kubernetes:networking.k8s.io/v1:NetworkPolicy";

async function policies(stack: StackConfig = exampleStack(), tenant = exampleTenant()) {
  const { resources } = await runProgram(() => {
    new NetworkIsolation("acme-network", {
      tenant,
      stack,
      namespace: "odoo-acme",
    });
  });
  return resources;
}

describe("NetworkIsolation", () => {
  it("denies everything that is not allowed, both ways", async () => {
    const policy = only(await policies(), POLICY, "acme-network-default-deny");
    assert.deepEqual(policy.inputs["spec"], { podSelector: {}, policyTypes: ["Ingress", "Egress"] });
  });

  it("makes four policies, all in the tenant's namespace, for the tenant's pods", async () => {
    const all = (await policies()).filter((resource) => resource.type === POLICY);
    assert.deepEqual(
      all.map((resource) => resource.name),
      ["acme-network-default-deny", "acme-network-egress", "acme-network-ingress", "acme-network-metrics"],
    );
    for (const { inputs, name, parent } of all) {
      const metadata = inputs["metadata"] as { namespace: string; labels: Record<string, string> };
      assert.equal(metadata.namespace, "odoo-acme", name);
      assert.equal(metadata.labels["odoo-saas.dev/tenant"], "acme", name);
      assert.match(parent, /odoo:saas:NetworkIsolation::acme-network$/);
    }
  });

  it("lets pods out to DNS, the database, Keycloak, mail and the object store only", async () => {
    const policy = only(await policies(), POLICY, "acme-network-egress");
    const tcp = (port: number) => [{ protocol: "TCP", port }];
    assert.deepEqual(policy.inputs["spec"], {
      podSelector: { matchLabels: { "app.kubernetes.io/name": "odoo", "app.kubernetes.io/instance": "acme" } },
      policyTypes: ["Egress"],
      egress: [
        {
          to: [
            {
              namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "kube-system" } },
              podSelector: { matchLabels: { "k8s-app": "kube-dns" } },
            },
          ],
          ports: [
            { protocol: "UDP", port: 53 },
            { protocol: "TCP", port: 53 },
          ],
        },
        { to: [{ ipBlock: { cidr: "10.1.0.0/24" } }], ports: tcp(6432) },
        { to: [{ ipBlock: { cidr: "10.2.0.0/24" } }], ports: tcp(443) },
        { to: [{ ipBlock: { cidr: "10.3.0.10/32" } }], ports: tcp(587) },
        { to: [{ ipBlock: { cidr: "10.4.0.0/24" } }], ports: tcp(443) },
      ],
    });
  });

  it("has no rule for networks that are not configured: a rule without peers would open the port to the world", async () => {
    const stack = exampleStack({ objectStore: { cidrs: [] } });
    const policy = only(await policies(stack), POLICY, "acme-network-egress");
    const { egress } = policy.inputs["spec"] as { egress: { to?: unknown[] }[] };
    assert.equal(egress.length, 4);
    for (const rule of egress) assert.notEqual(rule.to?.length ?? 0, 0);
  });

  it("takes ports from addresses", async () => {
    const stack = exampleStack({
      keycloak: { ...exampleStack().keycloak, url: "http://login.example:8080" },
      objectStore: { endpoint: "http://minio.example", cidrs: ["10.4.0.0/24"] },
    });
    const policy = only(await policies(stack), POLICY, "acme-network-egress");
    const { egress } = policy.inputs["spec"] as { egress: { ports: { port: number }[] }[] };
    assert.deepEqual(
      egress.map((rule) => rule.ports[0]?.port),
      [53, 6432, 8080, 587, 80],
    );
  });

  it("asks for names where the cluster has its DNS: pods by their own port, and addresses", async () => {
    const { kubernetes } = exampleStack();
    const labels = { "dns.operator.openshift.io/daemonset-dns": "default" };
    const dns = [
      { namespace: "openshift-dns", labels, port: 5353 as const },
      { networks: ["169.254.20.10/32", "169.254.169.254/32"], port: 53 as const },
    ];
    const policy = only(
      await policies(exampleStack({ kubernetes: { ...kubernetes, dns } })),
      POLICY,
      "acme-network-egress",
    );
    const { egress } = policy.inputs["spec"] as { egress: unknown[] };
    const ports = (port: number) => ["UDP", "TCP"].map((protocol) => ({ protocol, port }));
    assert.deepEqual(egress.slice(0, 2), [
      {
        to: [
          {
            namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "openshift-dns" } },
            podSelector: { matchLabels: labels },
          },
        ],
        ports: ports(5353),
      },
      {
        to: [{ ipBlock: { cidr: "169.254.20.10/32" } }, { ipBlock: { cidr: "169.254.169.254/32" } }],
        ports: ports(53),
      },
    ]);
  });

  it("lets the Gateway in from where the stack says that it is", async () => {
    const { kubernetes } = exampleStack();
    const gateway = [
      { namespace: "envoy-gateway-system", labels: { app: "envoy" } },
      { networks: ["130.211.0.0/22", "35.191.0.0/16"] },
    ];
    const policy = only(
      await policies(exampleStack({ kubernetes: { ...kubernetes, gateway } })),
      POLICY,
      "acme-network-ingress",
    );
    const { ingress } = policy.inputs["spec"] as { ingress: { from: unknown }[] };
    assert.deepEqual(ingress[0]?.from, [
      {
        namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "envoy-gateway-system" } },
        podSelector: { matchLabels: { app: "envoy" } },
      },
      { ipBlock: { cidr: "130.211.0.0/22" } },
      { ipBlock: { cidr: "35.191.0.0/16" } },
    ]);
  });

  it("lets the Gateway and monitoring in to web pods only", async () => {
    const policy = only(await policies(), POLICY, "acme-network-ingress");
    const from = (name: string) => [{ namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": name } } }];
    assert.deepEqual(policy.inputs["spec"], {
      podSelector: {
        matchLabels: {
          "app.kubernetes.io/name": "odoo",
          "app.kubernetes.io/instance": "acme",
          "app.kubernetes.io/component": "web",
        },
      },
      policyTypes: ["Ingress"],
      ingress: [
        {
          from: from("odoo-platform"),
          ports: [
            { protocol: "TCP", port: 8069 },
            { protocol: "TCP", port: 8072 },
          ],
        },
        { from: from("monitoring"), ports: [{ protocol: "TCP", port: 8069 }] },
      ],
    });
  });

  it("opens a way out for each module that the tenant's file names, from web and cron pods by HTTPS alone", async () => {
    const egress = [
      { for: "account_statement_import_online", networks: ["203.0.113.7/32"] },
      { for: "currency_rate_update", networks: ["198.51.100.0/24", "2606:4700::/64"] },
    ];
    const all = (await policies(exampleStack(), exampleTenant({ egress }))).filter(({ type }) => type === POLICY);
    assert.deepEqual(
      all.map(({ name }) => name).filter((name) => name.startsWith("acme-network-egress-")),
      ["acme-network-egress-account_statement_import_online", "acme-network-egress-currency_rate_update"],
    );
    const { inputs } = only(all, POLICY, "acme-network-egress-currency_rate_update");
    const { name, annotations } = inputs["metadata"] as { name: string; annotations: Record<string, string> };
    assert.equal(name, "currency-rate-update-egress");
    assert.equal(annotations["odoo-saas.dev/way-out-for"], "currency_rate_update");
    assert.deepEqual(inputs["spec"], {
      podSelector: {
        matchLabels: { "app.kubernetes.io/name": "odoo", "app.kubernetes.io/instance": "acme" },
        matchExpressions: [{ key: "app.kubernetes.io/component", operator: "In", values: ["web", "cron"] }],
      },
      policyTypes: ["Egress"],
      egress: [
        {
          to: [{ ipBlock: { cidr: "198.51.100.0/24" } }, { ipBlock: { cidr: "2606:4700::/64" } }],
          ports: [{ protocol: "TCP", port: 443 }],
        },
      ],
    });
    // What is the stack's stays the same for every tenant.
    assert.deepEqual(
      only(all, POLICY, "acme-network-egress").inputs["spec"],
      only(await policies(), POLICY, "acme-network-egress").inputs["spec"],
    );
  });

  it("names the policy of a module whose name ends with an underscore as Kubernetes takes it", async () => {
    const tenant = exampleTenant({ egress: [{ for: "a_", networks: ["203.0.113.7/32"] }] });
    const { inputs } = only(await policies(exampleStack(), tenant), POLICY, "acme-network-egress-a_");
    assert.equal((inputs["metadata"] as { name: string }).name, "a--egress");
  });

  it("lets monitoring in to the numbers of the cron pod", async () => {
    const policy = only(await policies(), POLICY, "acme-network-metrics");
    assert.deepEqual(policy.inputs["spec"], {
      podSelector: {
        matchLabels: {
          "app.kubernetes.io/name": "odoo",
          "app.kubernetes.io/instance": "acme",
          "app.kubernetes.io/component": "cron",
        },
      },
      policyTypes: ["Ingress"],
      ingress: [
        {
          from: [{ namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "monitoring" } } }],
          ports: [{ protocol: "TCP", port: 9180 }],
        },
      ],
    });
  });
});
