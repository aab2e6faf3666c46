import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const lockModule = join(import.meta.dirname, "../../sandbox/lock.ts");

describe("sandbox lock", () => {
  let home: string;
  beforeEach(() => (home = mkdtempSync(join(tmpdir(), "sandbox-lock-"))));
  afterEach(() => rmSync(home, { recursive: true }));

  const script = (then: string) =>
    `const { lockInstance } = await import(${JSON.stringify(lockModule)}); lockInstance(${JSON.stringify(home)}); ${then}`;
  const take = () =>
    promisify(execFile)(process.execPath, ["--input-type=module", "-e", script("console.log('taken')")]);

  it("lets one command work at a time, and says which process does", async () => {
    const holder = spawn(process.execPath, [
      "--input-type=module",
      "-e",
      script("console.log('taken'); setInterval(() => {}, 1000)"),
    ]);
    try {
      await new Promise((done) => holder.stdout.once("data", done));
      await assert.rejects(take(), new RegExp(`Process ${holder.pid ?? 0} works on this sandbox`));
    } finally {
      holder.kill("SIGKILL");
      await new Promise((done) => holder.once("exit", done));
    }
    assert.ok(existsSync(join(home, "lock")), "a killed process leaves its lock");
    assert.equal((await take()).stdout, "taken\n");
    assert.ok(!existsSync(join(home, "lock")), "one that ends does not");
  });
});
