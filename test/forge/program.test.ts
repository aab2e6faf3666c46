import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { deploySandbox } from "../../sandbox/forge/deployment.ts";
import { Lane } from "../../sandbox/forge/lane.ts";
import { firstErrorLine, runCommand } from "../../sandbox/forge/program.ts";
import { openInstance } from "../../sandbox/instance.ts";

describe("commands of the forge", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "odoo-saas-program-"));
    mkdirSync(join(folder, "commands"));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  /** Puts a command line into the checkout. */
  function commandLine(program: string): void {
    writeFileSync(join(folder, "commands/main.ts"), program);
  }

  it("are the checkout's, with their output in a file", async () => {
    commandLine(
      "console.log(process.argv.slice(2).join(' ')); console.error('\\u001b[31mred\\u001b[0m'); process.exit(3);",
    );
    const file = join(folder, "out.log");
    writeFileSync(file, "old\n");
    const { status, text } = await runCommand(folder, ["sandbox", "up"], { file, env: process.env });
    assert.equal(status, 3);
    assert.deepEqual(text.trim().split("\n").sort(), ["red", "sandbox up"]);
  });

  it("fail with the line that says why", () => {
    assert.equal(firstErrorLine("Updating\n  error: no cluster\nmore\n"), "error: no cluster");
    assert.equal(firstErrorLine("SandboxError: a: b\nlast\n"), "SandboxError: a: b");
    assert.equal(firstErrorLine("It cannot be read.\nStart it again.\n\n"), "Start it again.");
    assert.equal(firstErrorLine("\n"), "it printed nothing");
  });

  it("deploy again when another command was faster, and say why they failed", async () => {
    const instance = await openInstance({ checkout: folder, home: join(folder, "home"), env: {}, newPorts: "free" });
    const counter = join(folder, "counter");
    commandLine(`
      const fs = require("node:fs");
      const times = fs.existsSync(${JSON.stringify(counter)}) ? 2 : 1;
      fs.writeFileSync(${JSON.stringify(counter)}, "");
      console.error(times === 1 ? "Process 7 works on this sandbox (x): wait." : "error: " + process.argv.slice(2).join(" "));
      process.exit(1);
    `);
    const result = await deploySandbox(instance, folder, process.env);
    assert.ok(!result.ok);
    assert.match(result.reason, /^error: sandbox up --suppress-outputs \(all of it: .*deploy\.log\)$/);
    commandLine("");
    assert.deepEqual(await deploySandbox(instance, folder, process.env), { ok: true });
  });

  it("come one after the other in a lane, also after one that failed", async () => {
    const lane = new Lane();
    const order: string[] = [];
    const work = (name: string, fails = false) =>
      lane.run(async () => {
        order.push(`${name} begins`);
        await Promise.resolve();
        order.push(`${name} ends`);
        if (fails) throw new Error(name);
      });
    const results = await Promise.allSettled([work("a", true), work("b")]);
    assert.deepEqual(order, ["a begins", "a ends", "b begins", "b ends"]);
    assert.deepEqual(
      results.map(({ status }) => status),
      ["rejected", "fulfilled"],
    );
  });
});
