import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { LISTENERS_MAX, PLATFORM_LISTENERS } from "../../../config/hosts.ts";
import type { Resource } from "../../../features/look/judge.ts";
import { githubResources } from "./githubFixtures.ts";
import { kubernetesObjects } from "./kubernetesFixtures.ts";
import { serverResources } from "./serverFixtures.ts";
import { watchdogResources } from "./watchdogFixtures.ts";

/** A resource to be: its parent by logical name, undefined for the stack itself. */
export interface Planned {
  readonly type: string;
  readonly name: string;
  readonly parent?: string | undefined;
  readonly protect?: boolean;
  readonly props?: Record<string, unknown>;
  readonly id?: string;
}

/** Tenants of {@link compliantStack}. */
export const TENANTS = ["acme", "globex-eu"] as const;

/** Domain below which its tenants have their hosts. */
export const BASE_DOMAIN = "erp.example.com";

/** What the program makes, as far as policies look at it: the platform and two tenants, nothing to complain about. */
export function compliantStack(stack = "prod", tenants: readonly string[] = TENANTS): Resource[] {
  const environment = stack.split("-")[0] ?? stack;
  const planned: Planned[] = [
    { type: "pulumi:pulumi:Stack", name: `odoo-saas-${stack}` },
    ...platform(tenants),
    ...watchdogResources(),
    ...githubResources(),
  ];
  for (const id of tenants) {
    planned.push({ type: "odoo:saas:OdooTenant", name: id, props: { specHash: specHash(id) } });
    planned.push(lifecycle(id, "lifecycle"));
    planned.push(...serverResources(id), ...kubernetesObjects(id, environment), lifecycle(id, "lifecycle-end"));
  }
  const resources: Resource[] = [];
  for (const plan of planned) resources.push(realize(plan, resources, stack));
  return resources;
}

/** What stands for the hash of a tenant's files. */
function specHash(id: string): string {
  return createHash("sha256").update(id).digest("hex");
}

function lifecycle(id: string, role: string): Planned {
  return {
    type: "odoosql:index:TenantLifecycle",
    name: `${id}-${role}`,
    parent: id,
    protect: true,
    props: { tenant: id, lifecycle: "active", protected: true, release: false },
  };
}

function platform(tenants: readonly string[]): Planned[] {
  const metadata = { name: "odoo", namespace: "odoo-platform" };
  const wildcard = `*.${BASE_DOMAIN}`;
  return [
    {
      type: "pulumi:providers:postgresql",
      name: "tenants-database",
      props: databaseProvider("outside.example.com", "odoo_saas", "platform_admin"),
    },
    {
      type: "pulumi:providers:postgresql",
      name: "analytics-database",
      props: databaseProvider("analytics.example.com", "postgres", "analytics_admin"),
    },
    {
      type: "pulumi:providers:keycloak",
      name: "keycloak",
      props: { url: "https://login.example.com", realm: "master", clientId: "odoo-saas", clientSecret: "x" },
    },
    { type: "pulumi:providers:kubernetes", name: "kubernetes", props: { kubeconfig: "{}" } },
    { type: "odoo:saas:Platform", name: "platform" },
    {
      type: "kubernetes:core/v1:Namespace",
      name: "platform-namespace",
      parent: "platform",
      protect: true,
      props: {
        apiVersion: "v1",
        kind: "Namespace",
        metadata: { name: "odoo-platform", labels: { "pod-security.kubernetes.io/enforce": "restricted" } },
      },
    },
    {
      type: "kubernetes:networking.k8s.io/v1:NetworkPolicy",
      name: "platform-deny",
      parent: "platform",
      props: {
        apiVersion: "networking.k8s.io/v1",
        kind: "NetworkPolicy",
        metadata: { name: "default-deny", namespace: "odoo-platform" },
        spec: { podSelector: {}, policyTypes: ["Ingress", "Egress"] },
      },
    },
    {
      type: "kubernetes:scheduling.k8s.io/v1:PriorityClass",
      name: "platform-priority",
      parent: "platform",
      props: { apiVersion: "scheduling.k8s.io/v1", kind: "PriorityClass", metadata: { name: "odoo-web" }, value: 1000 },
    },
    {
      type: "kubernetes:gateway.networking.k8s.io/v1:Gateway",
      name: "platform-gateway",
      parent: "platform",
      props: {
        apiVersion: "gateway.networking.k8s.io/v1",
        kind: "Gateway",
        metadata,
        spec: {
          gatewayClassName: "envoy",
          listeners: [
            { name: "http", protocol: "HTTP", port: 80, allowedRoutes: { namespaces: { from: "Same" } } },
            {
              name: "https",
              protocol: "HTTPS",
              port: 443,
              hostname: wildcard,
              tls: { mode: "Terminate", certificateRefs: [{ name: "odoo-wildcard" }] },
              allowedRoutes: {
                namespaces: {
                  from: "Selector",
                  selector: { matchExpressions: [{ key: "odoo-saas.dev/tenant", operator: "Exists" }] },
                },
              },
            },
            ...tenants.slice(0, LISTENERS_MAX - PLATFORM_LISTENERS).map((id) => ({
              name: `erp.${id}.example`,
              protocol: "HTTPS",
              port: 443,
              hostname: `erp.${id}.example`,
              allowedRoutes: {
                namespaces: { from: "Selector", selector: { matchLabels: { "odoo-saas.dev/tenant": id } } },
              },
            })),
          ],
        },
      },
    },
    {
      type: "kubernetes:gateway.networking.k8s.io/v1:HTTPRoute",
      name: "platform-redirect",
      parent: "platform",
      props: {
        apiVersion: "gateway.networking.k8s.io/v1",
        kind: "HTTPRoute",
        metadata: {
          ...metadata,
          annotations: { "external-dns.alpha.kubernetes.io/hostname": `gateway.${BASE_DOMAIN}` },
        },
        spec: {
          parentRefs: [{ name: "odoo", sectionName: "http" }],
          rules: [{ filters: [{ type: "RequestRedirect", requestRedirect: { scheme: "https" } }] }],
        },
      },
    },
    {
      type: "kubernetes:cert-manager.io/v1:Certificate",
      name: "platform-certificate",
      parent: "platform",
      props: {
        apiVersion: "cert-manager.io/v1",
        kind: "Certificate",
        metadata,
        spec: {
          dnsNames: [wildcard],
          secretName: "odoo-wildcard-tls",
          issuerRef: { kind: "ClusterIssuer", name: "letsencrypt" },
        },
      },
    },
  ];
}

