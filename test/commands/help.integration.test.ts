import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { GROUPS } from "../../commands/index.ts";

const ROOT = join(import.meta.dirname, "../..");

/** Commands that hand options that they do not know to Pulumi. */
const PASS_OPTIONS_ON = ["sandbox preview", "sandbox up"];

/** What `everyCommand.ts` prints: how each call ended, by group and verb. */
const calledSchema = z.record(z.string(), z.object({ status: z.int(), output: z.string() }));

interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly output: string;
  /** Milliseconds. */
  readonly took: number;
}

describe("the command line's help", function () {
  this.timeout(60_000);
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "odoo-saas-help-"));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  /** Calls the command line on a machine that has nothing of the toolchain, and neither git nor npm nor a shell on its PATH. */
  function call(...args: string[]): Promise<Ended> {
    return run("commands/main.ts", ...args);
  }

  function run(program: string, ...args: string[]): Promise<Ended> {
    const started = performance.now();
    return new Promise((done) => {
      const child = execFile(
        process.execPath,
        [join(ROOT, program), ...args],
        {
          cwd: folder,
          timeout: 30_000,
          env: {
            PATH: join(folder, "nothing"),
            HOME: folder,
            ODOO_SANDBOX_HOME: join(folder, "home"),
            ODOO_SANDBOX_CACHE: join(folder, "cache"),
            NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE,
          },
        },
        (_, stdout, stderr) =>
          done({ status: child.exitCode, stdout, output: `${stdout}${stderr}`, took: performance.now() - started }),
      );
    });
  }

  /** Asserts that a call has begun nothing. */
  function assertUntouched(): void {
    for (const name of ["cache", "home"]) assert.ok(!existsSync(join(folder, name)), `it has made ${name}`);
  }

  it("lists all commands but the workflows', with a sentence each", async () => {
    const [help, bare] = await Promise.all([call("--help"), call()]);
    assert.equal(help.status, 0, help.output);
    assert.deepEqual([bare.status, bare.stdout], [0, help.stdout]);
    for (const { name, summary, hidden, commands } of GROUPS) {
      assert.equal(help.stdout.includes(`\n${summary}:\n`), hidden !== true, summary);
      for (const verb of Object.keys(commands)) {
        const line = new RegExp(`^  ${name} ${verb} +[A-Z].*[^.]$`, "m");
        if (hidden === true) assert.doesNotMatch(help.stdout, line);
        else assert.match(help.stdout, line);
      }
    }
    const titles = GROUPS.filter(({ hidden }) => hidden !== true).map(({ summary }) => `${summary}:`);
    assert.deepEqual(
      help.stdout.split("\n").filter((line) => line.endsWith(":")),
      titles,
    );
    const tooLong = help.stdout.split("\n").filter((line) => line.length > 120);
    assert.deepEqual(tooLong, []);
    assertUntouched();
    console.log(`      --help takes ${Math.round(help.took)} ms`);
  });

  for (const { name, commands } of GROUPS) {
    it(`${name} shows an example of each of its commands`, async () => {
      const { status, stdout, output } = await call(name, "--help");
      assert.equal(status, 0, output);
      const [, examples = ""] = stdout.split("\nExamples:\n");
      const shown = examples.split("\n").filter((line) => line !== "");
      assert.deepEqual(
        shown.map((line) => line.split(" ").slice(0, 6).join(" ")),
        Object.keys(commands).map((verb) => `  npx odoo-saas ${name} ${verb}`),
      );
    });
  }

  it("says of each command how it is called, without needing anything", async () => {
    const { status, stdout, output } = await run("test/commands/support/everyCommand.ts", ...PASS_OPTIONS_ON);
    assert.equal(status, 0, output);
    const called = calledSchema.parse(JSON.parse(stdout));
    for (const { name, commands } of GROUPS) {
      for (const path of Object.keys(commands).map((verb) => `${name} ${verb}`)) {
        const { status: code, output: text } = called[path] ?? { status: undefined, output: "was not called" };
        // A wrong option prints the help too: one call shows both.
        const passesOn = PASS_OPTIONS_ON.includes(path);
        assert.equal(code, passesOn ? 0 : 2, `${path}: ${text}`);
        assert.match(text, new RegExp(`^Usage: npx odoo-saas ${path} `, "m"));
        assert.match(text, new RegExp(`\\nExample:\\n  npx odoo-saas ${path}\\b`));
        if (!passesOn) assert.match(text, /^error: /);
        assert.doesNotMatch(text, /^\s+at /m);
      }
    }
    assertUntouched();
  });

  it("exits with 2 for a wrong option", async () => {
    const { status, output } = await call("backup", "create", "--no-such-option");
    assert.equal(status, 2, output);
    assert.match(output, /^error: unknown option '--no-such-option'\n\nUsage: npx odoo-saas backup create /);
    assertUntouched();
  });

  it("completes groups, commands, options and choices in a shell", async () => {
    const [script, groups, verbs, options, choices] = await Promise.all([
      call("complete", "zsh"),
      call("complete", "--", ""),
      call("complete", "--", "backup", ""),
      call("complete", "--", "backup", "create", "--"),
      call("complete", "--", "backup", "create", "--only", ""),
    ]);
    for (const { status, output } of [script, groups, verbs, options, choices]) assert.equal(status, 0, output);
    assert.match(script.stdout, /^#compdef odoo-saas\n/);
    const words = ({ stdout }: Ended) => stdout.split("\n").map((line) => line.split("\t")[0]);
    for (const { name, hidden } of GROUPS) assert.equal(words(groups).includes(name), hidden !== true, name);
    for (const verb of ["create", "restore", "drill", "copy"]) assert.ok(words(verbs).includes(verb), verbs.stdout);
    assert.ok(words(options).includes("--stack"), options.stdout);
    assert.ok(words(choices).includes("realm"), choices.stdout);
  });

  it("refuses completions for a shell that it does not know", async () => {
    const { status, output } = await call("complete", "tcsh");
    assert.equal(status, 2, output);
    assert.match(output, /^error: expected complete zsh \| bash \| fish \| powershell\n/);
  });
});
