import assert from "node:assert/strict";
import { parse } from "yaml";
import { isOpen, judge, networkPolicySchema } from "./networkPolicy.ts";
import type { Endpoint, NetworkPolicy, Protocol } from "./networkPolicy.ts";

/** The policies are the examples of https://kubernetes.io/docs/concepts/services-networking/network-policies/. */
const policy = (spec: string, namespace = "default"): NetworkPolicy =>
  networkPolicySchema.parse({ metadata: { name: "test", namespace }, spec: parse(spec) as unknown });

let address = 0;
const pod = (
  labels: Record<string, string> = {},
  namespace = "default",
  extra: Record<string, string> = {},
): Endpoint => ({
  name: `${namespace}/${JSON.stringify(labels)}`,
  ips: [`192.168.0.${++address}`],
  pod: { namespace, namespaceLabels: { "kubernetes.io/metadata.name": namespace, ...extra }, labels },
});
const host = (ip: string): Endpoint => ({ name: ip, ips: [ip] });

const open = (
  policies: readonly NetworkPolicy[],
  from: Endpoint,
  to: Endpoint,
  port: number,
  protocol: Protocol = "TCP",
): boolean => isOpen(judge(policies, { from, to, port, protocol }));

describe("the evaluator of network policies", () => {
  it("lets everything through where no policy selects the pod", () => {
    const elsewhere = policy("podSelector: {}\npolicyTypes: [Ingress, Egress]", "elsewhere");
    const other = policy("podSelector: { matchLabels: { role: db } }\npolicyTypes: [Ingress, Egress]");
    assert.ok(open([], pod(), pod(), 80));
    assert.ok(open([elsewhere, other], pod(), pod(), 80));
    assert.ok(open([elsewhere, other], pod(), host("8.8.8.8"), 53, "UDP"));
  });

  describe("test-network-policy", () => {
    const example = policy(`
      podSelector: { matchLabels: { role: db } }
      policyTypes: [Ingress, Egress]
      ingress:
        - from:
            - ipBlock: { cidr: 172.17.0.0/16, except: [172.17.1.0/24] }
            - namespaceSelector: { matchLabels: { project: myproject } }
            - podSelector: { matchLabels: { role: frontend } }
          ports: [{ protocol: TCP, port: 6379 }]
      egress:
        - to: [{ ipBlock: { cidr: 10.0.0.0/24 } }]
          ports: [{ protocol: TCP, port: 5978 }]`);
    const db = pod({ role: "db" });
    const cases: [string, Endpoint, Endpoint, number, Protocol, boolean][] = [
      ["a frontend pod of the same namespace", pod({ role: "frontend" }), db, 6379, "TCP", true],
      ["a frontend pod of another namespace", pod({ role: "frontend" }, "other"), db, 6379, "TCP", false],
      ["any pod of a namespace of the project", pod({}, "p", { project: "myproject" }), db, 6379, "TCP", true],
      ["an address at the start of the network", host("172.17.0.0"), db, 6379, "TCP", true],
      ["an address at the end of its first part", host("172.17.0.255"), db, 6379, "TCP", true],
      ["the start of the exception", host("172.17.1.0"), db, 6379, "TCP", false],
      ["the end of the exception", host("172.17.1.255"), db, 6379, "TCP", false],
      ["the end of the network", host("172.17.255.255"), db, 6379, "TCP", true],
      ["after the network", host("172.18.0.0"), db, 6379, "TCP", false],
      ["another port", pod({ role: "frontend" }), db, 6380, "TCP", false],
      ["another protocol", pod({ role: "frontend" }), db, 6379, "UDP", false],
      ["out to the network", db, host("10.0.0.255"), 5978, "TCP", true],
      ["out beyond the network", db, host("10.0.1.0"), 5978, "TCP", false],
      ["out to another port", db, host("10.0.0.1"), 5979, "TCP", false],
      ["out to a pod", db, pod({ role: "frontend" }), 5978, "TCP", false],
    ];
    for (const [what, from, to, port, protocol, expected] of cases) {
      it(`${expected ? "lets through" : "refuses"} ${what}`, () => {
        assert.equal(open([example], from, to, port, protocol), expected);
      });
    }
  });

  it("takes two selectors of one peer together, and those of two peers apart", () => {
    const alice = "namespaceSelector: { matchLabels: { user: alice } }";
    const client = "podSelector: { matchLabels: { role: client } }";
    const both = policy(`podSelector: {}\ningress: [{ from: [{ ${alice}, ${client} }] }]`);
    const either = policy(`podSelector: {}\ningress: [{ from: [{ ${alice} }, { ${client} }] }]`);
    const target = pod();
    const [hers, herClient] = [pod({}, "a", { user: "alice" }), pod({ role: "client" }, "a", { user: "alice" })];
    const ownClient = pod({ role: "client" });
    assert.deepEqual(
      [hers, herClient, ownClient].map((from) => open([both], from, target, 1)),
      [false, true, false],
    );
    assert.deepEqual(
      [hers, herClient, ownClient].map((from) => open([either], from, target, 1)),
      [true, true, true],
    );
  });

  it("denies and allows by default as the examples do, and adds policies up", () => {
    const [a, b] = [pod({ n: "a" }), pod({ n: "b" })];
    const denyIn = policy("podSelector: {}\npolicyTypes: [Ingress]");
    const allowIn = policy("podSelector: {}\ningress: [{}]\npolicyTypes: [Ingress]");
    const denyOut = policy("podSelector: {}\npolicyTypes: [Egress]");
    const allowOut = policy("podSelector: {}\negress: [{}]\npolicyTypes: [Egress]");
    const ask = (...policies: NetworkPolicy[]) => judge(policies, { from: a, to: b, port: 80, protocol: "SCTP" });
    assert.deepEqual(ask(denyIn), { egress: true, ingress: false });
    assert.deepEqual(ask(denyIn, allowIn), { egress: true, ingress: true });
    assert.deepEqual(ask(denyOut), { egress: false, ingress: true });
    assert.deepEqual(ask(denyOut, allowOut), { egress: true, ingress: true });
    assert.deepEqual(ask(denyOut, denyIn, allowIn), { egress: false, ingress: true });
    assert.ok(open([denyIn, denyOut], a, a, 80), "a pod reaches itself");
  });

  it("takes policies without policyTypes to be for ingress, and for egress when they have such rules", () => {
    const [a, b] = [pod({ n: "a" }), pod({ n: "b" })];
    const ask = (spec: string) => judge([policy(spec)], { from: a, to: b, port: 80, protocol: "TCP" });
    assert.deepEqual(ask("podSelector: {}"), { egress: true, ingress: false });
    assert.deepEqual(ask("podSelector: {}\negress: []"), { egress: true, ingress: false });
    assert.deepEqual(ask("podSelector: {}\negress: [{}]"), { egress: true, ingress: false });
  });

  it("knows ranges of ports, ports by name and protocols without a port", () => {
    const range = policy(`
      podSelector: {}
      policyTypes: [Egress]
      egress: [{ to: [{ ipBlock: { cidr: 10.0.0.0/24 } }], ports: [{ protocol: TCP, port: 32000, endPort: 32768 }] }]`);
    const ports = [31999, 32000, 32500, 32768, 32769];
    assert.deepEqual(
      ports.map((port) => open([range], pod(), host("10.0.0.9"), port)),
      [false, true, true, true, false],
    );

    const named = policy("podSelector: {}\ningress: [{ ports: [{ port: http }, { protocol: UDP }] }]");
    const web: Endpoint = { ...pod(), pod: { ...pod().pod!, ports: [{ name: "http", port: 8069, protocol: "TCP" }] } };
    assert.ok(open([named], host("1.1.1.1"), web, 8069));
    assert.ok(!open([named], host("1.1.1.1"), web, 8070));
    assert.ok(open([named], host("1.1.1.1"), web, 8069, "UDP"));
    assert.ok(!open([named], host("1.1.1.1"), pod(), 8069));
  });

  it("knows every operator of selectors", () => {
    const from = (expression: string, labels: Record<string, string>) => {
      const rule = policy(
        `podSelector: {}\ningress: [{ from: [{ podSelector: { matchExpressions: [${expression}] } }] }]`,
      );
      return open([rule], pod(labels), pod(), 80);
    };
    const tiers = [{ tier: "web" }, { tier: "db" }, {}];
    const results = (expression: string) => tiers.map((labels) => from(expression, { ...labels }));
    assert.deepEqual(results("{ key: tier, operator: In, values: [web, cache] }"), [true, false, false]);
    assert.deepEqual(results("{ key: tier, operator: NotIn, values: [web] }"), [false, true, true]);
    assert.deepEqual(results("{ key: tier, operator: Exists }"), [true, true, false]);
    assert.deepEqual(results("{ key: tier, operator: DoesNotExist }"), [false, false, true]);
  });

  it("keeps address families apart", () => {
    const all4 = policy("podSelector: {}\negress: [{ to: [{ ipBlock: { cidr: 0.0.0.0/0 } }] }]");
    assert.ok(open([all4], pod(), host("8.8.8.8"), 1));
    assert.ok(!open([all4], pod(), host("2001:db8::1"), 1));
    const some6 = policy("podSelector: {}\negress: [{ to: [{ ipBlock: { cidr: 2001:db8::/64 } }] }]");
    assert.ok(open([some6], pod(), host("2001:db8::1"), 1));
    assert.ok(!open([some6], pod(), host("2001:db8:1::1"), 1));
  });

  it("refuses what it does not know", () => {
    assert.throws(() => policy("podSelector: {}\nsomethingNew: true"));
    assert.throws(() => policy("podSelector: {}\ningress: [{ from: [{ serviceSelector: {} }] }]"));
  });
});
