import assert from "node:assert/strict";
import { join } from "node:path";
import { propose } from "../../features/delivery/promotion.ts";
import { subjectsOf } from "../../features/delivery/promotable.ts";
import { resolve } from "../../features/delivery/resolved.ts";
import { GOLDEN_STACKS } from "../support/stackGraph.ts";
import { engineGraph, packPolicies } from "./support/engineGraph.ts";
import { copyHostFiles } from "./support/hostCheckout.ts";
import { judge } from "./support/judge.ts";
import { attest, emptyCheckout, useCheckout, writeInto } from "./support/releasedCheckout.ts";

const PROJECT = join(import.meta.dirname, "../..");

/** A checkout in which delivery's own code has attested and promoted what the project's files say of a stack. */
function delivered(name: string): string {
  const resolved = resolve(PROJECT);
  const stack = resolved.stacks.get(name) ?? assert.fail(name);
  const root = copyHostFiles(emptyCheckout());
  const statement = attest(root, subjectsOf(resolved, stack));
  const { files } = propose(resolved, stack, { file: "one.json", statement }, undefined);
  for (const [file, text] of Object.entries(files)) writeInto(root, file, text);
  return root;
}

describe("policies over the program", () => {
  for (const stack of GOLDEN_STACKS) {
    describe(stack, () => {
      // As after its promotion: before that, prod takes nothing.
      useCheckout(() => delivered(stack));

      it("is accepted as it is configured, attested and promoted", async () => {
        const resources = await engineGraph(stack);
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
