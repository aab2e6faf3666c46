import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import { Maintenance } from "../../components/maintenance.ts";
import { NetworkIsolation } from "../../components/networkIsolation.ts";
import { stackSettingsOf } from "../../config/index.ts";
import type { StackSettings } from "../../config/index.ts";
import { stackSchema } from "../../config/schemas/stack.ts";
import { networkPolicyScope } from "../../policies/networkPolicyScope.ts";
import type { Resource } from "../../features/look/judge.ts";
import { add } from "../policies/support/fixtures.ts";
import { judge as judgePolicy } from "../../features/look/judge.ts";
import { blocks, ROOT } from "../docs/pages.ts";
import { COMPANY } from "../support/company.ts";
import { runProgram } from "../../lib/mockEngine.ts";
import type { RecordedResource } from "../../lib/mockEngine.ts";
import { judge, networkPolicySchema } from "../support/networkPolicy.ts";
import type { Endpoint, NetworkPolicy, Protocol } from "../support/networkPolicy.ts";
import { exampleStack, exampleTenant } from "../support/specs.ts";
import { validStack } from "../support/stackValues.ts";

/**
 * What each kind of cluster has, as its documents say, against the policies that its settings in docs/clusters.md come to, by the
 * evaluator that shares no code with them.
 */

const FOLDER = join(import.meta.dirname, "clusters");
const PAGE = "docs/clusters.md";
const POLICY = "kubernetes:networking.k8s.io/v1:NetworkPolicy";
const TENANTS = ["acme", "globex"];
const PARTS = ["web", "cron", "init", "backup"];
/** Ports of Odoo, of DNS, of what hands out credentials (80, 988, 32526), and of what is tried first. */
const PORTS = [22, 53, 80, 443, 988, 5353, 5432, 6443, 8069, 8072, 8080, 9153, 9180, 10250, 32526];
const PROTOCOLS: readonly Protocol[] = ["TCP", "UDP", "SCTP"];

const end = z.strictObject({
  name: z.string(),
  namespace: z.string().optional(),
  labels: z.record(z.string(), z.string()).optional(),
  ip: z.string(),
});
const fixture = z.strictObject({
  documents: z.array(z.url()).min(1),
  settings: z.record(z.string(), z.unknown()),
  /** Must reach web pods. */
  gateway: z.array(end).min(1),
  /** Must be reached for names. */
  dns: z.array(end.extend({ port: z.int() })).min(1),
  /** Must neither reach nor be reached. */
  others: z.array(end).min(1),
});

const clusters = readdirSync(FOLDER).map((file) => ({
  name: file.replace(".yaml", ""),
  ...fixture.parse(parse(readFileSync(join(FOLDER, file), "utf8"))),
}));

describe("network policies on other clusters, by an evaluator of their own", () => {
  for (const cluster of clusters) {
    describe(cluster.name, () => {
      let resources: readonly RecordedResource[];
      let policies: NetworkPolicy[];

      before(async () => {
        resources = await policiesOf(settingsOf(cluster.settings));
        policies = resources.map(({ revealed }) => networkPolicySchema.parse(revealed));
      });

      it("lets the Gateway in to web pods and the maintenance page, by their ports", () => {
        for (const from of cluster.gateway.map(endOf)) {
          for (const tenant of TENANTS) {
            for (const part of PARTS) {
              const expected = part === "web" ? ["TCP/8069", "TCP/8072"] : [];
              assert.deepEqual(openPorts(policies, from, podOf(tenant, part)), expected, `${from.name} → ${part}`);
            }
          }
          assert.deepEqual(openPorts(policies, from, MAINTENANCE), ["TCP/8080"], from.name);
        }
      });

      it("lets every pod ask for names, and reach nothing else where they are answered", () => {
        for (const { port, ...server } of cluster.dns) {
          for (const from of TENANTS.flatMap((tenant) => PARTS.map((part) => podOf(tenant, part)))) {
            const open = openPorts(policies, from, endOf(server));
            assert.deepEqual(open, [`TCP/${port}`, `UDP/${port}`], `${from.name} → ${server.name}`);
          }
          assert.deepEqual(openPorts(policies, endOf(server), podOf("acme", "web")), [], server.name);
        }
      });

      it("keeps tenants apart at both ends, and all others out", () => {
        const others = [...cluster.others, { name: "the internet", ip: "1.1.1.1" }, METADATA_V6].map(endOf);
        for (const part of PARTS) {
          const own = podOf("acme", part);
          for (const other of others) {
            assert.deepEqual(openPorts(policies, own, other), [], `${part} → ${other.name}`);
            assert.deepEqual(openPorts(policies, other, own), [], `${other.name} → ${part}`);
            assert.deepEqual(openPorts(policies, other, MAINTENANCE), [], `${other.name} → maintenance`);
          }
          for (const theirs of PARTS) {
            for (const port of PORTS) {
              const verdict = judge(policies, { from: own, to: podOf("globex", theirs), protocol: "TCP", port });
              assert.deepEqual(verdict, { egress: false, ingress: false }, `${part} → ${theirs}:${port}`);
            }
          }
        }
      });

      it("is accepted by the policy pack", () => {
        assert.deepEqual(judgePolicy(networkPolicyScope, asTenants(resources)), []);
      });

      it(`has its settings in ${PAGE}`, () => {
        const shown = blocks(PAGE).map(({ lines }): unknown => parse(lines.join("\n")));
        const own = { "odoo-saas:kubernetes": cluster.settings };
        assert.ok(
          shown.some((block) => JSON.stringify(block) === JSON.stringify(own)),
          JSON.stringify(own),
        );
      });
    });
  }

  it(`are the ones of ${PAGE}, whose documents it names`, () => {
    assert.equal(blocks(PAGE).filter(({ kind }) => kind === "yaml").length, clusters.length);
    const page = readFileSync(join(ROOT, PAGE), "utf8");
    for (const { name, documents } of clusters) {
      for (const url of documents) assert.ok(page.includes(url), `${name}: ${url}`);
    }
  });

  it("have the default Envoy Gateway in the stacks of the fixture company", () => {
    const envoy = clusters.find(({ name }) => name === "envoy-gateway");
    assert.ok(envoy);
    const { gateway, dns } = settingsOf(envoy.settings).kubernetes;
    for (const [stack, { kubernetes }] of stackSettingsOf(COMPANY)) {
      assert.deepEqual([kubernetes.gateway, kubernetes.dns], [gateway, dns], stack);
    }
  });

  it("would be seen to let nobody in and to know no names, were a stack's settings another cluster's", async () => {
    const [envoy, openshift] = ["envoy-gateway", "openshift"].map((name) => clusters.find((one) => one.name === name));
    assert.ok(envoy && openshift);
    const [proxy, coredns, dnsDefault] = [envoy.gateway[0], envoy.dns[0], openshift.dns[0]].map(
      (one) => one && endOf(one),
    );
    assert.ok(proxy && coredns && dnsDefault);
    const standard = (await policiesOf(settingsOf({ gatewayClassName: "envoy" }))).map(({ revealed }) =>
      networkPolicySchema.parse(revealed),
    );
    // What the program had for every cluster: a default Envoy Gateway cannot come in, and OpenShift has no names.
    assert.deepEqual(openPorts(standard, proxy, podOf("acme", "web")), []);
    assert.deepEqual(openPorts(standard, podOf("acme", "web"), dnsDefault), []);
    assert.deepEqual(openPorts(standard, podOf("acme", "web"), coredns), ["TCP/53", "UDP/53"]);
  });
});

