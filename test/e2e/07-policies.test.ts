import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { ensureToolchain, toolchainEnv } from "../../sandbox/toolchain/ensure.ts";
import { world } from "./support/hooks.ts";

/** Names of all policies of the pack, from its files. */
function policyNames(): string[] {
  return readdirSync(join(world().root, "policies"))
    .filter((file) => file.endsWith(".ts") && file !== "index.ts")
    .map((file) => /\bname: "([a-z-]+)"/.exec(world().read(`policies/${file}`))?.[1] ?? file);
}

describe("policies in the real engine", () => {
  const previewWithPolicies = async (...args: string[]) =>
    world().pulumiWith(
      // With GitHub's provider. The one that renders to files takes no kubeconfig, not even the ambient one.
      { ...toolchainEnv(await ensureToolchain(["test"]), { PATH: process.env["PATH"] }), KUBECONFIG: undefined },
      ...["preview", "--stack", "sandbox", "--policy-pack", "policies", "--non-interactive"],
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
