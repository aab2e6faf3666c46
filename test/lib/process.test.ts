import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { attach, run, runSync, StartError } from "../../lib/process.ts";
import { textOf } from "../../lib/textOf.ts";
import { UserError } from "../../lib/userError.ts";

const PROCESS = join(import.meta.dirname, "../../lib/process.ts");
const NOT_THERE = "odoo-saas-no-such-program";

const shell = (script: string) => ["-c", script] as const;

/** A script that writes `started` to a file, and `ended` when it gets SIGTERM. */
const TRAP = `trap 'echo ended >"$1"; exit' TERM; echo started >"$1"; sleep 60 & wait`;

describe("running a program", function () {
  this.timeout(60_000);
  let folder = "";
  before(() => void (folder = mkdtempSync(join(tmpdir(), "odoo-saas-process-"))));
  after(() => rmSync(folder, { recursive: true, force: true }));

  it("returns its status and its outputs as they are", async () => {
    const script = shell("printf 'a\\n\\nb'; printf 'c\\n' >&2; exit 3");
    const expected = { status: 3, stdout: "a\n\nb", stderr: "c\n" };
    assert.deepEqual(await run("sh", script), expected);
    assert.deepEqual(runSync("sh", script), { ...expected, stdout: Buffer.from(expected.stdout) });
  });

  it("says which signal ended it", async () => {
    const script = shell("kill -KILL $$");
    assert.deepEqual(await run("sh", script), { status: 1, signal: "SIGKILL", stdout: "", stderr: "" });
    assert.equal(runSync("sh", script).signal, "SIGKILL");
  });

  it("throws the program's name when it is not there, and no argument", async () => {
    const isExpected = (error: unknown) => {
      assert.ok(error instanceof StartError && error instanceof UserError);
      assert.equal(error.program, NOT_THERE);
      assert.match(
        error.message,
        /^odoo-saas-no-such-program cannot be started \(spawn(Sync)? \S+ ENOENT\), expected /,
      );
      assert.doesNotMatch(error.message, /secret/);
      return true;
    };
    await assert.rejects(run(NOT_THERE, ["secret"]), isExpected);
    await assert.rejects(run(NOT_THERE, ["secret"], { input: "secret", onLine: () => undefined }), isExpected);
    await assert.rejects(attach(NOT_THERE, ["secret"]).exit, isExpected);
    assert.throws(() => runSync(NOT_THERE, ["secret"]), isExpected);
    await assert.rejects(run(folder, []), /EACCES/);
    await assert.rejects(run("true", [], { cwd: join(folder, "nowhere") }), /nowhere/);
  });

  it("throws the caller's error when the program is not there", async () => {
    const startError = (reason: string) => new UserError(`install it: ${reason}`);
    await assert.rejects(run(NOT_THERE, [], { startError }), /^UserError: install it: spawn \S+ ENOENT$/);
    assert.throws(() => runSync(NOT_THERE, [], { startError }), /^UserError: install it: spawnSync \S+ ENOENT$/);
  });

  it("uses no shell, and adds nothing to the environment", async () => {
    assert.equal((await run("echo", ["$HOME", ";", "id", "*"])).stdout, "$HOME ; id *\n");
    assert.equal((await run("/usr/bin/env", [], { env: { ONLY: "this" } })).stdout, "ONLY=this\n");
    assert.equal(runSync("/usr/bin/env", [], { env: { ONLY: "this" } }).stdout.toString(), "ONLY=this\n");
    assert.match((await run("/usr/bin/env", [])).stdout, /^PATH=/m);
  });

  it("passes the input on, bytes included, and an empty one by default", async () => {
    assert.equal((await run("cat", [], { input: "é\n" })).stdout, "é\n");
    assert.equal((await run("cat", [])).stdout, "");
    assert.deepEqual(runSync("cat", [], { input: Buffer.from([1, 255, 0]) }).stdout, Buffer.from([1, 255, 0]));
    assert.equal(runSync("cat", []).stdout.length, 0);
  });

  it("does not fail when the program ends before it has read its input", async () => {
    const input = "x".repeat(1 << 22);
    assert.equal((await run("true", [], { input })).status, 0);
    assert.equal(runSync("true", [], { input }).status, 0);
  });

  it("passes on lines of both outputs as they come", async () => {
    const seen: string[] = [];
    const file = join(folder, "go");
    const script = `echo one; until [ -e "$1" ]; do sleep 0.02; done; echo two >&2; printf three`;
    const { stdout, stderr } = await run("sh", [...shell(script), "sh", file], {
      onLine: (line, output) => {
        seen.push(`${output}: ${line}`);
        // The program waits for this: it would never end if lines came at its end.
        if (line === "one") runSync("touch", [file]);
      },
    });
    assert.deepEqual(seen.sort(), ["stderr: two", "stdout: one", "stdout: three"]);
    assert.deepEqual([stdout, stderr], ["one\nthree", "two\n"]);
  });

  it("keeps no output that need not be kept, and still passes on its lines", async () => {
    let lines = 0;
    const script = shell('i=0; while [ "$i" -lt 20000 ]; do echo "line $i"; i=$((i + 1)); done; exit 2');
    const ended = await run("sh", script, { keepsOutput: false, onLine: () => void (lines += 1) });
    assert.deepEqual([ended, lines], [{ status: 2, stdout: "", stderr: "" }, 20_000]);
  });

  it("gives a watched program this process's terminal, and returns how it ended", async () => {
    assert.deepEqual(await attach("sh", shell("exit 4")).exit, { status: 4 });
    const child = attach("sleep", ["60"]);
    child.kill("SIGKILL");
    assert.deepEqual(await child.exit, { status: 1, signal: "SIGKILL" });
  });

  /** Starts a process that runs a shell, which starts the script; ends that process. Returns the script's file. */
  async function afterOurEnd(name: string, end: string): Promise<string> {
    const file = join(folder, name);
    const source = `
      import { run } from ${JSON.stringify(PROCESS)};
      void run("sh", ["-c", ${JSON.stringify(`(${TRAP}) & wait`)}, "sh", ${JSON.stringify(file)}]);
      const { readFileSync } = await import("node:fs");
      const timer = setInterval(() => {
        try {
          if (readFileSync(${JSON.stringify(file)}, "utf8") === "") return;
        } catch {
          return;
        }
        ${end};
      }, 20);`;
    await run(process.execPath, ["--input-type=module-typescript", "-e", source]);
    return file;
  }

  for (const [name, end] of [
    ["exits", "process.exit(3)"],
    ["gets a signal", 'process.kill(process.pid, "SIGTERM")'],
  ] as const) {
    it(`ends the program and what it started when this process ${name}`, async () => {
      const file = await afterOurEnd(name, end);
      for (let tries = 0; textOf(file) !== "ended\n" && tries < 250; tries += 1) await sleep(20);
      assert.equal(textOf(file), "ended\n");
    });
  }

  it("leaves a program alone that outlives this process", async () => {
    const script = `echo started >"$1"; sleep 0.5; echo finished >"$1"`;
    const file = join(folder, "outlives");
    const source = `
      import { run } from ${JSON.stringify(PROCESS)};
      void run("sh", ["-c", ${JSON.stringify(script)}, "sh", ${JSON.stringify(file)}], { outlivesUs: true });
      setTimeout(() => process.exit(0), 200);`;
    await run(process.execPath, ["--input-type=module-typescript", "-e", source]);
    for (let tries = 0; textOf(file) !== "finished\n" && tries < 250; tries += 1) await sleep(20);
    assert.equal(textOf(file), "finished\n");
  });
});
