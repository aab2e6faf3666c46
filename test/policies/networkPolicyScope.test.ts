import { networkPolicyScope } from "../../policies/networkPolicyScope.ts";
import { add, both, remake, set } from "./support/fixtures.ts";
import { type Breach, describePolicy, type Tolerated } from "./support/describePolicy.ts";
import { writeHostFiles } from "./support/hostCheckout.ts";
import { UNKNOWN } from "../../lib/pulumiMarks.ts";
import { emptyCheckout, useCheckout } from "./support/releasedCheckout.ts";

const NAME = "kubernetes.io/metadata.name";
const FROM = "spec.ingress.0.from";
const TO = "spec.egress.1.to";
const DNS_PORTS = [
  { port: 53, protocol: "UDP" },
  { port: 53, protocol: "TCP" },
];

/** A breach of the policy that lets traffic through. */
function allow(what: string, path: string, value: unknown, message: RegExp): Breach {
  return [what, set("acme-allow", path, value), "acme-allow", message];
}

function network(cidr: unknown, message = /spec\.egress\[1\]\.to\[0\]\.ipBlock\.cidr .*wider than \/24/): Breach {
  return allow(`egress to ${String(cidr)}`, TO, [{ ipBlock: { cidr } }], message);
}

function namespaces(what: string, namespaceSelector: unknown, message: RegExp): Breach {
  return allow(what, FROM, [{ namespaceSelector }], message);
}

const NOT_NAMED = /namespaceSelector does not say which namespaces/;

/** What would open pods of the platform's, which have log-ins of the servers, to more than a service. */
const PLATFORM_WAYS: readonly (readonly [what: string, spec: Record<string, unknown>, message: RegExp])[] = [
  ["in from everybody", { policyTypes: ["Ingress"], ingress: [{}] }, /names no peers, which means all/],
  [
    "in from a tenant",
    {
      policyTypes: ["Ingress"],
      ingress: [{ from: [{ namespaceSelector: { matchLabels: { [NAME]: "odoo-acme" } } }] }],
    },
    /the namespace of tenant acme/,
  ],
  [
    "out to the world",
    { policyTypes: ["Egress"], egress: [{ to: [{ ipBlock: { cidr: "0.0.0.0/0" } }], ports: [{ port: 443 }] }] },
    /wider than/,
  ],
  [
    "out to the metadata service",
    { policyTypes: ["Egress"], egress: [{ to: [{ ipBlock: { cidr: "169.254.169.254/32" } }], ports: [{ port: 80 }] }] },
    /metadata service/,
  ],
];

const PROXIES = { "gateway.networking.k8s.io/gateway-name": "odoo" };

/** What lets the Gateway's proxies talk to everybody, for the pods of a selector in a namespace. */
function open(podSelector: unknown, namespace = "odoo-platform") {
  return add({
    type: "kubernetes:networking.k8s.io/v1:NetworkPolicy",
    name: "platform-proxies",
    parent: "platform",
    props: {
      apiVersion: "networking.k8s.io/v1",
      kind: "NetworkPolicy",
      metadata: { name: "proxies", namespace },
      spec: { podSelector, policyTypes: ["Ingress", "Egress"], ingress: [{}], egress: [{}] },
    },
  });
}

