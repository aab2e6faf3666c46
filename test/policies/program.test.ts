import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import type { ResourceValidationPolicy, StackValidationPolicy } from "@pulumi/policy";
import { UNKNOWN as UNKNOWN_IN_MOCKS } from "../support/mocks.ts";
import { GOLDEN_STACKS, stackGraph } from "../support/stackGraph.ts";
import type { Resource } from "./support/fixtures.ts";
import { judge, UNKNOWN } from "./support/judge.ts";
import { PACK } from "./support/packProcess.ts";

type Policy = ResourceValidationPolicy | StackValidationPolicy;

/** The program's graph, as the engine would show it to policies. */
async function engineGraph(stack: string): Promise<Resource[]> {
  const recorded = await stackGraph(stack);
  return recorded.map((resource) => ({
    type: resource.type,
    urn: resource.urn,
    name: resource.name,
    parent: resource.parent === "" ? undefined : resource.parent,
    protect: resource.protect,
    props: withEngineMarks(resource.revealed) as Record<string, unknown>,
  }));
}

function withEngineMarks(value: unknown): unknown {
  if (value === UNKNOWN_IN_MOCKS) return UNKNOWN;
  if (Array.isArray(value)) return value.map(withEngineMarks);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withEngineMarks(item)]));
}

describe("policies over the program", () => {
  for (const stack of GOLDEN_STACKS) {
    it(`accept ${stack} as it is configured`, async () => {
      const resources = await engineGraph(stack);
      const tenants = resources.filter(({ type }) => type === "odoo:saas:OdooTenant");
      assert(tenants.length > 0);
      const files = readdirSync(PACK).filter((file) => file.endsWith(".ts") && file !== "index.ts");
      for (const file of files) {
        for (const policy of Object.values((await import(join(PACK, file))) as Record<string, Policy>)) {
          assert.deepEqual(judge(policy, resources), [], policy.name);
        }
      }
    });
  }
});