function databaseProvider(host: string, database: string, username: string) {
  // As the SDK passes them on: everything is text.
  const connection = { host, port: "5432", database, username, password: "x" };
  return { ...connection, sslmode: "verify-full", superuser: "false", connectTimeout: "30", version: "3.16.2" };
}

/** Gives a planned resource its URN, which holds the types of its parents. */
function realize(plan: Planned, resources: readonly Resource[], stack: string): Resource {
  const parent = plan.parent === undefined ? resources[0] : resources.find(({ name }) => name === plan.parent);
  assert(parent || plan.type === "pulumi:pulumi:Stack", `${plan.name}: no parent ${plan.parent ?? ""}`);
  // The engine leaves the stack out of the chain of types.
  const above = !parent || parent === resources[0] ? "" : `${parent.urn.split("::")[2] ?? ""}$`;
  return {
    type: plan.type,
    name: plan.name,
    urn: `urn:pulumi:${stack}::odoo-saas::${above}${plan.type}::${plan.name}`,
    parent: parent?.urn,
    protect: plan.protect ?? false,
    props: structuredClone(plan.props ?? {}),
    ...(plan.id === undefined ? {} : { id: plan.id }),
  };
}

/** A change of the compliant stack, made in place. */
export type Change = (resources: Resource[]) => void;

type Path = string | readonly string[];

/** The resource of a logical name, the first one, or of a URN. */
export function named(resources: readonly Resource[], name: string): Resource {
  const found = resources.find((resource) => resource.name === name || resource.urn === name);
  assert(found, `the fixture has no resource ${name}`);
  return found;
}

/** Sets one property; `undefined` removes it. A path is keys joined by dots, or a list where keys hold dots. */
export function set(name: string, path: Path, value: unknown): Change {
  return (resources) => {
    const keys = typeof path === "string" ? path.split(".") : path;
    let object: Record<string, unknown> = named(resources, name).props;
    for (const key of keys.slice(0, -1)) {
      // Missing objects on the way are made, so that a case can add what a fixture lacks.
      object = (object[key] ??= {}) as Record<string, unknown>;
    }
    const last = keys.at(-1) ?? "";
    if (value !== undefined) object[last] = structuredClone(value);
    else if (Array.isArray(object)) object.splice(Number(last), 1);
    else Reflect.deleteProperty(object, last);
  };
}

/** Adds a resource. */
export function add(plan: Planned): Change {
  return (resources) => {
    const stack = resources[0]?.urn.split(":")[2] ?? "";
    resources.push(realize(plan, resources, stack));
  };
}

/** Removes a resource, and leaves what is inside of it. */
export function drop(name: string): Change {
  return (resources) => {
    resources.splice(resources.indexOf(named(resources, name)), 1);
  };
}

/** Makes a resource again, with another parent, type or protection. */
export function remake(name: string, changes: Partial<Pick<Planned, "type" | "parent" | "protect" | "name">>): Change {
  return (resources) => {
    const old = named(resources, name);
    drop(name)(resources);
    const parent = resources.find(({ urn }) => urn === old.parent)?.name;
    add({ type: old.type, name, protect: old.protect, props: old.props, parent, ...changes })(resources);
  };
}

/** Several changes, one after the other. */
export function both(...changes: readonly Change[]): Change {
  return (resources) => {
    for (const change of changes) change(resources);
  };
}
