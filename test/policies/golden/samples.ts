import { z } from "zod";
import { GITHUB, K8S, KEYCLOAK, SQL } from "../../../policies/lib/types.ts";
import { renderOdooFiles } from "../../../components/odooConfig.ts";
import { exampleTenant } from "../../support/specs.ts";
import type { Resource } from "../../../features/look/judge.ts";
import { add, type Planned, set } from "../support/fixtures.ts";
import { githubResources } from "../support/githubFixtures.ts";
import { first, OWN } from "./breaks.ts";

const template = z.looseObject({ spec: z.looseObject({ containers: z.array(z.looseObject({})) }) });
const deployment = z.object({ metadata: z.looseObject({}), spec: z.object({ template }) });
const connected = z.object({ connection: z.object({ host: z.string(), sslmode: z.string() }) });
const mailing = z.object({ smtpServer: z.object({ host: z.string() }) });
const route = z.object({ spec: z.object({ hostnames: z.array(z.string()) }) });
type Metadata = z.output<typeof deployment>["metadata"];

/**
 * What policies judge and the fixture company's tenants do not have: grants, an identity provider in prod, the other kinds
 * that make pods, and so on. In the graph that is broken they stand beside what the program makes, and the pack accepts
 * them too.
 */
export function withSamples(graph: readonly Resource[]): Resource[] {
  const resources = [...graph];
  const owner = resources.find(({ type, props }) => type === SQL.role && props["name"] === OWN);
  set(owner?.urn ?? "", "roles", [`${OWN}_reporter`])(resources);
  mountFiles(resources);
  const { metadata: all, spec } = deployment.parse(first(graph, K8S.deployment).props);
  // Annotations are what a kind has alone.
  const metadata = { ...all, annotations: {} };
  for (const planned of [...servers(), ...workloads(metadata, spec.template), ...objects(metadata, hostOf(graph))]) {
    add(planned)(resources);
  }
  if (!graph.some(({ type }) => type === GITHUB.repository)) {
    for (const planned of githubResources()) add(planned)(resources);
  }
  return resources;
}

/** Fills the tenant's Secret, whose passwords no preview knows, as the program would. */
function mountFiles(resources: Resource[]): void {
  const { host, sslmode } = connected.parse(first(resources, SQL.databaseSetup).props).connection;
  const keycloak = resources.find(({ type }) => type === "pulumi:providers:keycloak");
  const { smtpServer } = mailing.parse(first(resources, KEYCLOAK.realm).props);
  const { environment, hosts } = settled(resources);
  const { plan, company } = exampleTenant();
  const files = renderOdooFiles(
    {
      database: { host, port: 5432, name: OWN, role: OWN, sslmode },
      plan,
      modules: ["project"],
      mail: { host: smtpServer.host, port: 587, tls: "starttls", generation: 1, from: "odoo@tbwa.example" },
      oidc: {
        issuer: `${String(keycloak?.props["url"])}/realms/${OWN}`,
        displayName: OWN,
        administrator: "it@x.example",
      },
      environment,
      hosts,
      company,
      egress: [],
    },
    { databasePassword: "x", adminPassword: "x".repeat(40), clientId: "odoo", clientSecret: "x" },
  );
  const more = { "tenant.json": JSON.stringify({ id: OWN }), "backup-password": "x", "backup-credentials": "" };
  set(first(resources, K8S.secret).urn, "stringData", { ...files, ...more })(resources);
}

/** The tenant's environment and its hosts, by its routes. */
function settled(resources: readonly Resource[]) {
  const routes = resources.filter(({ type, name }) => type === K8S.httpRoute && name.startsWith(OWN));
  const [platform = "", ...custom] = routes.flatMap(({ props }) => route.parse(props).spec.hostnames);
  return { environment: platform.includes(".staging.") ? "staging" : "prod", hosts: { platform, custom } } as const;
}

/** The host that the platform gives the tenant. */
function hostOf(graph: readonly Resource[]): string {
  return route.parse(first(graph, K8S.httpRoute).props).spec.hostnames[0] ?? "";
}

