import assert from "node:assert/strict";
import { tenantBoundary } from "../../policies/tenantBoundary.ts";
import { uniqueHosts } from "../../policies/uniqueHosts.ts";
import { add, BASE_DOMAIN, compliantStack } from "./support/fixtures.ts";
import type { Planned } from "./support/fixtures.ts";
import { judge } from "../../features/look/judge.ts";

const TENANTS = ["tbwa-crm", "tbwa-finance", "tbwa-hr", "tbwa-scout"];
const PAIRS = TENANTS.flatMap((own) => TENANTS.filter((other) => other !== own).map((other) => [own, other] as const));

/** Ways for a tenant's part of a program to take a host, from its own namespace. */
const CLAIMS: readonly [string, (host: string) => object][] = [
  ["gateway.networking.k8s.io/v1:HTTPRoute", (host) => ({ hostnames: [host], rules: [] })],
  [
    "externaldns.k8s.io/v1alpha1:DNSEndpoint",
    (host) => ({ endpoints: [{ dnsName: host, recordType: "A", targets: ["192.0.2.1"] }] }),
  ],
  ["cert-manager.io/v1:Certificate", (host) => ({ dnsNames: [host], secretName: `${host}-tls` })],
];

function claim(own: string, type: string, spec: object, namespace: string): Planned {
  const [apiVersion = "", kind = ""] = type.split(":");
  const metadata = { name: "claim", namespace, labels: { "odoo-saas.dev/tenant": own } };
  return { type: `kubernetes:${type}`, name: "claim", parent: own, props: { apiVersion, kind, metadata, spec } };
}

/** For a program what the API server would let through; a tenant's own account is refused by the API server already. */
describe("a program that claims another tenant's host", () => {
  for (const [type, spec] of CLAIMS) {
    it(`is refused for every pair: ${type}`, () => {
      for (const [own, other] of PAIRS) {
        for (const host of [`${other}.${BASE_DOMAIN}`, `erp.${other}.example`]) {
          const resources = compliantStack("prod", TENANTS);
          add(claim(own, type, spec(host), `odoo-${own}`))(resources);
          const messages = judge(uniqueHosts, resources).map(({ message }) => message);
          assert.ok(messages.length > 0, `${own} → ${other}: ${host}`);
          for (const message of messages) assert.ok(message.includes(host), message);
        }
      }
    });

    it(`is refused for every pair, above and below the other's: ${type}`, () => {
      for (const [own, other] of PAIRS) {
        for (const host of [`a.${other}.${BASE_DOMAIN}`, `a.b.erp.${other}.example`, `${other}.example`]) {
          const resources = compliantStack("prod", TENANTS);
          add(claim(own, type, spec(host), `odoo-${own}`))(resources);
          const messages = judge(uniqueHosts, resources).map(({ message }) => message);
          assert.ok(
            messages.some((message) => message.startsWith("claim: ") && message.includes(host)),
            `${own} → ${other}: ${host}`,
          );
        }
      }
    });

    it(`is refused for every pair, in the other's namespace: ${type}`, () => {
      for (const [own, other] of PAIRS) {
        const resources = compliantStack("prod", TENANTS);
        add(claim(own, type, spec(`new.${own}.example`), `odoo-${other}`))(resources);
        const messages = judge(tenantBoundary, resources).map(({ message }) => message);
        assert.ok(
          messages.some((message) => message.includes(`odoo-${other}`)),
          `${own} → ${other}: ${messages.join()}`,
        );
      }
    });
  }

  it("would not be refused for a host of its own", () => {
    for (const own of TENANTS) {
      for (const [type, spec] of CLAIMS) {
        const resources = compliantStack("prod", TENANTS);
        add(claim(own, type, spec(`erp.${own}.example`), `odoo-${own}`))(resources);
        assert.deepEqual(judge(uniqueHosts, resources), []);
      }
    }
  });
});
