import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse, parseAllDocuments, stringify } from "yaml";
import { z } from "zod";
import { findInstance } from "../../sandbox/instance.ts";
import type { Instance } from "../../sandbox/instance.ts";
import { ensureTools } from "../../sandbox/toolchain/ensure.ts";
import { stackGraph } from "../support/stackGraph.ts";
import { kubernetesObject, strictDryRun } from "./support/dryRun.ts";
import type { KubernetesObject } from "./support/dryRun.ts";
import { world } from "./support/hooks.ts";

const CHART = join(import.meta.dirname, "../../charts/odoo");
const example = z.record(z.string(), z.unknown()).parse(parse(readFileSync(join(CHART, "ci/example.yaml"), "utf8")));

/** Values that reach every branch of the templates. */
const VARIANTS: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  "the smallest complete values": {},
  "a paused tenant": { lifecycle: "paused" },
  "no workers, a filestore on one node, no root certificate": {
    web: { replicas: 1, workers: 0 },
    filestore: { claim: "odoo-filestore", shared: false },
    databaseRootCertificate: "",
  },
  "a private registry, and labels": {
    image: { ...z.looseObject({}).parse(example["image"]), pullSecrets: ["registry"] },
    labels: { "odoo-saas.dev/tenant": "acme", "app.kubernetes.io/managed-by": "pulumi" },
  },
};

describe("manifests, by the API server's own strict validation", () => {
  let instance: Instance;
  before(async () => {
    const found = await findInstance({ home: world().home, checkout: world().root, env: world().env });
    assert.ok(found);
    instance = found;
  });

  for (const [what, changes] of Object.entries(VARIANTS)) {
    it(`chart: ${what}`, async () => {
      const { helm = "" } = await ensureTools(["test"]);
      const { status, stdout, stderr } = spawnSync(
        helm,
        ["template", "acme", CHART, "--kube-version", "1.35.0", "--values", "-"],
        { encoding: "utf8", input: stringify({ ...example, ...changes }) },
      );
      assert.equal(status, 0, stderr);
      // As Helm and the provider read it: YAML 1.1.
      const objects = parseAllDocuments(stdout, { version: "1.1" }).flatMap((document) => {
        const object: unknown = document.toJS();
        return object === null ? [] : [kubernetesObject.parse(object)];
      });
      assert.equal(objects.length, 7);
      await assertAccepted(objects);
    });
  }

  for (const stack of ["staging", "prod"]) {
    it(`what the program makes beside the chart in ${stack}`, async () => {
      const objects = (await stackGraph(stack))
        .filter(({ type, custom }) => type.startsWith("kubernetes:") && custom)
        .map(({ inputs }) =>
          // The configuration is not known in a preview, and secret.
          kubernetesObject.parse("stringData" in inputs ? { ...inputs, stringData: { "odoo.conf": "" } } : inputs),
        );
      assert.ok(objects.length > 10);
      await assertAccepted(objects);
    });
  }

  it("refuses a field that Kubernetes does not know", async () => {
    const answer = await strictDryRun(instance, {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name: "odoo" },
      dataa: {},
    });
    assert.match(answer ?? "", /unknown field \\"dataa\\"/);
  });

  async function assertAccepted(objects: readonly KubernetesObject[]): Promise<void> {
    const answers = await Promise.all(
      objects.map(async (object) => {
        const answer = await strictDryRun(instance, object);
        return answer === undefined ? [] : [`${object.kind} ${object.metadata.name}: ${answer}`];
      }),
    );
    assert.deepEqual(answers.flat(), []);
  }
});
