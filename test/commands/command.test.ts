import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { CommanderError } from "@commander-js/extra-typings";
import { command, exampleOf, finish, reportError, UsageError } from "../../commands/command.ts";
import { UserError } from "../../lib/userError.ts";

const ROOT = join(import.meta.dirname, "../..");

const defined = command("backup create", "Back up a tenant", "acme --stack prod")
  .argument("<tenant>", "the tenant's id")
  .option("--stack <stack>", "the stack that the tenant is on", "sandbox");

/** What is printed while an error is reported, and the exit status. */
function reported(error: unknown) {
  const err: string[] = [];
  const real = console.error;
  console.error = (text: string) => void err.push(text);
  try {
    return { status: reportError(error, defined), err: err.join("\n") };
  } finally {
    console.error = real;
  }
}

describe("a command", () => {
  it("is named by the last word of its path, and has a sentence and an example", () => {
    assert.equal(defined.name(), "create");
    assert.equal(defined.summary(), "Back up a tenant");
    assert.equal(defined.description(), "Back up a tenant.");
    assert.equal(exampleOf(defined), "npx odoo-saas backup create acme --stack prod");
    assert.equal(exampleOf(command("generate all", "Write all")), "npx odoo-saas generate all");
  });

  it("reports what a person can fix by its message alone, with status 1", () => {
    assert.deepEqual(reported(new UserError("no such tenant")), { status: 1, err: "no such tenant" });
  });

  it("reports a wrong call with its usage, with status 2", () => {
    const { status, err } = reported(new UsageError("--json or --markdown, not both"));
    assert.equal(status, 2);
    assert.match(err, /^error: --json or --markdown, not both\n\nUsage: create \[options\] <tenant>\n/);
  });

  it("ends with status 0 after help, and 2 after any other error of commander, which has printed it", () => {
    assert.deepEqual(reported(new CommanderError(0, "commander.helpDisplayed", "(outputHelp)")), {
      status: 0,
      err: "",
    });
    assert.deepEqual(reported(new CommanderError(1, "commander.unknownOption", "no")), { status: 2, err: "" });
  });

  it("reports a path that the file system refuses by its message alone, with status 1", () => {
    let refused: unknown;
    try {
      writeFileSync("/none/such", "");
    } catch (error) {
      refused = error;
    }
    const { status, err } = reported(refused);
    assert.equal(status, 1);
    assert.match(err, /^error: ENOENT: .* '\/none\/such'\. Check that the path is right and may be used\.$/);
  });

  it("throws an unexpected error", () => {
    assert.throws(() => reported(new TypeError("a mistake")), TypeError);
  });

  it("ends with status 1 if something was refused or failed", () => {
    const before = process.exitCode;
    try {
      for (const [ok, status] of [
        [false, 1],
        [true, 0],
      ] as const) {
        finish(ok);
        assert.equal(process.exitCode, status);
      }
    } finally {
      process.exitCode = before;
    }
  });
});

describe("the command line", function () {
  this.timeout(60_000);

  const call = (...args: string[]) =>
    spawnSync(process.execPath, [join(ROOT, "commands/main.ts"), ...args], { cwd: ROOT, encoding: "utf8" });

  it("runs the command that is named", () => {
    const { status, stdout, stderr } = call("ci", "stacks", "--environment", "prod");
    assert.deepEqual({ status, stderr }, { status: 0, stderr: "" });
    assert.match(stdout, /^\{"include":\[\{"stack":"prod/);
  });

  for (const [what, args, message, usage] of [
    [
      "an unknown group",
      ["deplyo"],
      /^error: unknown command 'deplyo'\n\(Did you mean deploy\?\)/,
      "odoo-saas <group>",
    ],
    [
      "an unknown command",
      ["ci", "stakcs"],
      /^error: unknown command 'stakcs'\n\(Did you mean stacks\?\)/,
      "odoo-saas ci ",
    ],
    [
      "an unknown option",
      ["ci", "stacks", "--enviroment", "prod"],
      /^error: unknown option '--enviroment'\n\(Did you mean --environment\?\)/,
      "odoo-saas ci stacks ",
    ],
    [
      "an option without its value",
      ["ci", "take", "--head"],
      /^error: option '--head <ref>' argument missing/,
      "odoo-saas ci take ",
    ],
    [
      "a wrong choice",
      ["ci", "stacks", "--environment", "moon"],
      /Allowed choices are staging, prod/,
      "odoo-saas ci stacks ",
    ],
    ["too many arguments", ["ci", "stacks", "prod"], /^error: too many arguments/, "odoo-saas ci stacks "],
    ["a missing option", ["ci", "take"], /^error: required option '--head <ref>' not specified/, "odoo-saas ci take "],
    [
      "what does not exist",
      ["test", "mutation", "sql"],
      /^error: sql is not mutated, expected one of policies, config, /,
      "odoo-saas test mutation ",
    ],
  ] as const) {
    it(`ends with the usage and status 2 after ${what}`, () => {
      const { status, stdout, stderr } = call(...args);
      assert.deepEqual({ status, stdout }, { status: 2, stdout: "" });
      assert.match(stderr, message);
      assert.ok(stderr.includes(`\nUsage: npx ${usage}`), stderr);
      assert.doesNotMatch(stderr, /^\s+at /m);
    });
  }
});
