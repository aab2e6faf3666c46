import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { CommandUnknownOpts } from "@commander-js/extra-typings";
import { parse } from "yaml";
import { z } from "zod";
import { GROUPS } from "../../commands/index.ts";
import { tenantSchema } from "../../config/schemas/tenant.ts";
import { renderedNames } from "./kubernetesNames.ts";
import { blocks, npmCommands, OPERATIONS, projectFiles, read, ROOT } from "./pages.ts";

const { scripts } = z.object({ scripts: z.record(z.string(), z.string()) }).parse(JSON.parse(read("package.json")));

/** Scripts whose options are not a command's: `npm run bench`'s are its own. */
const OWN_OPTIONS: Readonly<Record<string, readonly string[]>> = {
  bench: projectFiles(/^bench\/[\w/]+\.ts$/).map(read),
};

/** Commands that hand their options to `pulumi up` and `pulumi preview`. */
const PASSED_ON: Readonly<Record<string, readonly string[]>> = {
  "sandbox up": ["--refresh", "--expect-no-changes", "--skip-preview"],
  "sandbox preview": ["--refresh", "--expect-no-changes"],
};

const PAGES = /^(?:.*\/)?[\w-]+\.md$/;
const WORKFLOWS = /^\.github\/.*\.yml$/;
const SOURCES = /\.(?:ts|mjs|py|sh|sql|yaml|json)$/;

/** A call's group and verb, and what follows. */
const CALL = /npx odoo-saas ([a-z][\w-]*)(?: ([a-z][\w-]*))?([^`\n|#;"]*)/g;

describe("commands that pages name", () => {
  const commands = new Map<string, CommandUnknownOpts>();
  before(async () => {
    for (const { name, commands: verbs } of GROUPS) {
      for (const [verb, load] of Object.entries(verbs)) commands.set(`${name} ${verb}`, (await load()).default);
    }
  });

  /** Options of a command and of those below it. */
  const optionsOf = (command: CommandUnknownOpts): string[] => [
    "--help",
    ...command.options.map(({ long }) => long ?? ""),
    ...command.commands.flatMap(optionsOf),
  ];

  function problem(path: string, rest: string): string | undefined {
    const command = commands.get(path);
    if (command === undefined) return `there is no command ${path}`;
    const known = [...optionsOf(command), ...(PASSED_ON[path] ?? [])];
    const unknown = [...rest.matchAll(/(?<= )--[a-z][a-z0-9-]*/g)].find(([option]) => !known.includes(option));
    return unknown && `${path} has no ${unknown[0]}`;
  }

  /** The command that a script of package.json is. */
  const commandOf = (script: string) => /commands\/main\.ts ([\w-]+ [\w-]+)/.exec(scripts[script] ?? "")?.[1];

  it("are there, with options that they have", () => {
    const wrong: string[] = [];
    let checked = 0;
    for (const page of [...projectFiles(PAGES), ...projectFiles(WORKFLOWS)]) {
      for (const [call, group = "", verb = "", rest = ""] of read(page).matchAll(CALL)) {
        checked += 1;
        if (group === "complete" || verb === "") continue;
        const found = problem(`${group} ${verb}`, rest);
        if (found !== undefined) wrong.push(`${page}: ${call.trim()}: ${found}`);
      }
      for (const [call, script = ""] of read(page).matchAll(/node run\.mjs ([\w/.-]+\.[a-z]+)/g)) {
        if (!existsSync(join(ROOT, script))) wrong.push(`${page}: ${call}: there is no ${script}`);
      }
      for (const command of npmCommands(read(page))) {
        const [, script = "", rest = ""] = /^npm run (?:-s )?([\w:-]*\w)(.*)$/.exec(command) ?? [];
        checked += 1;
        if (scripts[script] === undefined) wrong.push(`${page}: ${command}: package.json has no script ${script}`);
        const path = commandOf(script);
        const own = OWN_OPTIONS[script]?.join("\n");
        const found = path === undefined ? undefined : problem(path, rest);
        if (found !== undefined) wrong.push(`${page}: ${command}: ${found}`);
        for (const [option] of own === undefined ? [] : rest.matchAll(/(?<= )--[a-z][a-z-]*/g)) {
          if (own?.includes(option) !== true) wrong.push(`${page}: ${command}: ${script} has no ${option}`);
        }
      }
    }
    assert.deepEqual(wrong, []);
    assert.ok(checked > 150, String(checked));
  });

  it("in messages are there, too", () => {
    const wrong: string[] = [];
    let checked = 0;
    for (const file of projectFiles(SOURCES).filter((name) => existsSync(join(ROOT, name)))) {
      if (file === "test/docs/commands.test.ts") continue;
      const text = read(file);
      for (const [call, group = "", verb = ""] of text.matchAll(CALL)) {
        checked += 1;
        if (group === "complete" || verb === "" || commands.has(`${group} ${verb}`)) continue;
        wrong.push(`${file}: ${call.trim()}`);
      }
      for (const [call, script = ""] of text.matchAll(/npm run (?:-s |--silent )?([a-z][\w:-]*\w)/g)) {
        checked += 1;
        if (scripts[script] === undefined && script !== "something") wrong.push(`${file}: ${call}`);
      }
    }
    assert.deepEqual(wrong, []);
    assert.ok(checked > 100, String(checked));
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
    it(`${operation}: says when, the steps, and when it is done; its YAML is a tenant's`, () => {
      const page = `docs/runbooks/${operation}.md`;
      assert.ok(existsSync(join(ROOT, page)));
      const text = read(page);
      assert.match(text, /^## When\n[^]*^## Steps\n[^]*^## Done when\n/m);
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

  it("of alerts have the sections of a runbook, and stay on two screens", () => {
    for (const page of projectFiles(/^docs\/runbooks\/alert-.*\.md$/)) {
      const sections = [...read(page).matchAll(/^## (.+)$/gm)].map(([, heading]) => heading);
      assert.deepEqual(sections, ["Meaning", "Impact", "Diagnosis", "Fix", "Done when"], page);
      assert.ok(read(page).split("\n").length < 100, page);
    }
  });
});
