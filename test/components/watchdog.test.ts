import assert from "node:assert/strict";
import { Watchdog } from "../../components/watchdog.ts";
import { watchdogSettings } from "../../components/watchdogSettings.ts";
import { runProgram, SECRET } from "../../lib/mockEngine.ts";
import { only } from "../support/only.ts";
import { exampleStack, exampleTenant } from "../support/specs.ts";

const { image } = exampleTenant().release;

async function resources() {
  const run = await runProgram(() => {
    const args = {
      namespace: "odoo-platform",
      labels: { team: "x" },
      image,
      script: "print()",
      priorityClass: "odoo-web",
    };
    return new Watchdog("watchdog", { ...args, stack: exampleStack(), tenants: ["acme"] });
  });
  return run.resources;
}

interface Spec {
  readonly replicas: number;
  readonly strategy: unknown;
  readonly selector: { readonly matchLabels: Record<string, string> };
  readonly template: {
    readonly spec: {
      readonly automountServiceAccountToken: boolean;
      readonly containers: readonly {
        readonly image: string;
        readonly command: readonly string[];
        readonly env?: unknown;
        readonly volumeMounts: readonly { readonly mountPath: string; readonly readOnly: boolean }[];
      }[];
    };
  };
}

describe("Watchdog", () => {
  it("runs the script in Odoo's own image, twice, and never with one fewer", async () => {
    const spec = only(await resources(), "kubernetes:apps/v1:Deployment").inputs["spec"] as unknown as Spec;
    assert.equal(spec.replicas, 2);
    assert.deepEqual(spec.strategy, { type: "RollingUpdate", rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } });
    assert.equal(spec.template.spec.automountServiceAccountToken, false);
    const [container] = spec.template.spec.containers;
    assert.equal(container?.image, `${image.repository}@${image.digest}`);
    assert.deepEqual(container.command.slice(0, 3), ["python3", "-B", "-I"]);
    for (const { readOnly } of container.volumeMounts) assert.ok(readOnly);
  });

  it("keeps its passwords in a Secret, and nowhere else", async () => {
    const all = await resources();
    assert.deepEqual(only(all, "kubernetes:core/v1:Secret").inputs["stringData"], SECRET);
    const { revealed } = only(all, "kubernetes:core/v1:Secret");
    const { "settings.json": settings, ...passwords } = revealed["stringData"] as Record<string, string>;
    assert.deepEqual(passwords, { tenants: "tenants-watchdog", analytics: "analytics-watchdog" });
    assert.doesNotMatch(settings ?? "", /(tenants|analytics)-watchdog"/);
    for (const { type, name, revealed: others } of all.filter((resource) => !resource.type.endsWith(":Secret")))
      assert.doesNotMatch(JSON.stringify(others), /(tenants|analytics)-watchdog"/, `${type} ${name}`);
    const { data } = only(all, "kubernetes:core/v1:ConfigMap").inputs as { data: Record<string, string> };
    assert.deepEqual(Object.keys(data), ["watchdog.py"]);
  });

  it("reaches DNS and the two servers, and is reached by monitoring, each by one port", async () => {
    const all = await resources();
    const { selector } = only(all, "kubernetes:apps/v1:Deployment").inputs["spec"] as unknown as Spec;
    const dns = ["UDP", "TCP"].map((protocol) => ({ protocol, port: 53 }));
    assert.deepEqual(only(all, "kubernetes:networking.k8s.io/v1:NetworkPolicy").inputs["spec"], {
      podSelector: selector,
      policyTypes: ["Ingress", "Egress"],
      ingress: [
        {
          from: [{ namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "monitoring" } } }],
          ports: [{ protocol: "TCP", port: 9181 }],
        },
      ],
      egress: [
        {
          to: [
            {
              namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "kube-system" } },
              podSelector: { matchLabels: { "k8s-app": "kube-dns" } },
            },
          ],
          ports: dns,
        },
        { to: [{ ipBlock: { cidr: "10.1.0.0/24" } }], ports: [{ protocol: "TCP", port: 6432 }] },
        { to: [{ ipBlock: { cidr: "10.5.0.0/24" } }], ports: [{ protocol: "TCP", port: 5432 }] },
      ],
    });
  });
});

describe("the watchdog's settings", () => {
  const place = { port: 9181, secrets: "/etc/watchdog" };

  it("name both servers as pods reach them, and whom to leave alone there", () => {
    const { servers, ...rest } = JSON.parse(watchdogSettings(exampleStack(), ["acme"], place)) as {
      servers: Record<string, unknown>[];
    };
    assert.deepEqual(rest, { seconds: 1, port: 9181 });
    const limits = { sessionLocks: 10_000, roleLocks: 40_000, idleSeconds: 1800, transactionSeconds: 21_600 };
    const tls = { sslmode: "verify-full", sslrootcert: "system" };
    assert.deepEqual(servers, [
      {
        name: "tenants",
        host: "db.cluster.example",
        port: 6432,
        database: "postgres",
        user: "odoo_watchdog",
        passwordFile: "/etc/watchdog/tenants",
        ...tls,
        trustedRoles: ["platform_admin"],
        limits,
      },
      {
        name: "analytics",
        host: "analytics.example",
        port: 5432,
        database: "postgres",
        user: "odoo_watchdog",
        passwordFile: "/etc/watchdog/analytics",
        ...tls,
        trustedRoles: ["postgres", "authenticator"],
        limits,
      },
    ]);
  });

  it("trust no tenant's role", () => {
    const stack = exampleStack();
    for (const [key, role] of [
      ["tenantsDatabase", "acme"],
      ["tenantsDatabase", "acme_reporter"],
      ["analyticsDatabase", "tenant_acme_reader"],
      ["analyticsDatabase", "tenant_acme_owner"],
    ] as const) {
      const changed = { ...stack, [key]: { ...stack[key], trustedRoles: [role] } };
      assert.throws(
        () => watchdogSettings(changed, ["acme"], place),
        new RegExp(`^Error: odoo-saas:${key}.trustedRoles names ${role}, a tenant's role`),
      );
    }
  });
});
