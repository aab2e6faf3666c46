import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import { tenantSchema } from "../../config/schemas/tenant.ts";
import { renderedNames } from "./kubernetesNames.ts";
import { blocks, npmCommands, OPERATIONS, projectFiles, read, ROOT } from "./pages.ts";

const { scripts } = z.object({ scripts: z.record(z.string(), z.string()) }).parse(JSON.parse(read("package.json")));

/** Everything that a script's own files say of its options. */
function usageOf(script: string): string {
  const files: readonly string[] = (scripts[script] ?? "").match(/[\w/]+\.ts/g) ?? [];
  // Those of several commands are told in a file beside them.
  const shared = files.some((file) => file.startsWith("commands/")) ? ["features/backups/places.ts"] : [];
  const bench = files.includes("bench/main.ts") ? projectFiles(/^bench\/[\w/]+\.ts$/) : [];
  return [...files, ...shared, ...bench].map(read).join("\n");
}

/** Scripts that hand their options to another program. */
const PASSED_ON: Readonly<Record<string, readonly string[]>> = {
  // To `pulumi up` and `pulumi preview`.
  up: ["--refresh", "--expect-no-changes", "--skip-preview"],
  preview: ["--refresh", "--expect-no-changes"],
};

describe("commands that pages name", () => {
  it("are scripts that there are, with options that they have", () => {
    const wrong: string[] = [];
    let checked = 0;
    for (const page of projectFiles(/^(?:docs\/.*|README|CONTRIBUTING|ARCHITECTURE|sql\/README)(?:\.md)?$/)) {
      for (const command of npmCommands(read(page))) {
        const [, script = "", rest = ""] = /^npm run (?:-s )?([\w:-]*\w)(.*)$/.exec(command) ?? [];
        checked += 1;
        if (scripts[script] === undefined) {
          wrong.push(`${page}: ${command}: package.json has no script ${script}`);
          continue;
        }
        for (const [option] of rest.matchAll(/(?<= )--[a-z][a-z-]*/g)) {
          const known = usageOf(script).includes(option) || PASSED_ON[script]?.includes(option) === true;
          const asKey = new RegExp(`\\b"?${option.slice(2)}"?: \\{ type:`).test(usageOf(script));
          if (!known && !asKey) wrong.push(`${page}: ${command}: ${script} has no ${option}`);
        }
      }
    }
    assert.deepEqual(wrong, []);
    assert.ok(checked > 60, String(checked));
  });

  it("of kubectl name workloads and containers that tenants have", () => {
    const { workloads, containers, components } = renderedNames();
    let checked = 0;
    for (const page of projectFiles(/^docs\/runbooks\/.*\.md$/)) {
      for (const [command] of read(page).matchAll(/kubectl -n odoo-<tenant>[^`\n]*/g)) {
        const [, kind, name] = /\b(deploy|cronjob)[/ ](odoo-[\w-]+)/.exec(command) ?? [];
        if (kind !== undefined && name !== undefined) assert.ok(workloads.has(name), `${page}: ${command}`);
        const [, container] = / -c (\w+)/.exec(command) ?? [];
        if (container !== undefined) assert.ok(containers.has(container), `${page}: ${command}`);
        const [, component] = /component=(\w+)/.exec(command) ?? [];
        if (component !== undefined) assert.ok(components.has(component), `${page}: ${command}`);
        checked += 1;
      }
    }
    assert.ok(checked > 10, String(checked));
  });
});

describe("pages of operations", () => {
  for (const operation of OPERATIONS) {
    it(`${operation}: says when, what to do, and when it is over; its YAML is a tenant's`, () => {
      const page = `docs/runbooks/${operation}.md`;
      assert.ok(existsSync(join(ROOT, page)));
      const text = read(page);
      assert.match(text, /\*\*When\*\*/);
      assert.match(text, /\*\*It is over when\*\*/);
      for (const { kind, lines } of blocks(page)) {
        if (kind !== "yaml") continue;
        assert.equal(lines[0], "# tenants/<tenant>.yaml", page);
        const values: Readonly<Record<string, string>> = { "<day>": "2027-01-31", "<release>": "18.0-2026.11" };
        const yaml = lines.join("\n").replace(/<\w+>/g, (word) => values[word] ?? word);
        const base = { displayName: "X", owner: { team: "a", email: "a@example.com" }, bundles: ["crm-sales"] };
        const added: unknown = parse(yaml);
        tenantSchema.parse({ ...base, environments: { staging: {} }, ...z.looseObject({}).parse(added) });
      }
    });
  }

  it("stay on one screen or two", () => {
    for (const page of projectFiles(/^docs\/runbooks\/alert-.*\.md$/)) {
      assert.match(read(page), /\*\*You see\*\*[^]*\*\*What to do\*\*[^]*\*\*It is over when\*\*/, page);
      assert.ok(read(page).split("\n").length < 60, page);
    }
  });
});
