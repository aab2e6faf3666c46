import assert from "node:assert/strict";
import { parseNetwork as parseInFiles, isPublic as isPublicInFiles } from "../../config/networks.ts";
import { isPublic, parseNetwork } from "../../policies/lib/networks.ts";
import { tenantEgress } from "../../policies/tenantEgress.ts";
import { type Breach, describePolicy } from "./support/describePolicy.ts";
import { add, both, type Change, compliantStack, drop, named, set } from "./support/fixtures.ts";
import { judge } from "../../features/look/judge.ts";
import { UNKNOWN } from "../../lib/pulumiMarks.ts";

const REASON = ["metadata", "annotations", "odoo-saas.dev/way-out-for"];
const EXPRESSION = "spec.podSelector.matchExpressions.0";
const PEER = "spec.egress.0.to.0";

/** A breach of a way out. */
function wayOut(what: string, path: string | readonly string[], value: unknown, message: RegExp): Breach {
  return [what, set("acme-way-out", path, value), "acme-way-out", message];
}

const OTHER_PODS = /spec\.podSelector selects other pods than web and cron/;
const HTTPS = /spec\.egress\[0\]\.ports\[\d\] is .*, expected TCP 443/;
const INTERNET = /spec\.egress\[0\]\.to\[0\]\.ipBlock\.cidr is .*, expected a network on the internet/;

describePolicy(tenantEgress, {
  breaches: [
    ...["", "Currency", "for the bank", 7].map((value) =>
      wayOut(`the reason ${JSON.stringify(value)}`, REASON, value, /expected the module that needs the way out/),
    ),
    wayOut(
      "a way out without its reason",
      REASON,
      undefined,
      /spec\.egress opens ways out in "currency-rate-update-egress"/,
    ),
    wayOut("a way out for all pods", "spec.podSelector", {}, OTHER_PODS),
    wayOut("a way out for all pods of Odoo", "spec.podSelector.matchExpressions", undefined, OTHER_PODS),
    wayOut("a way out for no part by name", `${EXPRESSION}.values`, [], OTHER_PODS),
    wayOut("a way out for the backup's pods", `${EXPRESSION}.values.1`, "backup", OTHER_PODS),
    wayOut("a way out for all but some", `${EXPRESSION}.operator`, "NotIn", OTHER_PODS),
    wayOut("a way out by another label", `${EXPRESSION}.key`, "team", OTHER_PODS),
    wayOut("a way in beside the way out", "spec.ingress", [{}], /spec\.ingress has ingress rules/),
    wayOut("a way out that opens nothing", "spec.egress", [], /spec\.egress opens nothing/),
    wayOut("a way out without rules", "spec.egress", undefined, /spec\.egress opens nothing/),
    wayOut("a way out for all ports", "spec.egress.0.ports", [], /ports names none, which means all/),
    wayOut("a way out for another port", "spec.egress.0.ports.0.port", 25, HTTPS),
    wayOut("a way out for a port by its name", "spec.egress.0.ports.0.port", "https", HTTPS),
    wayOut("a way out for every port of a protocol", "spec.egress.0.ports.0.port", undefined, HTTPS),
    wayOut("a way out for a range of ports", "spec.egress.0.ports.0.endPort", 8443, HTTPS),
    wayOut("a way out by another protocol", "spec.egress.0.ports.0.protocol", "UDP", HTTPS),
    wayOut("a way out for one port more", "spec.egress.0.ports.1", { port: 80, protocol: "TCP" }, HTTPS),
    wayOut("a way out to everybody", "spec.egress.0.to", [], /to names no peers, which means all/),
    wayOut("a way out to pods", PEER, { podSelector: {} }, /podSelector selects pods/),
    wayOut(
      "a way out to a namespace beside a network",
      `${PEER}.namespaceSelector`,
      { matchLabels: { "kubernetes.io/metadata.name": "kube-system" } },
      /namespaceSelector selects pods/,
    ),
    ...[
      ...[
        "0.0.0.0/0",
        "203.0.112.0/23",
        "2606:4700::/63",
        "10.50.16.0/28",
        "10.0.0.1/32",
        "172.20.0.1/32",
        "192.168.1.1/32",
      ],
      ...["100.64.0.1/32", "127.0.0.1/32", "169.254.169.254/32", "168.63.129.16/32", "198.18.0.1/32", "224.0.0.1/32"],
      ...[
        "fd00::1/128",
        "fe80::1/128",
        "::1/128",
        "::ffff:203.0.113.1/128",
        "64:ff9b::203.0.113.1/128",
        "2002:a00:1::/64",
      ],
      ...["203.0.113.1", "www.ecb.europa.eu", "", undefined],
    ].map((cidr) => wayOut(`a way out to ${String(cidr)}`, `${PEER}.ipBlock.cidr`, cidr, INTERNET)),
    wayOut(
      "an internal network after the internet",
      "spec.egress.0.to.1",
      { ipBlock: { cidr: "10.0.0.1/32" } },
      /to\[1\]/,
    ),
    [
      "ways out in a policy of another name",
      set("acme-allow", "metadata.name", "odoo-more"),
      "acme-allow",
      /spec\.egress opens ways out in "odoo-more", expected them in "odoo-egress" or with the annotation/,
    ],
    [
      "what one tenant alone may reach, among what is the stack's",
      set("acme-allow", "spec.egress.2", {
        to: [{ ipBlock: { cidr: "203.0.113.7/32" } }],
        ports: [{ port: 443, protocol: "TCP" }],
      }),
      "acme-allow",
      /spec\.egress\[2\] lets the tenant reach what most others of the stack may not/,
    ],
    [
      "another port than the others' to what is the stack's",
      set("acme-allow", "spec.egress.1.ports.0.port", 22),
      "acme-allow",
      /spec\.egress\[1\] lets the tenant reach what most others/,
    ],
  ],
  tolerated: [
    ["one part alone", set("acme-way-out", `${EXPRESSION}.values`, ["cron"])],
    ["a single address", set("acme-way-out", `${PEER}.ipBlock.cidr`, "203.0.113.7/32")],
    ["a network of IPv6", set("acme-way-out", `${PEER}.ipBlock.cidr`, "2606:4700:1:2::/64")],
    ["TCP, which is the default", set("acme-way-out", "spec.egress.0.ports.0.protocol", undefined)],
    ["a tenant without ways out of its own", drop("acme-way-out")],
    ["a policy that opens nothing", set("acme-deny", "spec.egress", [])],
    [
      "what all tenants reach",
      both(
        ...(["acme", "globex-eu"].map((id) => set(`${id}-allow`, "spec.egress.1.ports.0.port", 6432)) as [
          Change,
          Change,
        ]),
      ),
    ],
    [
      "a policy of the platform's own",
      add({
        type: "kubernetes:networking.k8s.io/v1:NetworkPolicy",
        name: "platform-open",
        parent: "platform",
        props: { metadata: { name: "x", namespace: "odoo-platform" }, spec: { podSelector: {}, egress: [{}] } },
      }),
    ],
  ],
  guarded: [
    ["acme-way-out", "spec"],
    ["acme-way-out", REASON],
    ["acme-way-out", "spec.podSelector"],
    ["acme-way-out", "spec.podSelector.matchExpressions"],
    ["acme-way-out", `${EXPRESSION}.key`],
    ["acme-way-out", `${EXPRESSION}.operator`],
    ["acme-way-out", `${EXPRESSION}.values`],
    ["acme-way-out", "spec.egress"],
    ["acme-way-out", "spec.egress.0.ports"],
    ["acme-way-out", "spec.egress.0.ports.0.port"],
    ["acme-way-out", "spec.egress.0.ports.0.protocol"],
    ["acme-way-out", "spec.egress.0.to"],
    ["acme-way-out", `${PEER}.ipBlock`],
    ["acme-way-out", `${PEER}.ipBlock.cidr`],
    ["acme-allow", "metadata.name"],
    ["acme-allow", "spec.egress"],
  ],
});

