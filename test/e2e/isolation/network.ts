import assert from "node:assert/strict";
import { z } from "zod";
import { isOpen, judge, networkPolicySchema } from "../../support/networkPolicy.ts";
import type { Endpoint, NetworkPolicy, Protocol } from "../../support/networkPolicy.ts";
import { DONE } from "./attacks.ts";
import type { Attacks } from "./attacks.ts";
import { Api } from "./kubernetesClient.ts";
import type { Setting } from "./setting.ts";

const labels = z.record(z.string(), z.string()).default({});
const podSchema = z.object({
  metadata: z.object({ name: z.string().default(""), namespace: z.string().default(""), labels }),
  spec: z.object({
    containers: z.array(
      z.object({
        ports: z
          .array(
            z.object({
              name: z.string().default(""),
              containerPort: z.int(),
              protocol: z.enum(["TCP", "UDP", "SCTP"]).default("TCP"),
            }),
          )
          .default([]),
      }),
    ),
  }),
  status: z.object({ podIP: z.string().optional() }).default({}),
});
type Pod = z.output<typeof podSchema>;
const listOf = <T extends z.ZodType>(item: T) => z.object({ items: z.array(item) });
const namespaceSchema = z.object({ metadata: z.object({ name: z.string(), labels }) });
const cronJobSchema = z.object({
  metadata: z.object({ name: z.string(), namespace: z.string() }),
  spec: z.object({ jobTemplate: z.object({ spec: z.object({ template: podSchema }) }) }),
});
const nodeSchema = z.object({
  status: z.object({ addresses: z.array(z.object({ type: z.string(), address: z.string() })) }),
});

const PROTOCOLS: readonly Protocol[] = ["TCP", "UDP", "SCTP"];
/** Label of the Gateway's proxies, where they run beside it. */
const GATEWAY_LABELS = { "gateway.networking.k8s.io/gateway-name": "odoo" };
/** Ports that somebody who looks around tries first. */
const WELL_KNOWN = [
  ...[
    1, 22, 25, 53, 67, 80, 111, 123, 179, 389, 443, 445, 465, 587, 853, 993, 2049, 2375, 2376, 2379, 2380, 3000, 3306,
  ],
  ...[4194, 5353, 5432, 5473, 6379, 6432, 6443, 8000, 8008, 8069, 8072, 8080, 8443, 9000, 9090, 9093, 9100, 9200, 9402],
  ...[10248, 10249, 10250, 10255, 10256, 10257, 10259, 11211, 15000, 15020, 27017, 30000, 32767, 65535],
];

/** Whose an end is: a tenant's pod says by its part what it may reach. */
interface End extends Endpoint {
  readonly tenant?: string;
  /** `app.kubernetes.io/component`, or `intruder` for a pod that nobody has labelled. */
  readonly part?: string;
  /** A service that tenants' pods may reach: protocol and port. */
  readonly offers?: readonly string[];
  /** The tenant whose file opens a way to it. */
  readonly openedBy?: string;
}

/** A way out that a tenant's file opens before the attacks: whose, and where to. */
export const WAY_OUT = { tenant: "tbwa-finance", module: "currency_rate_update", network: "203.0.113.0/24" } as const;

