import assert from "node:assert/strict";
import { GOLDEN_STACKS } from "../support/stackGraph.ts";
import { engineGraph, packPolicies } from "./support/engineGraph.ts";
import { judge } from "./support/judge.ts";

describe("policies over the program", () => {
  for (const stack of GOLDEN_STACKS) {
    it(`accept ${stack} as it is configured`, async () => {
      const resources = await engineGraph(stack);
      for (const type of ["odoo:saas:OdooTenant", "kubernetes:apps/v1:Deployment", "kubernetes:batch/v1:CronJob"]) {
        assert(
          resources.some((resource) => resource.type === type),
          `a ${type} is judged`,
        );
      }
      for (const policy of await packPolicies()) assert.deepEqual(judge(policy, resources), [], policy.name);
    });
  }
});
