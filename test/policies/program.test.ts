import assert from "node:assert/strict";
import { GOLDEN_STACKS } from "../support/stackGraph.ts";
import { engineGraph, packPolicies } from "./support/engineGraph.ts";
import type { Resource } from "./support/fixtures.ts";
import { judge } from "./support/judge.ts";
import { releasedCheckout, useCheckout } from "./support/releasedCheckout.ts";

describe("policies over the program", () => {
  for (const stack of GOLDEN_STACKS) {
    describe(stack, () => {
      let resources: Resource[];
      // As after its promotion: before that, prod takes nothing.
      useCheckout(async () => releasedCheckout((resources = await engineGraph(stack))));

      it("is accepted as it is configured", async () => {
        for (const type of ["odoo:saas:OdooTenant", "kubernetes:apps/v1:Deployment", "kubernetes:batch/v1:CronJob"]) {
          assert(
            resources.some((resource) => resource.type === type),
            `a ${type} is judged`,
          );
        }
        for (const policy of await packPolicies()) assert.deepEqual(judge(policy, resources), [], policy.name);
      });
    });
  }
});