describe("of a stack whose proxies are beside the Gateway", () => {
  useCheckout(() => writeHostFiles(emptyCheckout()));
  describePolicy(networkPolicyScope, {
    breaches: [
      ...(
        [
          ["all pods of the platform", {}],
          ["pods of the Gateway's name alone in another namespace", { matchLabels: PROXIES }, "odoo-acme"],
          ["other pods of the platform", { matchLabels: { app: "watchdog" } }],
          ["proxies of another Gateway", { matchLabels: { "gateway.networking.k8s.io/gateway-name": "other" } }],
          [
            "pods by expression",
            { matchExpressions: [{ key: "gateway.networking.k8s.io/gateway-name", operator: "Exists" }] },
          ],
          [
            "proxies and more by expression",
            { matchLabels: PROXIES, matchExpressions: [{ key: "a", operator: "Exists" }] },
          ],
        ] as const
      ).map(([what, podSelector, namespace]): Breach => [
        `everything for ${what}`,
        open(podSelector, namespace),
        "platform-proxies",
        /names no peers, which means all/,
      ]),
      ...PLATFORM_WAYS.map(([what, spec, message]): Breach => [
        `the platform's own policy, ${what}`,
        add({
          type: "kubernetes:networking.k8s.io/v1:NetworkPolicy",
          name: "platform-open",
          parent: "platform",
          props: {
            metadata: { namespace: "odoo-platform" },
            spec: { podSelector: { matchLabels: { app: "x" } }, ...spec },
          },
        }),
        "platform-open",
        message,
      ]),
      allow("policyTypes left out", "spec.policyTypes", undefined, /spec\.policyTypes is not set/),
      allow("policyTypes without entries", "spec.policyTypes", [], /spec\.policyTypes is not set/),
      allow(
        "egress rules that policyTypes leaves out",
        "spec.policyTypes",
        ["Ingress"],
        /spec\.egress has rules.*Egress/,
      ),
      allow(
        "ingress rules that policyTypes leaves out",
        "spec.policyTypes",
        ["Egress"],
        /spec\.ingress has rules.*Ingress/,
      ),
      allow("an ingress rule without from", FROM, undefined, /spec\.ingress\[0\]\.from names no peers/),
      allow("an ingress rule with an empty from", FROM, [], /spec\.ingress\[0\]\.from names no peers/),
      allow("an empty ingress rule", "spec.ingress", [{}], /spec\.ingress\[0\]\.from names no peers/),
      allow("an egress rule without to", TO, undefined, /spec\.egress\[1\]\.to names no peers/),
      allow("an egress rule with an empty to", TO, [], /spec\.egress\[1\]\.to names no peers/),
      allow("a rule for all ports", "spec.egress.1.ports", undefined, /spec\.egress\[1\]\.ports names none/),
      allow("a rule with an empty list of ports", "spec.ingress.0.ports", [], /spec\.ingress\[0\]\.ports names none/),
      allow("a peer that selects nothing", TO, [{}], /to\[0\] selects nothing/),

      network("0.0.0.0/0"),
      network("0.0.0.0/1"),
      network("128.0.0.0/1"),
      network("10.0.0.0/23"),
      network("::/0"),
      network("2001:db8::/63"),
      // All of IPv4, written as IPv6: mapped, spelled out, behind NAT64, and hidden in a block that is narrow for IPv6.
      network("::ffff:0:0/96"),
      network("::ffff:10.0.0.0/104"),
      network("0:0:0:0:0:ffff:0a00:0000/104"),
      network("64:ff9b::/96"),
      network("::/64"),
      network("169.254.169.0/24", /the cloud's metadata service/),
      network("169.254.169.254/32", /the cloud's metadata service/),
      network("::ffff:169.254.169.254/128", /the cloud's metadata service/),
      network("fd00:ec2::/64", /the cloud's metadata service/),
      ...["64:ff9b::a9fe:a9fe/128", "169.254.20.10/32", "169.254.170.23/32", "168.63.129.16/32", "fe80::1/128"].map(
        (cidr) => network(cidr, /the cloud's metadata service/),
      ),
      ...(
        [
          ["all ports", [{ protocol: "TCP" }]],
          ["its own port", [{ port: 80, protocol: "TCP" }]],
          ["DNS and its own port", [...DNS_PORTS, { port: 80, protocol: "TCP" }]],
          ["all ports from DNS's on", [{ port: 53, endPort: 80, protocol: "TCP" }]],
          ["the name of a port", [{ port: "dns", protocol: "TCP" }]],
          ["another protocol", [{ port: 53, protocol: "SCTP" }]],
        ] as const
      ).map(([what, ports]) =>
        allow(
          `the metadata address for ${what}`,
          "spec.egress.1",
          { to: [{ ipBlock: { cidr: "169.254.169.254/32" } }], ports },
          /to\[0\]\.ipBlock\.cidr is .* the cloud's metadata service/,
        ),
      ),
      allow(
        "a network around the metadata address for DNS",
        "spec.egress.1",
        { to: [{ ipBlock: { cidr: "169.254.169.252/30" } }], ports: DNS_PORTS },
        /the cloud's metadata service/,
      ),
      allow(
        "egress to all pods of a namespace",
        TO,
        [{ namespaceSelector: { matchLabels: { [NAME]: "kube-system" } } }],
        /to\[0\]\.podSelector names no pods/,
      ),
      allow(
        "egress to all pods of a namespace, spelled out",
        TO,
        [{ namespaceSelector: { matchLabels: { [NAME]: "kube-system" } }, podSelector: {} }],
        /to\[0\]\.podSelector names no pods/,
      ),
      ...["130.211.0.0/22", "35.191.0.0/16"].map((cidr) => network(cidr)),
      ...["130.211.0.0/21", "35.190.0.0/15", "35.192.0.0/16", "169.254.169.254/32"].map((cidr) =>
        allow(`ingress from ${cidr}`, FROM, [{ ipBlock: { cidr } }], /from\[0\]\.ipBlock\.cidr is /),
      ),
      network("10.0.0.0", /expected a network such as/),
      network("10.0.0.0/33", /expected a network such as/),
      network("::/129", /expected a network such as/),
      network("everywhere/0", /expected a network such as/),
      network(undefined, /cidr is not set, expected a network/),
      allow(
        "the world with exceptions",
        TO,
        [{ ipBlock: { cidr: "0.0.0.0/0", except: ["0.0.0.0/1", "128.0.0.0/2"] } }],
        /wider than .*exceptions do not/,
      ),
      [
        "a wide network in ingress",
        set("acme-allow", FROM, [{ ipBlock: { cidr: "10.0.0.0/8" } }]),
        "acme-allow",
        /spec\.ingress\[0\]\.from\[0\]\.ipBlock\.cidr/,
      ],
      [
        "the world after something narrow",
        set("acme-allow", `${TO}.1`, { ipBlock: { cidr: "0.0.0.0/0" } }),
        "acme-allow",
        /to\[1\]\.ipBlock/,
      ],
      allow(
        "all namespaces beside a network",
        TO,
        [{ ipBlock: { cidr: "10.50.16.0/28" }, namespaceSelector: {} }],
        NOT_NAMED,
      ),
      namespaces("all namespaces", {}, NOT_NAMED),
      namespaces("all namespaces, spelled out", { matchLabels: {}, matchExpressions: [] }, NOT_NAMED),
      namespaces("namespaces by a label that anyone can set", { matchLabels: { name: "kube-system" } }, NOT_NAMED),
      namespaces(
        "all namespaces but one",
        { matchExpressions: [{ key: NAME, operator: "NotIn", values: ["kube-system"] }] },
        NOT_NAMED,
      ),
      namespaces(
        "every namespace that has a name",
        { matchExpressions: [{ key: NAME, operator: "Exists" }] },
        NOT_NAMED,
      ),
      namespaces(
        "another key in a list of names",
        { matchExpressions: [{ key: "team", operator: "In", values: ["odoo-platform"] }] },
        NOT_NAMED,
      ),
      namespaces("another tenant", { matchLabels: { [NAME]: "odoo-globex-eu" } }, /the namespace of tenant globex-eu/),
      namespaces("a tenant of another stack", { matchLabels: { [NAME]: "odoo-elsewhere" } }, /tenant elsewhere/),
      namespaces(
        "another tenant in a list",
        { matchExpressions: [{ key: NAME, operator: "In", values: ["odoo-platform", "odoo-globex-eu"] }] },
        /values\[1\] is "odoo-globex-eu"/,
      ),
      namespaces(
        "another tenant by label, and a name in a list",
        {
          matchLabels: { [NAME]: "odoo-globex-eu" },
          matchExpressions: [{ key: NAME, operator: "In", values: ["odoo-platform"] }],
        },
        /the namespace of tenant globex-eu/,
      ),
      [
        "a policy for a tenant's namespace outside its component",
        both(remake("acme-allow", { parent: "platform" }), set("acme-allow", TO, [])),
        "acme-allow",
        /names no peers/,
      ],
      [
        "a policy in a tenant's component for another namespace",
        both(set("acme-allow", "metadata.namespace", "default"), set("acme-allow", TO, [])),
        "acme-allow",
        /names no peers/,
      ],
    ],
    tolerated: [
      ["everything for the Gateway's proxies", open({ matchLabels: PROXIES })],
      ...["169.254.20.10/32", "169.254.169.254/32", "168.63.129.16/32"].map((cidr): Tolerated => [
        `${cidr} for DNS alone`,
        set("acme-allow", "spec.egress.1", { to: [{ ipBlock: { cidr } }], ports: DNS_PORTS }),
      ]),
      [
        "the metadata address for ports that are not known yet",
        set("acme-allow", "spec.egress.1", { to: [{ ipBlock: { cidr: "169.254.169.254/32" } }], ports: UNKNOWN }),
      ],
      ...["130.211.0.0/22", "35.191.0.0/16"].map((cidr): Tolerated => [
        `ingress from Google's load balancers, ${cidr}`,
        set("acme-allow", FROM, [{ ipBlock: { cidr } }]),
      ]),
      ["a single address", set("acme-allow", TO, [{ ipBlock: { cidr: "10.50.18.10/32" } }])],
      ["the narrowest network that is allowed", set("acme-allow", TO, [{ ipBlock: { cidr: "2001:db8:1:2::/64" } }])],
      [
        "an IPv4 network written as IPv6 that is narrow",
        set("acme-allow", TO, [{ ipBlock: { cidr: "::ffff:10.1.2.0/120" } }]),
      ],
      [
        "the tenant's own namespace",
        set("acme-allow", FROM, [{ namespaceSelector: { matchLabels: { [NAME]: "odoo-acme" } } }]),
      ],
      [
        "namespaces that are not known yet",
        set("acme-allow", FROM, [{ namespaceSelector: { matchExpressions: UNKNOWN } }]),
      ],
      [
        "a list of namespaces that is not known yet",
        set("acme-allow", FROM, [
          { namespaceSelector: { matchExpressions: [{ key: NAME, operator: "In", values: UNKNOWN }] } },
        ]),
      ],
      ["the tenant's own pods", set("acme-allow", FROM, [{ podSelector: {} }])],
      [
        "shared namespaces in a list",
        set("acme-allow", FROM, [
          {
            namespaceSelector: {
              matchExpressions: [{ key: NAME, operator: "In", values: ["monitoring", "odoo-platform"] }],
            },
          },
        ]),
      ],
      ["rules that deny", set("acme-deny", "spec.ingress", [])],
      [
        "no rules of a direction that policyTypes leaves out",
        both(set("acme-deny", "spec.policyTypes", ["Egress"]), set("acme-deny", "spec.ingress", [])),
      ],
    ],
    guarded: [
      ["acme-allow", "spec"],
      ["acme-allow", "spec.policyTypes"],
      ["acme-allow", "spec.policyTypes.1"],
      ["acme-allow", FROM],
      ["acme-allow", `${FROM}.0`],
      ["acme-allow", `${FROM}.0.namespaceSelector`],
      ["acme-allow", `${FROM}.0.namespaceSelector.matchLabels`],
      ["acme-allow", ["spec", "ingress", "0", "from", "0", "namespaceSelector", "matchLabels", NAME]],
      ["acme-allow", "spec.ingress.0.ports"],
      ["acme-allow", `${TO}.0.ipBlock`],
      ["acme-allow", `${TO}.0.ipBlock.cidr`],
      ["acme-allow", "metadata.namespace"],
    ],
  });
});

describePolicy(networkPolicyScope, {
  config: { minPrefixIPv4: 28, minPrefixIPv6: 96 },
  breaches: [network("10.0.0.0/27", /wider than \/28/), network("2001:db8::/95", /wider than .*\/96/)],
  tolerated: [],
  guarded: [],
});
