import assert from "node:assert/strict";
import { Platform } from "../../components/platform.ts";
import type { PlatformArgs } from "../../components/platform.ts";
import { gatewayHost } from "../../config/names.ts";
import { runProgram } from "../../lib/mockEngine.ts";
import { only } from "../support/only.ts";
import { exampleStack, exampleTenant } from "../support/specs.ts";

const GATEWAY = "kubernetes:gateway.networking.k8s.io/v1:Gateway";

const { image } = exampleTenant().release;
const scripts = { maintenance: "print()", watchdog: "print()" };

async function platform(tenants: PlatformArgs["tenants"] = [], stack = exampleStack()) {
  return runProgram(() => new Platform("platform", { stack, tenants, image, scripts }));
}

function tenant(id: string, ...custom: string[]) {
  return { id, hosts: { platform: `${id}.odoo.example`, custom } };
}

interface Listener {
  readonly name: string;
  readonly hostname?: string;
  readonly allowedRoutes: { readonly namespaces: unknown };
}

async function listeners(tenants: PlatformArgs["tenants"]): Promise<Listener[]> {
  const { resources } = await platform(tenants);
  return (only(resources, GATEWAY).inputs["spec"] as unknown as { listeners: Listener[] }).listeners;
}

describe("Platform", () => {
  it("makes these resources, all below itself", async () => {
    const { resources } = await platform();
    assert.deepEqual(resources.map(({ type, name }) => `${type} ${name}`).sort(), [
      "kubernetes:apps/v1:Deployment platform-maintenance-pods",
      "kubernetes:apps/v1:Deployment platform-watchdog-pods",
      "kubernetes:cert-manager.io/v1:Certificate platform-certificate",
      "kubernetes:core/v1:ConfigMap platform-maintenance-script",
      "kubernetes:core/v1:ConfigMap platform-watchdog-script",
      "kubernetes:core/v1:Namespace platform-namespace",
      "kubernetes:core/v1:Secret platform-watchdog-config",
      "kubernetes:core/v1:Service platform-maintenance",
      "kubernetes:gateway.networking.k8s.io/v1:Gateway platform-gateway",
      "kubernetes:gateway.networking.k8s.io/v1:HTTPRoute platform-redirect",
      "kubernetes:networking.k8s.io/v1:NetworkPolicy platform-maintenance-network",
      "kubernetes:networking.k8s.io/v1:NetworkPolicy platform-network-acme-solvers",
      "kubernetes:networking.k8s.io/v1:NetworkPolicy platform-network-default-deny",
      "kubernetes:networking.k8s.io/v1:NetworkPolicy platform-network-gateway-0",
      "kubernetes:networking.k8s.io/v1:NetworkPolicy platform-watchdog-network",
      "kubernetes:policy/v1:PodDisruptionBudget platform-maintenance-budget",
      "kubernetes:policy/v1:PodDisruptionBudget platform-watchdog-budget",
      "kubernetes:scheduling.k8s.io/v1:PriorityClass platform-priority-batch",
      "kubernetes:scheduling.k8s.io/v1:PriorityClass platform-priority-web",
      "odoo:saas:Maintenance platform-maintenance",
      "odoo:saas:Platform platform",
      "odoo:saas:PlatformIsolation platform-network",
      "odoo:saas:Watchdog platform-watchdog",
    ]);
    for (const { type, name, parent } of resources) {
      if (type !== "odoo:saas:Platform") assert.match(parent, /::platform(-maintenance|-network|-watchdog)?$/, name);
    }
  });

  it("labels everything, and puts it into the platform's namespace", async () => {
    const { resources } = await platform();
    for (const { type, name, inputs } of resources.filter((resource) => resource.custom)) {
      const metadata = inputs["metadata"] as { namespace?: string; labels: Record<string, string> };
      assert.equal(metadata.labels["app.kubernetes.io/managed-by"], "pulumi", name);
      assert.equal(metadata.labels["odoo-saas.dev/environment"], "prod", name);
      const cluster = type.endsWith(":Namespace") || type.endsWith(":PriorityClass");
      assert.equal(metadata.namespace, cluster ? undefined : "odoo-platform", name);
    }
  });

  it("has a wildcard listener for tenants' namespaces, and plain HTTP for its own redirects and challenges", async () => {
    assert.deepEqual(await listeners([]), [
      { name: "http", port: 80, protocol: "HTTP", allowedRoutes: { namespaces: { from: "Same" } } },
      {
        name: "https",
        port: 443,
        protocol: "HTTPS",
        hostname: "*.odoo.example",
        tls: { mode: "Terminate", certificateRefs: [{ name: "odoo-wildcard-tls" }] },
        allowedRoutes: {
          namespaces: {
            from: "Selector",
            selector: { matchExpressions: [{ key: "odoo-saas.dev/tenant", operator: "Exists" }] },
          },
          kinds: [{ kind: "HTTPRoute" }],
        },
      },
    ]);
  });

  it("has a certificate for the wildcard listener's secret", async () => {
    const { inputs } = only((await platform()).resources, "kubernetes:cert-manager.io/v1:Certificate");
    assert.deepEqual(inputs["spec"], {
      secretName: "odoo-wildcard-tls",
      dnsNames: ["*.odoo.example"],
      issuerRef: { group: "cert-manager.io", kind: "ClusterIssuer", name: "letsencrypt" },
      privateKey: { algorithm: "ECDSA", size: 256, rotationPolicy: "Always" },
    });
  });

  it("gives each custom domain a listener that only its tenant may attach to, in a stable order", async () => {
    const all = await listeners([
      tenant("zeta", "b.example"),
      tenant("acme", "c.example", "a.example"),
      tenant("none"),
    ]);
    assert.deepEqual(
      all.slice(2).map(({ name, hostname, allowedRoutes }) => [name, hostname, allowedRoutes.namespaces]),
      [
        ["a.example", "acme"],
        ["b.example", "zeta"],
        ["c.example", "acme"],
      ].map(([domain, id]) => [
        domain,
        domain,
        { from: "Selector", selector: { matchLabels: { "odoo-saas.dev/tenant": id } } },
      ]),
    );
  });

  it("takes 62 custom domains, and says what to do about one more", async () => {
    const domains = Array.from({ length: 63 }, (_, index) => `d${index}.example`);
    assert.equal((await listeners([tenant("acme", ...domains.slice(1))])).length, 64);
    await assert.rejects(platform([tenant("acme", ...domains)]), {
      message:
        "The Gateway would have 65 listeners, expected at most 64: 63 custom domains do not fit beside the two of its own. " +
        "Move tenants to another cell (key `cell` of their files).",
    });
  });

  it("redirects plain HTTP, and lets external-dns publish the Gateway's address", async () => {
    const { inputs } = only((await platform()).resources, "kubernetes:gateway.networking.k8s.io/v1:HTTPRoute");
    const { annotations } = inputs["metadata"] as { annotations: unknown };
    assert.deepEqual(annotations, {
      "pulumi.com/deletionPropagationPolicy": "background",
      "external-dns.alpha.kubernetes.io/hostname": gatewayHost("odoo.example"),
    });
    assert.deepEqual(inputs["spec"], {
      parentRefs: [{ name: "odoo", sectionName: "http" }],
      rules: [{ filters: [{ type: "RequestRedirect", requestRedirect: { scheme: "https", statusCode: 301 } }] }],
    });
  });

  it("protects what companies' DNS points at", async () => {
    const kept = (await platform()).resources.filter((resource) => resource.protect).map((resource) => resource.name);
    assert.deepEqual(kept.sort(), ["platform-gateway", "platform-namespace"]);
    const { resources } = await platform([], exampleStack({ protect: false }));
    assert.deepEqual(
      resources.filter((resource) => resource.protect),
      [],
    );
  });

  it("ranks web pods above batch pods, which evict nobody", async () => {
    const { resources } = await platform();
    const type = "kubernetes:scheduling.k8s.io/v1:PriorityClass";
    const web = only(resources, type, "platform-priority-web").inputs;
    const batch = only(resources, type, "platform-priority-batch").inputs;
    assert.ok(Number(web["value"]) > Number(batch["value"]));
    assert.equal(web["preemptionPolicy"], "PreemptLowerPriority");
    assert.equal(batch["preemptionPolicy"], "Never");
  });
});