describe("policy tenant-egress among several tenants", () => {
  const TENANTS = ["acme", "globex-eu", "initech", "umbrella"];
  const extra = { to: [{ ipBlock: { cidr: "203.0.113.7/32" } }], ports: [{ port: 443 }] };
  /** Tenants that are told of when some of them have a rule that others lack. */
  const toldOf = (tenants: readonly string[], having: readonly string[]) => {
    const resources = compliantStack("prod", tenants);
    for (const id of having) set(`${id}-allow`, "spec.egress.2", extra)(resources);
    const urns = judge(tenantEgress, resources).map(({ urn }) => urn);
    return tenants.filter((id) => urns.includes(named(resources, `${id}-allow`).urn));
  };

  it("takes for the stack's what most have, and asks the others nothing", () => {
    assert.deepEqual(toldOf(TENANTS, ["acme"]), ["acme"]);
    assert.deepEqual(toldOf(TENANTS, ["acme", "umbrella"]), ["acme", "umbrella"]);
    assert.deepEqual(toldOf(TENANTS, ["acme", "globex-eu", "umbrella"]), []);
    assert.deepEqual(toldOf(TENANTS, TENANTS), []);
    assert.deepEqual(toldOf(TENANTS.slice(0, 2), ["acme"]), ["acme"]);
    assert.deepEqual(toldOf(TENANTS.slice(0, 1), ["acme"]), []);
  });

  it("waits for what is not known yet", () => {
    const resources = compliantStack("prod", TENANTS);
    set("acme-allow", "spec.egress.2", { ...extra, ports: [{ port: UNKNOWN }] })(resources);
    assert.deepEqual(judge(tenantEgress, resources), []);
  });
});

describe("the internet, for files and for policies", () => {
  it("is the same", () => {
    const texts = [
      ...Array.from({ length: 256 }, (_, first) => `${first}.1.2.0/24`),
      ...["100.63.0.0/24", "100.64.0.0/24", "100.127.0.0/24", "100.128.0.0/24", "168.63.129.0/24", "168.63.130.0/24"],
      ...["169.253.0.0/24", "169.254.0.0/24", "172.15.0.0/24", "172.16.0.0/24", "172.31.0.0/24", "172.32.0.0/24"],
      ...["192.0.0.0/24", "192.0.1.0/24", "192.167.0.0/24", "192.168.0.0/24", "198.17.0.0/24", "198.18.0.0/24"],
      ...["198.19.0.0/24", "198.20.0.0/24", "::/64", "::1/128", "2000::/64", "2001::/64", "2001:1::/64", "2002::/64"],
      ...[
        "2003::/64",
        "3fff::/64",
        "4000::/64",
        "fd00::/64",
        "fe80::/64",
        "ff02::/64",
        "::ffff:1.1.1.1/128",
        "2000::/2",
      ],
    ];
    for (const text of texts) {
      const [network, inFiles] = [parseNetwork(text), parseInFiles(text)];
      assert.ok(network && inFiles, text);
      assert.equal(isPublic(network), isPublicInFiles(inFiles), text);
    }
  });
});
