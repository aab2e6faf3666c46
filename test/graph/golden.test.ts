import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { z } from "zod";
import { holdsData } from "../../policies/lib/dataHolders.ts";
import { GOLDEN_STACKS, goldenPath, renderGraph, stackGraph } from "../support/stackGraph.ts";

describe("golden graph", () => {
  for (const stack of GOLDEN_STACKS) {
    it(`${stack} previews as it is kept in test/graph/${stack}.json (renewed by npx odoo-saas test golden)`, async () => {
      const resources = await stackGraph(stack);
      assert.equal(renderGraph(resources), readFileSync(goldenPath(stack), "utf8"));
    });

    it(`${stack} protects and retains everything that holds data`, async () => {
      const data = (await stackGraph(stack)).filter(({ type, name }) => holdsData(type, name));
      assert.ok(data.length > 0);
      for (const { name, type, protect } of data) assert.ok(protect, `${type} ${name} is not protected`);
    });

    it(`${stack} deletes what is in a namespace at once, so that the provider sees it go`, async () => {
      const inNamespace = z.object({
        metadata: z.object({ namespace: z.unknown(), annotations: z.record(z.string(), z.string()).optional() }),
      });
      const objects = (await stackGraph(stack)).flatMap(({ type, name, inputs }) => {
        const parsed = type.startsWith("kubernetes:") ? inNamespace.safeParse(inputs) : undefined;
        return parsed?.success && parsed.data.metadata.namespace !== undefined
          ? [{ name, ...parsed.data.metadata }]
          : [];
      });
      assert.ok(objects.length > 0);
      for (const { name, annotations } of objects) {
        assert.equal(annotations?.["pulumi.com/deletionPropagationPolicy"], "background", name);
      }
    });
  }
});
