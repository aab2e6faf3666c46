import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { z } from "zod";

const ROOT = join(import.meta.dirname, "../..");

const report = z.object({
  summary: z.object({
    violations: z.array(z.object({ from: z.string(), to: z.string(), rule: z.object({ name: z.string() }) })),
  }),
});

/** Files by what they import. */
type Imports = Readonly<Record<string, readonly string[]>>;

/** Violations in a folder with such files: `rule: from → to`, sorted. */
function violations(imports: Imports): string[] {
  const root = mkdtempSync(join(tmpdir(), "odoo-saas-imports-"));
  try {
    const files = new Set([...Object.keys(imports), ...Object.values(imports).flat()]);
    for (const file of files) {
      const up = "../".repeat(file.split("/").length - 1) || "./";
      const lines = (imports[file] ?? []).map((path) => `import type { T } from "${up}${path}";`);
      mkdirSync(join(root, dirname(file)), { recursive: true });
      writeFileSync(join(root, file), [...lines, "export type T = string;", ""].join("\n"));
    }
    writeFileSync(join(root, "tsconfig.json"), "{}");
    const args = ["--config", join(ROOT, ".dependency-cruiser.mjs"), "--output-type", "json", ...files];
    const { stdout, stderr } = spawnSync(join(ROOT, "node_modules/.bin/depcruise"), args, {
      cwd: root,
      encoding: "utf8",
    });
    assert.equal(stderr, "");
    const found = report.parse(JSON.parse(stdout)).summary.violations;
    return found.map(({ from, to, rule }) => `${rule.name}: ${from} → ${to}`).sort();
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

describe("directions of imports", function () {
  this.timeout(60_000);

  it("let features be used, each by its index", () => {
    const found = violations({
      "commands/deploy/up.ts": ["features/delivery/deploy.ts", "sandbox/stack.ts", "test/suites.ts"],
      "features/delivery/deploy.ts": [
        "features/backups/index.ts",
        "features/delivery/plan.ts",
        "policies/lib/types.ts",
      ],
      "features/backups/index.ts": ["config/index.ts", "lib/git.ts"],
      "sandbox/seed/recording.ts": ["features/delivery/plan.ts", "components/platform.ts"],
      "components/platform.ts": ["config/index.ts", "providers/odoosql/resources.ts"],
      "policies/uniqueHosts.ts": ["config/names.ts"],
      "config/index.ts": ["lib/git.ts"],
      "test/suites.ts": ["commands/command.ts", "sandbox/stack.ts"],
      "index.ts": ["components/platform.ts", "config/index.ts"],
    });
    assert.deepEqual(found, []);
  });

  it("refuse what goes the other way", () => {
    const forbidden: readonly [string, string, string][] = [
      ["features-by-index", "features/delivery/deploy.ts", "features/backups/session.ts"],
      ["imports-of-bench", "bench/main.ts", "commands/command.ts"],
      ["imports-of-commands", "commands/main.ts", "components/platform.ts"],
      ["imports-of-components", "components/tenantDns.ts", "policies/lib/types.ts"],
      ["imports-of-config", "config/names.ts", "features/lifecycle/index.ts"],
      ["imports-of-features", "features/image/release.ts", "commands/command.ts"],
      ["imports-of-features", "features/image/release.ts", "sandbox/stack.ts"],
      ["imports-of-lib", "lib/pulumi.ts", "config/index.ts"],
      ["imports-of-policies", "policies/uniqueHosts.ts", "components/platform.ts"],
      ["imports-of-program", "index.ts", "lib/git.ts"],
      ["imports-of-providers", "providers/odoosql/main.ts", "config/names.ts"],
      ["imports-of-sandbox", "sandbox/stack.ts", "commands/command.ts"],
    ];
    const imports: Record<string, string[]> = {};
    for (const [, from, to] of forbidden) (imports[from] ??= []).push(to);
    assert.deepEqual(
      violations(imports),
      forbidden.map(([rule, from, to]) => `${rule}: ${from} → ${to}`),
    );
  });

  it("refuse circles, those of types included", () => {
    const found = violations({
      "config/lifecycle.ts": ["config/schemas/tenant.ts"],
      "config/schemas/tenant.ts": ["config/schemas/archive.ts"],
      "config/schemas/archive.ts": ["config/lifecycle.ts"],
    });
    assert.ok(found.length > 0);
    assert.ok(
      found.every((line) => line.startsWith("no-circles: ")),
      found.join("\n"),
    );
  });
});
