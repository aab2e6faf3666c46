import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import { subjectsOf, unattested } from "../../features/delivery/promotable.ts";
import { resolve, type Resolved, type ResolvedStack } from "../../features/delivery/resolved.ts";
import { attestedReleases } from "../../policies/attestedReleases.ts";
import type { Statement } from "../../policies/lib/attestations.ts";
import { checkout } from "../../policies/lib/checkout.ts";
import { compliantStack, set } from "../policies/support/fixtures.ts";
import { judge } from "../../features/look/judge.ts";
import { attest, emptyCheckout, promote, subjectsOf as subjectsOfGraph } from "../policies/support/releasedCheckout.ts";
import { stackFileText } from "../support/delivery.ts";
import { withProject } from "../support/projectFolder.ts";
import { THIRD_IMAGE, withThirdImage } from "../support/thirdImage.ts";

const { repository, digest } = THIRD_IMAGE;
const SUBJECT = { name: repository, digest: { sha256: digest.slice("sha256:".length) } };

/** A checkout, and its stacks with a third image in each tenant's release. */
function withStacks<Result>(use: (resolved: Resolved, stack: (name: string) => ResolvedStack) => Result): Result {
  const files = {
    "tenants/globex.yaml":
      "displayName: Globex\nowner: { team: ops, email: ops@x.example }\nbundles: [sales]\nenvironments: { prod: {} }\n",
    "Pulumi.staging.yaml": stackFileText("staging"),
    "Pulumi.prod.yaml": stackFileText("prod"),
  };
  return withProject(files, (root) => {
    const resolved = resolve(root);
    return use(resolved, (name) => {
      const stack = resolved.stacks.get(name) ?? assert.fail(name);
      const tenants = [...stack.tenants].map(
        ([id, spec]) => [id, { ...spec, release: withThirdImage(spec.release) }] as const,
      );
      return { ...stack, tenants: new Map(tenants) };
    });
  });
}

/** What the policy refuses of a web pod with the third image beside Odoo's, once staging has attested something. */
function refusedOnce(attested: Statement["subject"]): string[] {
  const root = emptyCheckout();
  const was = checkout.root;
  checkout.root = root;
  try {
    const resources = compliantStack();
    attest(root, subjectsOfGraph(resources));
    attest(root, attested, { file: "two.json" });
    promote(root, resources);
    set("acme-web", "spec.template.spec.containers.1", { name: "proxy", image: `${repository}@${digest}` })(resources);
    return judge(attestedReleases, resources).map(({ message }) => message);
  } finally {
    checkout.root = was;
    rmSync(root, { recursive: true });
  }
}

describe("a third image of a release", () => {
  it("is attested with the tenants that run it", () => {
    withStacks((resolved, stack) => {
      const subjects = subjectsOf(resolved, stack("staging"));
      assert.deepEqual(
        subjects.filter(({ name }) => name === repository),
        [SUBJECT],
      );
      assert.equal(subjects.filter(({ name }) => name.includes("docker.io/")).length, 3);
    });
  });

  it("keeps a deployment from prod until staging has passed with it", () => {
    withStacks((resolved, stack) => {
      assert.match(
        unattested(resolved, stack("prod"), { valid: [], refused: [] }).join("\n"),
        /image docker\.io\/library\/nginx@sha256:333333333333… has passed no test/,
      );
    });
  });

  it("is refused by the policy before it is attested, and not after", () => {
    withStacks((resolved, stack) => {
      const subjects = subjectsOf(resolved, stack("staging"));
      assert.deepEqual(refusedOnce(subjects), []);
      const without = refusedOnce(subjects.filter(({ name }) => name !== repository));
      assert.equal(without.length, 1);
      assert.match(without.join(), /^acme-web: spec\.template\.spec\.containers\[1\]\.image is .*nginx/);
    });
  });
});
