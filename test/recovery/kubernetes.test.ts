import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { KubernetesError, KubernetesOrphans } from "../../features/recovery/kubernetes.ts";
import { declared } from "../support/declared.ts";

describe("orphans in Kubernetes", () => {
  const labels = { "odoo-saas.dev/tenant": "acme", "odoo-saas.dev/environment": "prod" };
  const quota = (name: string, own: Record<string, string> = labels) =>
    declared("kubernetes:core/v1:ResourceQuota", {
      apiVersion: "v1",
      kind: "ResourceQuota",
      metadata: { name, namespace: "odoo-acme", labels: own },
    });
  let server: Server;
  let orphans: KubernetesOrphans;

  const kubeconfig = (port: number) =>
    JSON.stringify({
      clusters: [{ name: "c", cluster: { server: `http://127.0.0.1:${port}`, "insecure-skip-tls-verify": true } }],
      users: [{ name: "u", user: { token: "t" } }],
      contexts: [{ name: "x", context: { cluster: "c", user: "u" } }],
      "current-context": "x",
    });

  before(async () => {
    const answers: Record<string, unknown> = {
      "/api/v1": { resources: [{ name: "resourcequotas", kind: "ResourceQuota", namespaced: true }] },
      "/api/v1/namespaces/odoo-acme/resourcequotas/odoo": {
        apiVersion: "v1",
        kind: "ResourceQuota",
        metadata: { name: "odoo", namespace: "odoo-acme", labels: { ...labels, other: "x" } },
      },
    };
    server = createServer(({ url = "" }, response) => {
      const answer = answers[url];
      response.writeHead(answer === undefined ? 404 : 200, { "content-type": "application/json" });
      response.end(JSON.stringify(answer ?? { kind: "Status", code: 404 }));
    });
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    orphans = new KubernetesOrphans(kubeconfig((server.address() as AddressInfo).port), undefined);
  });
  after(() => server.close());

  it("proves an object by the labels that it is declared with, and doubts it without", async () => {
    const own = await orphans.find(quota("odoo"));
    assert.equal(own?.id, "odoo-acme/odoo");
    assert.match(own.proof ?? "", /labels/);
    const foreign = await orphans.find(quota("odoo", { ...labels, "odoo-saas.dev/tenant": "other" }));
    assert.equal(foreign?.proof, undefined);
    assert.match(foreign?.doubt ?? "", /odoo-saas\.dev\/tenant is acme, expected other/);
    const staged = await orphans.find(quota("odoo", { ...labels, "odoo-saas.dev/environment": "staging" }));
    assert.equal(staged?.proof, undefined);
    assert.match(staged?.doubt ?? "", /odoo-saas\.dev\/environment is prod, expected staging/);
  });

  it("says nothing of what is not there, has no owner's label, or is not known yet", async () => {
    assert.equal(await orphans.find(quota("none")), undefined);
    assert.equal(await orphans.find(quota("odoo", {})), undefined);
    assert.equal(await orphans.find(declared("kubernetes:core/v1:Secret", { metadata: "[secret]" })), undefined);
  });

  it("says what does not answer", async () => {
    const nowhere = new KubernetesOrphans(kubeconfig(1), undefined);
    await assert.rejects(nowhere.find(quota("odoo")), KubernetesError);
  });
});
