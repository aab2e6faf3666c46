import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { checkout } from "../../policies/lib/checkout.ts";
import { PUBLISHED_NETWORKS_FILE, publishedNetworks } from "../../policies/lib/publishedNetworks.ts";
import { networkPolicyScope } from "../../policies/networkPolicyScope.ts";
import { compliantStack, set } from "./support/fixtures.ts";
import { judge } from "../../features/look/judge.ts";

/** Does something with a checkout whose list of published networks has this content. */
function withList<T>(content: string | undefined, use: (root: string) => T): T {
  const root = mkdtempSync(join(tmpdir(), "odoo-saas-published-"));
  const was = checkout.root;
  try {
    if (content !== undefined) {
      const file = join(root, PUBLISHED_NETWORKS_FILE);
      mkdirSync(dirname(file));
      writeFileSync(file, content);
    }
    checkout.root = root;
    return use(root);
  } finally {
    checkout.root = was;
    rmSync(root, { recursive: true, force: true });
  }
}

/** What the policy says of a tenant's rule in the compliant stack, with some networks listed. */
function judged(listed: readonly string[], rule: { to: unknown; ports?: unknown }, direction = "egress"): string[] {
  return withList(JSON.stringify({ objectStore: listed }), () => {
    const resources = compliantStack("prod");
    const path = direction === "egress" ? "spec.egress.1" : "spec.ingress.0";
    set("acme-allow", path, direction === "egress" ? rule : { from: rule.to, ports: rule.ports })(resources);
    return judge(networkPolicyScope, resources, {}).map(({ message }) => message);
  });
}

const S3 = "52.216.0.0/15";
const HTTPS = [{ protocol: "TCP", port: 443 }];
const to = (cidr: string) => [{ ipBlock: { cidr } }];

describe("networks that a cloud publishes for its object store", () => {
  it("are none in the project as it is: nobody has listed any", () => {
    assert.deepEqual([...publishedNetworks(checkout.root)], []);
    assert.deepEqual(JSON.parse(readFileSync(join(checkout.root, PUBLISHED_NETWORKS_FILE), "utf8")), {
      objectStore: [],
    });
  });

  it("may be named once they are listed, by HTTPS", () => {
    assert.match(judged([], { to: to(S3), ports: HTTPS }).join("\n"), /wider than \/24.*published-networks\.json/);
    assert.deepEqual(judged([S3], { to: to(S3), ports: HTTPS }), []);
    assert.deepEqual(judged(["2600:1fa0:8000::/39"], { to: to("2600:1fa0:8000::/39"), ports: HTTPS }), []);
  });

  for (const [what, rule, direction] of [
    ["another port", { to: to(S3), ports: [{ protocol: "TCP", port: 5432 }] }, "egress"],
    ["a second port", { to: to(S3), ports: [...HTTPS, { protocol: "TCP", port: 22 }] }, "egress"],
    ["ports up to another", { to: to(S3), ports: [{ protocol: "TCP", port: 443, endPort: 65535 }] }, "egress"],
    ["UDP", { to: to(S3), ports: [{ protocol: "UDP", port: 443 }] }, "egress"],
    ["all ports", { to: to(S3) }, "egress"],
    ["a wider network around it", { to: to("52.216.0.0/14"), ports: HTTPS }, "egress"],
    ["another network", { to: to("52.218.0.0/15"), ports: HTTPS }, "egress"],
    ["the way in", { to: to(S3), ports: HTTPS }, "ingress"],
  ] as const) {
    it(`open nothing else: ${what}`, () => assert.notDeepEqual(judged([S3], rule, direction), []));
  }

  for (const wrong of [
    "52.0.0.0/13",
    "0.0.0.0/0",
    "10.0.0.0/14",
    "fd00::/32",
    "2600::/31",
    "52.217.0.0/15",
    "::/0",
    "s3",
  ]) {
    it(`are not what is too wide, private, or no network: ${wrong}`, () => {
      withList(JSON.stringify({ objectStore: [wrong] }), (root) => assert.equal(publishedNetworks(root).size, 0));
    });
  }

  for (const content of [undefined, "", "[]", '{ "objectStore": "52.216.0.0/15" }', '{ "all": ["52.216.0.0/15"] }']) {
    it(`are none where the list is none: ${String(content)}`, () => {
      withList(content, (root) => assert.equal(publishedNetworks(root).size, 0));
    });
  }
});
