import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { Maintenance } from "../../components/maintenance.ts";
import { runProgram } from "../../lib/mockEngine.ts";
import { only } from "../support/only.ts";
import { exampleTenant } from "../support/specs.ts";

const SCRIPT = join(import.meta.dirname, "../../components/maintenance/server.py");

async function resources() {
  const { image } = exampleTenant().release;
  const gateway = [{ namespace: "envoy-gateway-system", labels: { app: "envoy" } }];
  const args = { namespace: "odoo-platform", gateway, labels: { team: "x" }, image, priorityClass: "odoo-web" };
  const run = await runProgram(() => new Maintenance("maintenance", { ...args, script: readFileSync(SCRIPT, "utf8") }));
  return run.resources;
}

interface Spec {
  readonly replicas: number;
  readonly selector: { readonly matchLabels: Record<string, string> };
  readonly template: {
    readonly metadata: { readonly labels: Record<string, string> };
    readonly spec: {
      readonly containers: readonly { readonly image: string; readonly ports: readonly { name: string }[] }[];
    };
  };
}

describe("Maintenance", () => {
  it("runs the script in Odoo's own image, twice, for the Service", async () => {
    const all = await resources();
    const spec = only(all, "kubernetes:apps/v1:Deployment").inputs["spec"] as unknown as Spec;
    assert.equal(spec.replicas, 2);
    const { image } = exampleTenant().release;
    assert.equal(spec.template.spec.containers[0]?.image, `${image.repository}@${image.digest}`);
    const { selector, ports } = only(all, "kubernetes:core/v1:Service").inputs["spec"] as unknown as {
      selector: Record<string, string>;
      ports: { targetPort: string }[];
    };
    for (const [key, value] of Object.entries(selector)) assert.equal(spec.template.metadata.labels[key], value);
    assert.equal(ports[0]?.targetPort, spec.template.spec.containers[0].ports[0]?.name);
    const { data } = only(all, "kubernetes:core/v1:ConfigMap").inputs;
    assert.deepEqual(data, { "server.py": readFileSync(SCRIPT, "utf8") });
  });

  it("lets its pods be reached from the Gateway only, and reach nothing", async () => {
    const all = await resources();
    const { selector } = only(all, "kubernetes:apps/v1:Deployment").inputs["spec"] as unknown as Spec;
    assert.deepEqual(only(all, "kubernetes:networking.k8s.io/v1:NetworkPolicy").inputs["spec"], {
      podSelector: selector,
      policyTypes: ["Ingress", "Egress"],
      ingress: [
        {
          from: [
            {
              namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "envoy-gateway-system" } },
              podSelector: { matchLabels: { app: "envoy" } },
            },
          ],
          ports: [{ protocol: "TCP", port: 8080 }],
        },
      ],
    });
  });
});

describe("the maintenance page's script", () => {
  let server: ChildProcess;
  let port: number;
  before(async () => {
    const python = spawnSync("python3", ["-c", "import sys; sys.exit(sys.version_info < (3, 8))"]);
    assert.equal(
      python.status,
      0,
      "python3 (3.8 or later) is not on PATH: this test runs the script of the maintenance page",
    );
    server = spawn("python3", ["-B", "-I", SCRIPT], {
      env: { ...process.env, PORT: "0" },
      stdio: ["ignore", "pipe", "inherit"],
    });
    const [line] = (await once(server.stdout ?? assert.fail(), "data")) as [Buffer];
    port = Number(/^listening on (\d+)\n$/.exec(line.toString())?.[1]);
  });
  after(() => server.kill("SIGKILL"));

  it("answers every request with 503, Retry-After and the page, the same for all", async () => {
    const pages = new Set<string>();
    for (const [method, path, host] of [
      ["GET", "/", "acme.example"],
      ["GET", "/web/login?token=secret", "other.example"],
      ["POST", "/web/session/authenticate", "acme.example"],
      ["DELETE", "/websocket", "acme.example"],
    ] as const) {
      const body = method === "POST" ? "x".repeat(10_000) : null;
      const response = await fetch(`http://127.0.0.1:${port}${path}`, {
        method,
        body,
        headers: { "x-forwarded-host": host },
      });
      assert.equal(response.status, 503);
      assert.equal(response.headers.get("retry-after"), "3600");
      assert.equal(response.headers.get("content-type"), "text/html; charset=utf-8");
      assert.equal(response.headers.get("cache-control"), "no-store");
      assert.equal(response.headers.get("server")?.trim(), "maintenance");
      pages.add(await response.text());
    }
    assert.equal(pages.size, 1);
    const [page = ""] = pages;
    assert.match(page, /<title>Not available at the moment<\/title>/);
    assert.doesNotMatch(page, /acme|other|secret/);
  });

  it("sends no page with HEAD", async () => {
    const response = await fetch(`http://127.0.0.1:${port}/`, { method: "HEAD" });
    assert.equal(response.status, 503);
    assert.equal(await response.text(), "");
  });

  it("answers others while a client sends nothing or rubbish", async () => {
    const silent = connect(port, "127.0.0.1");
    const rude = connect(port, "127.0.0.1");
    rude.on("error", () => undefined);
    rude.write("\0\0\0\r\n\r\n");
    await once(silent, "connect");
    assert.equal((await fetch(`http://127.0.0.1:${port}/`)).status, 503);
    silent.destroy();
    rude.destroy();
  });

  it("ends at once when it is told to, and has logged nothing", async () => {
    let more = "";
    server.stdout?.on("data", (data: Buffer) => (more += data.toString()));
    server.kill("SIGTERM");
    const [code] = (await once(server, "exit")) as [number | null];
    assert.equal(code, 0);
    assert.equal(more, "");
  });
});
