import assert from "node:assert/strict";
import { stackSettingsOf } from "../../config/index.ts";
import { propose } from "../../features/delivery/promotion.ts";
import { subjectsOf } from "../../features/delivery/promotable.ts";
import { type Resolved, resolve } from "../../features/delivery/resolved.ts";
import { PROJECT } from "../support/company.ts";
import { engineGraph, packPolicies } from "./support/engineGraph.ts";
import { copyHostFiles } from "./support/hostCheckout.ts";
import { judge } from "../../features/look/judge.ts";
import { attest, emptyCheckout, useCheckout, writeInto } from "./support/releasedCheckout.ts";

/** The project's own stacks, whichever they are: nothing here may depend on who its tenants are. */
const STACKS = [...stackSettingsOf(PROJECT)].filter(([, { environment }]) => environment !== "sandbox");

/** A checkout in which delivery's own code has attested and promoted what the project's files say of a stack. */
function delivered(resolved: Resolved, name: string): string {
  const stack = resolved.stacks.get(name) ?? assert.fail(name);
  const root = copyHostFiles(emptyCheckout(), PROJECT);
  const statement = attest(root, subjectsOf(resolved, stack));
  const { files } = propose(resolved, stack, { file: "one.json", statement }, undefined);
  for (const [file, text] of Object.entries(files)) writeInto(root, file, text);
  return root;
}

describe("policies over the program and the project's own tenants", () => {
  let resolved: Resolved;
  before(() => {
    resolved = resolve(PROJECT);
  });

  it("have stacks to judge", () => assert(STACKS.length > 0));

  for (const [stack] of STACKS) {
    describe(stack, () => {
      // As after its promotion: before that, prod takes nothing.
      useCheckout(() => delivered(resolved, stack));

      it("is accepted as it is configured, attested and promoted", async () => {
        const resources = await engineGraph(stack, PROJECT);
        const tenants = [...(resolved.stacks.get(stack)?.tenants.keys() ?? [])];
        const named = (type: string) => resources.filter((resource) => resource.type === type).map(({ name }) => name);
        assert.deepEqual(named("odoo:saas:OdooTenant").sort(), tenants);
        for (const type of ["kubernetes:apps/v1:Deployment", "kubernetes:batch/v1:CronJob"]) {
          for (const tenant of tenants) {
            assert(
              named(type).some((name) => name.startsWith(`${tenant}-`)),
              `a ${type} of ${tenant} is judged`,
            );
          }
        }
        for (const policy of await packPolicies()) assert.deepEqual(judge(policy, resources), [], policy.name);
      });
    });
  }
});
