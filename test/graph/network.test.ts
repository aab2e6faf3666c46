import assert from "node:assert/strict";
import { isOpen, judge, networkPolicySchema } from "../support/networkPolicy.ts";
import type { Endpoint } from "../support/networkPolicy.ts";
import { GOLDEN_STACKS, stackGraph } from "../support/stackGraph.ts";

const PLATFORM_NAMESPACE = "odoo-platform";

/** Servers of the fixture company's stacks, and what must be out of reach of both. */
const SERVERS = {
  staging: { database: "10.40.16.5", keycloak: "10.40.17.5", mail: "10.40.18.10", objects: "10.40.19.5" },
  prod: { database: "10.50.16.5", keycloak: "10.50.17.5", mail: "10.50.18.10", objects: "10.50.19.5" },
} as const;
const ELSEWHERE = [
  "169.254.169.254",
  "fd00:ec2::254",
  "1.1.1.1",
  "10.20.0.5",
  "10.96.0.1",
  "10.0.0.7",
  "2606:4700:4700::1111",
];
const PORTS = [22, 25, 53, 80, 443, 587, 5432, 6443, 8069, 8072, 9090, 10250];

for (const stack of GOLDEN_STACKS) {
  describe(`network policies of ${stack}, by an evaluator of their own`, () => {
    it("let pods reach their stack's servers by one port each, and nothing else", async () => {
      const policies = (await stackGraph(stack))
        .filter(({ type }) => type === "kubernetes:networking.k8s.io/v1:NetworkPolicy")
        .map(({ revealed }) => networkPolicySchema.parse(revealed));
      const namespaces = [...new Set(policies.map(({ metadata }) => metadata.namespace))].filter(
        (namespace) => namespace !== PLATFORM_NAMESPACE,
      );
      assert.ok(namespaces.length > 0);
      const pods = namespaces.map((namespace, index): Endpoint => {
        const instance = namespace.replace("odoo-", "");
        const labels = { "app.kubernetes.io/name": "odoo", "app.kubernetes.io/instance": instance };
        return {
          name: namespace,
          ips: [`10.0.1.${index}`],
          pod: {
            namespace,
            namespaceLabels: { "kubernetes.io/metadata.name": namespace },
            labels: { ...labels, "app.kubernetes.io/component": "web" },
          },
        };
      });
      const maintenance: Endpoint = {
        name: "maintenance",
        ips: ["10.0.2.1"],
        pod: {
          namespace: PLATFORM_NAMESPACE,
          namespaceLabels: { "kubernetes.io/metadata.name": PLATFORM_NAMESPACE },
          labels: { "app.kubernetes.io/name": "odoo-maintenance" },
        },
      };
      const { database, keycloak, mail, objects } = SERVERS[stack];
      const needed = [`${database}:5432`, `${keycloak}:443`, `${mail}:587`, `${objects}:443`];
      const addresses = [...Object.values(SERVERS).flatMap((servers) => Object.values(servers)), ...ELSEWHERE];
      for (const from of [...pods, maintenance]) {
        const open = addresses.flatMap((ip) =>
          PORTS.filter((port) =>
            isOpen(judge(policies, { from, to: { name: ip, ips: [ip] }, protocol: "TCP", port })),
          ).map((port) => `${ip}:${port}`),
        );
        assert.deepEqual(open.sort(), from === maintenance ? [] : [...needed].sort(), from.name);
        for (const to of [...pods, maintenance].filter((pod) => pod !== from)) {
          for (const port of PORTS) {
            const verdict = judge(policies, { from, to, protocol: "TCP", port });
            assert.deepEqual(verdict, { egress: false, ingress: false }, `${from.name} → ${to.name}:${port}`);
          }
        }
      }
    });
  });
}
