import assert from "node:assert/strict";
import { POLICY_PACK } from "../../lib/policyPack.ts";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { world } from "./support/hooks.ts";

/** What is no policy, and one of the repository, which this stack has not: goldenMutations.integration.test.ts breaks prod's. */
const NOT_HERE = ["all.ts", "index.ts", "repositoryProtection.ts"];

/** Names of the pack's policies that this stack has something for, from their files. */
function policyNames(): string[] {
  return readdirSync(join(world().root, "policies"))
    .filter((file) => file.endsWith(".ts") && !NOT_HERE.includes(file))
    .map((file) => /\bname: "([a-z-]+)"/.exec(world().read(`policies/${file}`))?.[1] ?? file);
}

describe("policies in the real engine", () => {
  const previewWithPolicies = (...args: string[]) =>
    world().pulumiWith(
      // The provider that renders to files takes no kubeconfig, not even the ambient one.
      { KUBECONFIG: undefined },
      ...["preview", "--stack", "sandbox", "--policy-pack", POLICY_PACK, "--non-interactive"],
      ...args,
    );

  it("refuse a program that breaks each of them, and name every one", async () => {
    const program = world().read("index.ts");
    world().write(
      "index.ts",
      `${program.replace("new OdooTenant(tenant.id", "made(tenant.id")}
import { violate } from "./test/e2e/support/violations.ts";
function made(...args: ConstructorParameters<typeof OdooTenant>): OdooTenant {
  const tenant = new OdooTenant(...args);
  if (args[0] === "tbwa-crm") violate(providers, tenant);
  return tenant;
}
`,
    );
    try {
      // Without the sandbox's relaxations: as in staging and prod.
      const { status, output } = await previewWithPolicies();
      assert.notEqual(status, 0);
      const named = new Set([...output.matchAll(/\[mandatory\] +([a-z-]+)/g)].map(([, name]) => name));
      assert.deepEqual(
        policyNames().filter((name) => !named.has(name)),
        [],
      );
    } finally {
      world().write("index.ts", program);
    }
  });

  it("let the program itself pass", async () => {
    const { status, output } = await previewWithPolicies("--policy-pack-config", "policies/sandbox.json");
    assert.equal(status, 0, output);
  });
});
