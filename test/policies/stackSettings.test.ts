import { stackSettings } from "../../policies/stackSettings.ts";
import { set } from "./support/fixtures.ts";
import { type Breach, describePolicy } from "./support/describePolicy.ts";
import { writeHostFiles } from "./support/hostCheckout.ts";
import { emptyCheckout, useCheckout } from "./support/releasedCheckout.ts";

const CIDR = "spec.egress.1.to.0.ipBlock.cidr";
const ISSUER = "spec.issuerRef.name";
const HOST = "smtpServer.host";

function inNamespace(name: string) {
  return { namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": name } } };
}

describe("what the stack's file says", () => {
  useCheckout(() => writeHostFiles(emptyCheckout()));

  describePolicy(stackSettings, {
    breaches: [
      ...["own", undefined].map((name): Breach => [
        `a Gateway of class ${name ?? "nothing"}`,
        set("platform-gateway", "spec.gatewayClassName", name),
        "platform-gateway",
        /gatewayClassName is .*, expected "envoy"/,
      ]),
      // Pods, Services, nodes and clouds' metadata of any cluster are not among them, nor is another team's server.
      ...[
        ...["10.0.0.0/24", "10.96.0.1/32", "10.244.1.0/24", "172.31.0.0/28", "192.168.0.0/24", "10.50.16.0/24"],
        ...["169.254.169.254/32", "100.100.100.200/32", "168.63.129.16/32", "192.0.0.192/32", "169.254.42.42/32"],
        ...["fd00:c1::a9fe:a9fe/128", "fd00:42::42/128", "fd20:ce::254/128", "fe80::a9fe:a9fe/128", "203.0.113.0/28"],
      ].map((cidr): Breach => [
        `the network ${cidr}`,
        set("acme-allow", CIDR, cidr),
        "acme-allow",
        /ipBlock\.cidr is ".*", which Pulumi\.prod\.yaml does not name/,
      ]),
      [
        "another port of a server",
        set("acme-allow", "spec.egress.1.ports.0.port", 22),
        "acme-allow",
        /ports is .*, which/,
      ],
      ...(
        [
          ["pods of its own namespace", { podSelector: {} }],
          ["pods of the cluster's", { ...inNamespace("kube-public"), podSelector: { matchLabels: { app: "x" } } }],
          ["the watchdog", { ...inNamespace("odoo-platform"), podSelector: { matchLabels: { app: "odoo-watchdog" } } }],
        ] as const
      ).map(([what, peer]): Breach => [
        `a way to ${what}`,
        set("acme-allow", "spec.egress.1.to.0", peer),
        "acme-allow",
        /egress\[1\]\.to\[0\] is .*, which Pulumi\.prod\.yaml does not name/,
      ]),
      ...[inNamespace("default"), { ipBlock: { cidr: "10.0.0.0/24" } }].map((peer): Breach => [
        `a way in from ${JSON.stringify(peer)}`,
        set("acme-allow", "spec.ingress.0.from.0", peer),
        "acme-allow",
        /ingress\[0\]\.from\[0\].* is .*, which Pulumi\.prod\.yaml does not name/,
      ]),
      [
        "a record that leads elsewhere",
        set("acme-records", "spec.endpoints.0.targets.0", "evil.example"),
        "acme-records",
        /targets\[0\] is "evil\.example", expected gateway\./,
      ],
      [
        "another issuer",
        set("acme-certificate", ISSUER, "own"),
        "acme-certificate",
        /name is "own", expected "letsencrypt"/,
      ],
      [
        "no issuer",
        set("platform-certificate", ISSUER, undefined),
        "platform-certificate",
        /name is not set, expected/,
      ],
      [
        "another mail server",
        set("acme-realm-realm", HOST, "evil.example"),
        "acme-realm-realm",
        /host is "evil\.example"/,
      ],
    ],
    tolerated: [
      [
        "another of the stack's networks, at its port",
        set("acme-allow", "spec.egress.1", {
          to: [{ ipBlock: { cidr: "10.50.17.0/28" } }],
          ports: [{ port: 443, protocol: "TCP" }],
        }),
      ],
      ["in from monitoring", set("acme-allow", "spec.ingress.0.from.0", inNamespace("monitoring"))],
      ["a realm without mail", set("acme-realm-realm", "smtpServer", undefined)],
      ["what one module reaches", set("acme-way-out", "spec.egress.0.to.0.ipBlock.cidr", "203.0.113.16/28")],
    ],
    guarded: [
      ["acme-allow", CIDR],
      ["acme-certificate", ISSUER],
      ["acme-realm-realm", HOST],
    ],
  });

  describePolicy(stackSettings, {
    stack: "sandbox",
    breaches: [],
    tolerated: [
      ["any network", set("acme-allow", CIDR, "10.0.0.0/24")],
      ["any issuer", set("acme-certificate", ISSUER, "sandbox")],
    ],
    guarded: [],
  });
});