const METADATA_V6 = { name: "the metadata service by IPv6", ip: "fd00:ec2::254" };
const MAINTENANCE: Endpoint = {
  name: "maintenance",
  ips: ["10.0.2.1"],
  pod: podIn("odoo-platform", { "app.kubernetes.io/name": "odoo-maintenance" }),
};

function settingsOf(kubernetes: Readonly<Record<string, unknown>>): StackSettings {
  return stackSchema.parse({ ...validStack(), kubernetes: { storageClassName: "files", ...kubernetes } });
}

async function policiesOf({ kubernetes }: StackSettings): Promise<readonly RecordedResource[]> {
  const { resources } = await runProgram(() => {
    for (const id of TENANTS) {
      new NetworkIsolation(`${id}-network`, {
        tenant: exampleTenant({ id }),
        stack: exampleStack({ kubernetes }),
        namespace: `odoo-${id}`,
      });
    }
    new Maintenance("platform-maintenance", {
      namespace: "odoo-platform",
      gateway: kubernetes.gateway,
      labels: {},
      image: exampleTenant().release.image,
      script: "print()",
      priorityClass: "odoo-web",
    });
  });
  return resources.filter(({ type }) => type === POLICY);
}

/** The policies below their tenants, as the engine shows them. */
function asTenants(resources: readonly RecordedResource[]): Resource[] {
  const stack = { type: "pulumi:pulumi:Stack", name: "odoo-saas-prod", parent: undefined, protect: false, props: {} };
  const all: Resource[] = [{ ...stack, urn: `urn:pulumi:prod::odoo-saas::${stack.type}::${stack.name}` }];
  for (const id of TENANTS) add({ type: "odoo:saas:OdooTenant", name: id, parent: undefined, props: {} })(all);
  for (const { type, name, revealed } of resources) {
    const parent = TENANTS.find((id) => name.startsWith(`${id}-`));
    if (parent !== undefined)
      add({ type, name, parent, props: z.record(z.string(), z.unknown()).parse(revealed) })(all);
  }
  return all;
}

function podOf(tenant: string, part: string): Endpoint {
  return {
    name: `${tenant}'s ${part}`,
    ips: [`10.0.1.${TENANTS.indexOf(tenant) * 10 + PARTS.indexOf(part)}`],
    pod: podIn(`odoo-${tenant}`, {
      "app.kubernetes.io/name": "odoo",
      "app.kubernetes.io/instance": tenant,
      "app.kubernetes.io/component": part,
    }),
  };
}

function endOf({ name, namespace, labels = {}, ip }: z.output<typeof end>): Endpoint {
  return { name, ips: [ip], ...(namespace === undefined ? {} : { pod: podIn(namespace, labels) }) };
}

function podIn(namespace: string, labels: Readonly<Record<string, string>>) {
  return { namespace, namespaceLabels: { "kubernetes.io/metadata.name": namespace }, labels };
}

function openPorts(policies: readonly NetworkPolicy[], from: Endpoint, to: Endpoint): string[] {
  return PROTOCOLS.flatMap((protocol) =>
    PORTS.filter((port) => {
      const { egress, ingress } = judge(policies, { from, to, protocol, port });
      return egress && ingress;
    }).map((port) => `${protocol}/${port}`),
  );
}