function servers(): Planned[] {
  const parent = `${OWN}-database`;
  const planned = (type: string, name: string, props: Record<string, unknown>) => ({
    type,
    name: `${OWN}-sample-${name}`,
    parent,
    props,
  });
  return [
    planned(SQL.grant, "grant", {
      database: OWN,
      role: `${OWN}_reporter`,
      objectType: "table",
      schema: "reporting",
      privileges: ["SELECT"],
      withGrantOption: false,
    }),
    planned(SQL.grantRole, "membership", { role: OWN, grantRole: `${OWN}_reporter`, withAdminOption: false }),
    planned(SQL.defaultPrivileges, "defaults", {
      database: OWN,
      role: `${OWN}_reporter`,
      owner: OWN,
      objectType: "table",
      schema: "reporting",
      privileges: ["SELECT"],
    }),
    planned(SQL.schema, "schema", {
      database: OWN,
      name: "reporting",
      owner: OWN,
      policies: [{ role: `${OWN}_reporter`, usage: true }],
    }),
    planned(SQL.extension, "extension", { database: OWN, name: "pg_trgm" }),
    {
      type: KEYCLOAK.identityProvider,
      name: `${OWN}-sample-broker`,
      parent: `${OWN}-realm`,
      props: {
        realm: OWN,
        alias: "company",
        issuer: "https://id.company.example",
        authorizationUrl: "https://id.company.example/authorize",
        tokenUrl: "https://id.company.example/token",
        jwksUrl: "https://id.company.example/keys",
        validateSignature: true,
        trustEmail: false,
        storeToken: false,
      },
    },
  ].map((sample) => ({ ...sample, protect: true }));
}

function workloads(metadata: Metadata, pods: z.output<typeof template>): Planned[] {
  const parent = `${OWN}-release-chart`;
  const workload = (type: string, name: string, body: Record<string, unknown>) => ({
    type,
    name: `${OWN}-sample-${name}`,
    parent,
    props: { ...body, metadata },
  });
  // One with a container that was added to look into it.
  const debugged = { ...pods.spec, ephemeralContainers: [{ ...pods.spec.containers[0], name: "debugger" }] };
  return [
    workload(K8S.statefulSet, "stateful-set", { spec: { template: pods } }),
    workload(K8S.daemonSet, "daemon-set", { spec: { template: pods } }),
    workload(K8S.replicaSet, "replica-set", { spec: { template: pods } }),
    workload(K8S.pod, "pod", { spec: debugged }),
  ];
}

function objects(metadata: Metadata, host: string): Planned[] {
  return [
    {
      type: K8S.networkPolicy,
      name: `${OWN}-sample-metrics`,
      parent: `${OWN}-network`,
      props: {
        metadata,
        spec: {
          podSelector: { matchLabels: { "app.kubernetes.io/component": "web" } },
          policyTypes: ["Ingress"],
          ingress: [
            {
              from: [
                {
                  namespaceSelector: {
                    matchExpressions: [{ key: "kubernetes.io/metadata.name", operator: "In", values: ["monitoring"] }],
                  },
                },
                { podSelector: {} },
              ],
              ports: [{ port: 8069 }],
            },
          ],
        },
      },
    },
    {
      type: K8S.networkPolicy,
      name: `${OWN}-sample-way-out`,
      parent: `${OWN}-network`,
      props: {
        metadata: {
          ...metadata,
          name: "currency-rate-update-egress",
          annotations: { "odoo-saas.dev/way-out-for": "currency_rate_update" },
        },
        spec: {
          podSelector: {
            matchExpressions: [{ key: "app.kubernetes.io/component", operator: "In", values: ["web", "cron"] }],
          },
          policyTypes: ["Egress"],
          egress: [{ to: [{ ipBlock: { cidr: "203.0.113.0/24" } }], ports: [{ port: 443, protocol: "TCP" }] }],
        },
      },
    },
    {
      type: K8S.certificate,
      name: `${OWN}-sample-certificate`,
      parent: `${OWN}-dns`,
      props: {
        metadata: { ...metadata, namespace: "odoo-platform" },
        spec: {
          dnsNames: [host],
          secretName: `${host}-tls`,
          issuerRef: { group: "cert-manager.io", kind: "ClusterIssuer", name: "letsencrypt-dns" },
        },
      },
    },
  ];
}
