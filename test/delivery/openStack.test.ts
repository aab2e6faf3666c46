import assert from "node:assert/strict";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stringify } from "yaml";
import { openStack } from "../../features/delivery/smoke/access.ts";
import { configJson, stackFile, validStack } from "../support/stackValues.ts";

/** Two clusters; the current one is not the stack's. */
const KUBECONFIG = stringify({
  apiVersion: "v1",
  kind: "Config",
  clusters: ["here", "there"].map((name) => ({ name, cluster: { server: `https://${name}.example` } })),
  users: [{ name: "user", user: { token: "t" } }],
  contexts: ["here", "there"].map((name) => ({ name, context: { cluster: name, user: "user" } })),
  "current-context": "here",
});

describe("what smoke tests and rollback know of a stack", () => {
  let root = "";
  const { PATH } = process.env;

  before(() => {
    root = mkdtempSync(join(tmpdir(), "odoo-saas-stack-"));
    mkdirSync(join(root, "bin"));
    writeFileSync(join(root, "bin/pulumi"), `#!/bin/sh\nexec cat "${root}/$1.json"\n`);
    chmodSync(join(root, "bin/pulumi"), 0o755);
    writeFileSync(join(root, "stack.json"), JSON.stringify({ tenants: {} }));
    writeFileSync(join(root, "Pulumi.prod.yaml"), stackFile(validStack()));
    process.env["PATH"] = `${join(root, "bin")}:${PATH ?? ""}`;
  });
  after(() => {
    process.env["PATH"] = PATH;
    rmSync(root, { recursive: true, force: true });
  });

  async function serverWith(context: string | undefined): Promise<string | undefined> {
    const { kubernetes, ...values } = validStack();
    assert.ok(typeof kubernetes === "object");
    const settings = { ...values, kubernetes: { ...kubernetes, context }, kubeconfig: KUBECONFIG };
    writeFileSync(join(root, "config.json"), configJson(settings));
    return (await openStack(root, "prod")).kubeConfig.getCurrentCluster()?.server;
  }

  it("is of the cluster that its settings name", async () => {
    assert.equal(await serverWith("there"), "https://there.example");
    assert.equal(await serverWith(undefined), "https://here.example");
  });

  it("is refused if the kubeconfig has no such context", async () => {
    await assert.rejects(serverWith("gone"), /has no context "gone", expected one of here, there/);
  });
});
