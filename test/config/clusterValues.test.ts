import { stackSchema } from "../../config/schemas/stack.ts";
import { validStack } from "../support/stackValues.ts";
import { checkValues } from "./support/values.ts";

const PODS = { namespace: "kube-system", labels: { "k8s-app": "kube-dns" }, port: 53 };
const PROXIES = { namespace: "envoy-gateway-system", labels: { "gateway.envoyproxy.io/owning-gateway-name": "odoo" } };

/** One entry a list: rows move what they change to the end. */
function stackWith(dns: unknown, gateway: unknown) {
  const kubernetes = { gatewayClassName: "envoy", storageClassName: "files", dns: [dns], gateway: [gateway] };
  return { ...validStack(), kubernetes };
}

const LABELS = {
  right: [{ a: "b" }, { "a.example/b_c.D": "" }, { app: "1" }, { [`a/${"b".repeat(63)}`]: "c".repeat(63) }],
  wrong: [
    {},
    null,
    "app=dns",
    { "": "a" },
    { "-a": "b" },
    { "a/": "b" },
    { "/a": "b" },
    { "A/b": "c" },
    { a: "-b" },
    { a: " b" },
    { a: 1 },
    { a: null },
    { ["b".repeat(64)]: "c" },
    { a: "c".repeat(64) },
  ],
};
const NAMESPACES = { right: ["a", "kube-system"], wrong: ["", "Kube", "a b", 7, null] };
const NEITHER = "expected either namespace and labels, or networks";
const NO_GATEWAY = "expected either namespace (and labels), or networks";

describe("a cluster's own names", () => {
  checkValues("as pods", stackSchema, stackWith(PODS, PROXIES), [
    ["kubernetes.dns", [[PODS], undefined], [[], "kube-dns", {}, null, Array(11).fill(PODS)]],
    ["kubernetes.dns.0", [], [{}, "kube-dns", null, { port: 53 }]],
    [
      "kubernetes.dns.0",
      [],
      [{ namespace: "a" }, { labels: { a: "b" } }, { ...PODS, networks: ["10.0.0.1/32"] }],
      NEITHER,
    ],
    ["kubernetes.dns.0.namespace", NAMESPACES.right, NAMESPACES.wrong],
    ["kubernetes.dns.0.labels", LABELS.right, LABELS.wrong],
    [
      "kubernetes.dns.0.port",
      [53, 5353, undefined],
      [80, 54, 0, "53", null],
      "expected 53, or 5353 for OpenShift's pods",
    ],
    [
      "kubernetes.gateway",
      [[{ namespace: "a" }], undefined],
      [[], "envoy", {}, null, Array(11).fill({ namespace: "a" })],
    ],
    ["kubernetes.gateway.0", [{ namespace: "a" }], [{}, "envoy", null]],
    [
      "kubernetes.gateway.0",
      [],
      [
        { labels: { a: "b" } },
        { namespace: "a", networks: ["10.0.0.0/24"] },
        { labels: { a: "b" }, networks: ["10.0.0.0/24"] },
      ],
      NO_GATEWAY,
    ],
    ["kubernetes.gateway.0.namespace", NAMESPACES.right, NAMESPACES.wrong],
    ["kubernetes.gateway.0.labels", [...LABELS.right, undefined], LABELS.wrong],
    ["kubernetes.gateway.0.port", [undefined], [80]],
  ]);

  const networks = stackWith(
    { networks: ["169.254.20.10/32", "fd00::a/128"], port: 53 },
    { networks: ["130.211.0.0/22", "35.191.0.0/16", "10.129.0.0/26", "2001:db8::/64"] },
  );
  checkValues("as networks", stackSchema, networks, [
    ["kubernetes.dns.0.port", [53, undefined], [5353, 80], ""],
    ["kubernetes.dns.0", [], [{ networks: ["10.0.0.1/32"], labels: { a: "b" } }], NEITHER],
    [
      "kubernetes.dns.0.networks",
      [["10.96.0.10/32"], ["fd00::a/128"], ["169.254.169.254/32"]],
      [
        [],
        ["10.96.0.10/31"],
        ["fd00::/127"],
        ["10.96.0.10"],
        ["10.96.0.10/33"],
        ["10.96.0.10/032"],
        ["10.96.0.256/32"],
        ["fd00::x/128"],
        ["FD00::a/128"],
        [" 10.96.0.10/32"],
        ["10.96.0.10/32", "10.96.0.10/32"],
        "10.96.0.10/32",
        [7],
        null,
      ],
    ],
    [
      "kubernetes.gateway.0.networks",
      [["10.0.0.0/24"], ["10.0.0.1/32"], ["2001:db8::/64"]],
      [
        [],
        ["10.0.0.0/23"],
        ["2001:db8::/63"],
        ["130.211.0.0/21"],
        ["35.190.0.0/16"],
        ["0.0.0.0/0"],
        ["everywhere"],
        [null],
      ],
    ],
  ]);
});
