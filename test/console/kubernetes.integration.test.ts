import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ApiException, CoreV1Api, KubeConfig } from "@kubernetes/client-node";
import { openInstance } from "../../sandbox/instance.ts";
import type { Instance } from "../../sandbox/instance.ts";
import { startCurrent, stopProcess } from "../../sandbox/processes.ts";
import { prepareCluster } from "../../sandbox/services/clusterObjects.ts";
import {
  apiServerProgram,
  callKubernetes,
  etcdProgram,
  prepareKubernetesFiles,
  waitForKubernetes,
} from "../../sandbox/services/kubernetes.ts";
import { kubeconfigPath } from "../../sandbox/services/kubeconfig.ts";
import { ensureToolchain } from "../../sandbox/toolchain/ensure.ts";
import { collect } from "../../console/collector/collect.ts";
import { kubernetesSource } from "../../console/collector/sources/kubernetes.ts";
import { Projections } from "../../console/test/support/projections.ts";

const PLATFORM = "odoo-platform";

describe("the source kubernetes", function () {
  this.timeout(300_000);
  let projections: Projections;
  let home: string;
  let instance: Instance;
  let kubeconfig: string;

  const call = async (method: string, path: string, body: object, type = "application/json") => {
    const { status, text } = await callKubernetes(instance, method, path, { type, body });
    assert.ok(status < 300, `${method} ${path}: ${text}`);
  };
  const namespace = async (name: string) => {
    await call("POST", "/api/v1/namespaces", { metadata: { name } });
    await call("POST", `/api/v1/namespaces/${name}/serviceaccounts`, { metadata: { name: "default" } });
  };
  const pod = async (
    where: string,
    name: string,
    tenant: string,
    status: object,
    ownerReferences: readonly object[] = [],
  ) => {
    const path = `/api/v1/namespaces/${where}/pods`;
    await call("POST", path, {
      metadata: { name, labels: { "odoo-saas.dev/tenant": tenant }, ownerReferences },
      spec: { containers: [{ name: "odoo", image: "example/odoo" }] },
    });
    await call("PATCH", `${path}/${name}/status`, { status }, "application/merge-patch+json");
  };
  const container = (restartCount: number, state: object = {}) => ({
    name: "odoo",
    image: "",
    imageID: "",
    ready: true,
    restartCount,
    state,
  });
  const READY = { conditions: [{ type: "Ready", status: "True" }] };
  const read = async (config = kubeconfig) =>
    (await collect(projections.database, [kubernetesSource(config, 1)], true))?.[0]?.problem;
  const rows = async () => ({
    pods: await projections.database.selectFrom("pods").selectAll().orderBy("tenant").execute(),
    certificates: await projections.database.selectFrom("certificates").selectAll().orderBy("name").execute(),
  });
  const configOf = (server: string) =>
    JSON.stringify({
      clusters: [{ name: "c", cluster: { server, "insecure-skip-tls-verify": true } }],
      users: [{ name: "u", user: { token: "a-token" } }],
      contexts: [{ name: "c", context: { cluster: "c", user: "u" } }],
      "current-context": "c",
    });

  before(async () => {
    home = mkdtempSync(join(tmpdir(), "odoo-saas-cluster-"));
    const [toolchain, made, opened] = await Promise.all([
      ensureToolchain([]),
      Projections.start(),
      openInstance({ home, checkout: home, newPorts: "free" }),
    ]);
    projections = made;
    instance = opened;
    prepareKubernetesFiles(instance);
    await startCurrent(instance, etcdProgram(instance, toolchain));
    await startCurrent(instance, apiServerProgram(instance, toolchain), "kubernetes");
    await waitForKubernetes(instance);
    await prepareCluster(instance, toolchain.crdDir);
    kubeconfig = readFileSync(kubeconfigPath(instance, "console"), "utf8");
    for (const name of ["odoo-acme", "odoo-globex", "odoo-initech", PLATFORM]) await namespace(name);
    await pod("odoo-acme", "web", "acme", { ...READY, phase: "Running", containerStatuses: [container(2)] });
    await pod("odoo-acme", "cron", "acme", {
      phase: "Running",
      conditions: [{ type: "Ready", status: "False", reason: "ContainersNotReady" }],
      containerStatuses: [container(5, { waiting: { reason: "CrashLoopBackOff" } })],
    });
    const job = { apiVersion: "batch/v1", kind: "Job", name: "backup", uid: "3f2b8f5e-0000-4000-8000-000000000000" };
    await pod("odoo-acme", "backup", "acme", { phase: "Running" }, [job]);
    // Says that it is another tenant's than its namespace.
    await pod("odoo-globex", "web", "acme", { phase: "Running" });
    await pod("odoo-globex", "cron", "globex", { ...READY, phase: "Running" });
    await pod("odoo-initech", "web", "initech", { ...READY, phase: "Running" });
    const certificates = `/apis/cert-manager.io/v1/namespaces/${PLATFORM}/certificates`;
    for (const [name, labels] of [
      ["erp.acme.example", { "odoo-saas.dev/tenant": "acme" }],
      ["wildcard", {}],
    ] as const) {
      await call("POST", certificates, {
        apiVersion: "cert-manager.io/v1",
        kind: "Certificate",
        metadata: { name, labels },
        spec: { secretName: name, dnsNames: [name], issuerRef: { name: "sandbox", kind: "ClusterIssuer" } },
      });
    }
    await call(
      "PATCH",
      `${certificates}/erp.acme.example/status`,
      {
        status: {
          notAfter: "2026-12-04T00:00:00Z",
          conditions: [{ type: "Ready", status: "True", lastTransitionTime: "2026-11-01T00:00:00Z" }],
        },
      },
      "application/merge-patch+json",
    );
  });
  beforeEach(async () => {
    await projections.renew();
    await projections.haveTenants("acme", "globex");
  });
  after(async () => {
    await projections.stop();
    for (const name of ["kube-apiserver", "etcd"]) await stopProcess(instance, name);
    rmSync(home, { recursive: true, force: true });
  });

  it("has pods that last of known tenants in their own namespaces, and certificates, the same however often it is read", async () => {
    assert.equal(await read(), undefined);
    const before = await rows();
    assert.deepEqual(before, {
      pods: [
        { tenant: "acme", pods: 2, ready: 1, restarts: 7, problem: "CrashLoopBackOff" },
        { tenant: "globex", pods: 1, ready: 1, restarts: 0, problem: null },
      ],
      certificates: [
        {
          name: "erp.acme.example",
          tenant: "acme",
          hosts: ["erp.acme.example"],
          ends_at: new Date("2026-12-04T00:00:00Z"),
          ready: true,
        },
        { name: "wildcard", tenant: null, hosts: ["wildcard"], ends_at: null, ready: false },
      ],
    });
    await Promise.all([read(), read()]);
    assert.deepEqual(await rows(), before);
  });

  for (const [what, method, path] of [
    ["secrets", "GET", "/api/v1/namespaces/odoo-acme/secrets"],
    ["configuration", "GET", "/api/v1/namespaces/odoo-acme/configmaps"],
    ["one pod", "GET", "/api/v1/namespaces/odoo-acme/pods/web"],
    ["a pod's log", "GET", "/api/v1/namespaces/odoo-acme/pods/web/log"],
    ["a shell in a pod", "POST", "/api/v1/namespaces/odoo-acme/pods/web/exec?command=sh"],
    ["the end of a pod", "DELETE", "/api/v1/namespaces/odoo-acme/pods/web"],
    ["a token", "POST", "/api/v1/namespaces/odoo-acme/serviceaccounts/default/token"],
  ] as const) {
    it(`may list pods and certificates alone: its account is refused ${what}`, async () => {
      const config = new KubeConfig();
      config.loadFromString(kubeconfig);
      const options = await config.applyToFetchOptions({});
      const { default: fetch } = await import("node-fetch");
      const { status } = await fetch(`${config.getCurrentCluster()?.server ?? ""}${path}`, { ...options, method });
      assert.equal(status, 403);
    });
  }

  it("is refused by a cluster that has not granted it the lists", async () => {
    const config = new KubeConfig();
    config.loadFromString(readFileSync(kubeconfigPath(instance, "nodes"), "utf8"));
    await assert.rejects(
      config.makeApiClient(CoreV1Api).listNamespacedSecret({ namespace: PLATFORM }),
      (error) => error instanceof ApiException && error.code === 403,
    );
    const problem = await read(readFileSync(kubeconfigPath(instance, "nodes"), "utf8"));
    assert.match(
      problem ?? "",
      /refuses the console's account \(403\), expected one that may list pods and certificates/,
    );
  });

  const answers: readonly (readonly [what: string, listener: RequestListener, expected: RegExp])[] = [
    ["hangs", () => undefined, /does not answer within 1 s/],
    ["fails", (_, response) => response.writeHead(500).end("secret words"), /answers with status 500/],
    [
      "answers no JSON",
      (_, response) => response.writeHead(200, { "content-type": "application/json" }).end("{"),
      /answers otherwise than expected/,
    ],
  ];
  for (const [what, listener, expected] of answers) {
    it(`keeps its rows when the API server ${what}`, async () => {
      await read();
      const before = await rows();
      const server = createServer(listener).listen(0, "127.0.0.1");
      await once(server, "listening");
      const problem = await read(configOf(`http://127.0.0.1:${(server.address() as AddressInfo).port}`));
      server.closeAllConnections();
      server.close();
      assert.match(problem ?? "", expected);
      assert.doesNotMatch(problem ?? "", /secret words|a-token/);
      assert.deepEqual(await rows(), before);
      assert.equal((await projections.state("kubernetes"))?.state, "failed");
    });
  }

  it("says that nothing listens there, and what is not a kubeconfig, without quoting it", async () => {
    assert.match((await read(configOf("http://127.0.0.1:9"))) ?? "", /127\.0\.0\.1:9 cannot be asked \(ECONNREFUSED\)/);
    assert.equal(await read("{ secret"), "CONSOLE_KUBECONFIG is not a kubeconfig: see docs/console.md");
  });
});