/** Every connection that the cluster's network policies decide on, by an evaluator that is not the program's. */
export function attackNetwork(attacks: Attacks, setting: () => Setting): void {
  let policies: NetworkPolicy[];
  let tenantEnds: End[];
  let otherEnds: End[];
  let ports: number[];

  before(async () => {
    const { parties, keycloak, kubeconfig } = setting();
    const api = new Api(kubeconfig);
    const list = async <T extends z.ZodType>(path: string, item: T) =>
      listOf(item).parse(await api.asAdministrator({ method: "GET", path })).items;
    policies = await list("/apis/networking.k8s.io/v1/networkpolicies", networkPolicySchema);
    const namespaces = new Map(
      (await list("/api/v1/namespaces", namespaceSchema)).map(({ metadata }) => [metadata.name, metadata.labels]),
    );
    const pods = await list("/api/v1/pods", podSchema);
    const cronJobs = await list("/apis/batch/v1/cronjobs", cronJobSchema);
    const nodes = await list("/api/v1/nodes", nodeSchema);

    const podEnd = ({ metadata, spec, status }: Pod, namespace: string): Endpoint => ({
      name: `${namespace}/${metadata.name}`,
      ips: status.podIP === undefined ? [] : [status.podIP],
      pod: {
        namespace,
        namespaceLabels: namespaces.get(namespace) ?? { "kubernetes.io/metadata.name": namespace },
        labels: metadata.labels,
        ports: spec.containers
          .flatMap((container) => container.ports)
          .map(({ name, containerPort, protocol }) => ({ name, port: containerPort, protocol })),
      },
    });
    const bare = (name: string, namespace: string, own: Record<string, string> = {}) =>
      podEnd(
        { metadata: { name, namespace, labels: own }, spec: { containers: [] }, status: { podIP: "10.0.255.1" } },
        namespace,
      );

    tenantEnds = parties.flatMap(({ id, outputs: { namespace } }) => {
      const own = pods.filter(({ metadata }) => metadata.namespace === namespace);
      const scheduled = cronJobs
        .filter(({ metadata }) => metadata.namespace === namespace)
        .map(({ metadata, spec }) => {
          const { template } = spec.jobTemplate.spec;
          return { ...template, metadata: { ...template.metadata, name: metadata.name } };
        });
      const ends = [...own, ...scheduled].map((pod): End => ({
        ...podEnd(pod, namespace),
        tenant: id,
        part: pod.metadata.labels["app.kubernetes.io/component"] ?? "",
      }));
      for (const part of ["web", "cron", "init", "backup"]) {
        assert.ok(
          ends.some((end) => end.part === part),
          `${id} has a ${part} pod`,
        );
      }
      return [...ends, { ...bare("intruder", namespace), tenant: id, part: "intruder" }];
    });

    // The sandbox's services are all at one address, and told apart by their ports. It has no mail server.
    const services = parties[0]?.outputs;
    assert.ok(services);
    const offers = [services.database.port, new URL(keycloak).port].map((port) => `TCP/${port}`);
    otherEnds = [
      { ...bare("dns", "kube-system", { "k8s-app": "kube-dns" }), offers: ["TCP/53", "UDP/53"] },
      bare("other", "kube-system"),
      bare("gateway", "odoo-platform", GATEWAY_LABELS),
      bare("other", "odoo-platform"),
      bare("monitoring", "monitoring"),
      bare("other", "default"),
      bare("pretender", "default", { "k8s-app": "kube-dns", "app.kubernetes.io/name": "odoo" }),
      { name: "the sandbox's services", ips: [services.database.host], offers },
      { name: "the API server's Service", ips: ["10.96.0.1"] },
      { name: "the metadata service", ips: ["169.254.169.254"] },
      { name: "the metadata service by IPv6", ips: ["fd00:ec2::254"] },
      { name: "an address of the pods' network", ips: ["10.0.254.254"] },
      { name: "what one tenant's file opens", ips: ["203.0.113.9"], openedBy: WAY_OUT.tenant },
      { name: "beside what one tenant's file opens", ips: ["203.0.114.9"] },
      { name: "the internet", ips: ["1.1.1.1"] },
      { name: "the internet by IPv6", ips: ["2606:4700:4700::1111"] },
      ...nodes.flatMap(({ status }) =>
        status.addresses
          .filter(({ type, address }) => type === "InternalIP" && address !== services.database.host)
          .map(({ address }) => ({ name: `node ${address}`, ips: [address] })),
      ),
      // What a cluster of several machines would have.
      { name: "a node of a real cluster", ips: ["10.20.0.5"] },
    ];

    // Policies compare with single ports and ranges: beside each of those, and at it, is all that can differ.
    const named = policies
      .flatMap(({ spec }) => [...(spec.ingress ?? []), ...(spec.egress ?? [])])
      .flatMap((rule) => rule.ports)
      .flatMap(({ port, endPort }) => [port, endPort])
      .filter((port) => typeof port === "number");
    const listening = [services.analytics.port, Number(new URL(api.server).port)];
    ports = [...new Set([...named, ...listening].flatMap((port) => [port - 1, port, port + 1]).concat(WELL_KNOWN))];
  });

  it("of all connections from and to tenants' pods, those that Odoo needs are open and no other", () => {
    const ends = [...tenantEnds, ...otherEnds];
    const wrong: string[] = [];
    let evaluated = 0;
    let open = 0;
    for (const from of ends) {
      for (const to of ends) {
        if (from === to || (from.tenant === undefined && to.tenant === undefined)) continue;
        for (const protocol of PROTOCOLS) {
          for (const port of ports) {
            const verdict = isOpen(judge(policies, { from, to, protocol, port }));
            evaluated++;
            if (verdict) open++;
            if (verdict !== isNeeded(from, to, `${protocol}/${port}`)) {
              wrong.push(`${from.name} → ${to.name} ${protocol}/${port} is ${verdict ? "open" : "closed"}`);
            }
          }
        }
      }
    }
    assert.deepEqual(wrong.slice(0, 20), [], `${wrong.length} connections`);
    assert.ok(open > 0);
    attacks.network = { ends: ends.length, evaluated, open };
  });

  it("between two tenants both ends refuse, each by itself", () => {
    for (const { name, own, other } of setting().pairs) {
      const refusals = { egress: true, ingress: true };
      for (const from of tenantEnds.filter(({ tenant }) => tenant === own.id)) {
        for (const to of tenantEnds.filter(({ tenant }) => tenant === other.id)) {
          for (const protocol of PROTOCOLS) {
            for (const port of ports) {
              const { egress, ingress } = judge(policies, { from, to, protocol, port });
              refusals.egress &&= !egress;
              refusals.ingress &&= !ingress;
            }
          }
        }
      }
      attacks.refused(name, "reach its pods: one's own end", refusals.egress ? "closed" : DONE, "closed");
      attacks.refused(name, "reach its pods: its end", refusals.ingress ? "closed" : DONE, "closed");
    }
  });

  it("policies that opened a way between tenants would be seen", () => {
    for (const { name, own, other } of setting().pairs) {
      const [out, into] = [own, other].map(({ outputs }) => outputs.namespace);
      const peer = (namespace?: string) => [
        { namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": namespace } } },
      ];
      const opening = [
        {
          metadata: { name: "out", namespace: out },
          spec: { podSelector: {}, policyTypes: ["Egress"], egress: [{ to: peer(into) }] },
        },
        {
          metadata: { name: "in", namespace: into },
          spec: { podSelector: {}, policyTypes: ["Ingress"], ingress: [{ from: peer(out) }] },
        },
      ].map((policy) => networkPolicySchema.parse(policy));
      const from = tenantEnds.find(({ tenant }) => tenant === own.id);
      const to = tenantEnds.find(({ tenant }) => tenant === other.id);
      assert.ok(from && to);
      const asked = { from, to, protocol: "TCP", port: 8069 } as const;
      const seen = (extra: readonly NetworkPolicy[]) => isOpen(judge([...policies, ...extra], asked));
      assert.deepEqual(
        [seen([]), seen(opening.slice(0, 1)), seen(opening.slice(1)), seen(opening)],
        [false, false, false, true],
      );
      attacks.works(name, "an opened way", DONE);
    }
  });
}

/** All that may be open, written out: what docs/security.md promises. */
function isNeeded(from: End, to: End, port: string): boolean {
  if (from.tenant !== undefined && to.openedBy === from.tenant) {
    return (from.part === "web" || from.part === "cron") && port === "TCP/443";
  }
  if (from.tenant !== undefined && from.part !== "intruder") return to.offers?.includes(port) === true;
  switch (from.pod?.namespace) {
    case "odoo-platform":
      return (
        from.pod.labels["gateway.networking.k8s.io/gateway-name"] === "odoo" &&
        to.part === "web" &&
        (port === "TCP/8069" || port === "TCP/8072")
      );
    case "monitoring":
      return (to.part === "web" && port === "TCP/8069") || (to.part === "cron" && port === "TCP/9180");
    default:
      return false;
  }
}
