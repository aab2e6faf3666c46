import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const CHECKOUT = join(import.meta.dirname, "../..");

describe("run.mjs", () => {
  let folder: string;
  const run = () =>
    spawnSync(process.execPath, ["run.mjs", "true"], { cwd: join(folder, "checkout"), encoding: "utf8" });

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "odoo-saas-run-"));
    mkdirSync(join(folder, "checkout"));
    mkdirSync(join(folder, "others"));
    cpSync(join(CHECKOUT, "run.mjs"), join(folder, "checkout/run.mjs"));
    writeFileSync(join(folder, "checkout/package-lock.json"), "{}");
    symlinkSync(join(folder, "others"), join(folder, "checkout/node_modules"));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it("installs nothing through a symbolic link, and says what to do", () => {
    writeFileSync(join(folder, "others/kept"), "");
    const { status, stderr } = run();
    assert.equal(status, 1);
    assert.match(
      stderr,
      /node_modules is a symbolic link to \S+others, .*rm node_modules.*npm ci in the other checkout/,
    );
    assert.doesNotMatch(stderr, /Installing/);
    assert.deepEqual(readdirSync(join(folder, "others")), ["kept"]);
  });

  it("refuses a link that leads nowhere", () => {
    rmSync(join(folder, "others"), { recursive: true });
    const { status, stderr } = run();
    assert.equal(status, 1);
    assert.match(stderr, /is a symbolic link to nowhere/);
  });

  it("says what to do where npm runs no install scripts, or is not there", () => {
    const checkout = join(folder, "checkout");
    rmSync(join(checkout, "node_modules"));
    mkdirSync(join(folder, "bin"));
    const withNpm = (script: string | undefined) => {
      if (script !== undefined) writeFileSync(join(folder, "bin/npm"), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
      const env = { PATH: join(folder, "bin") };
      return spawnSync(process.execPath, ["run.mjs", "true"], { cwd: checkout, encoding: "utf8", env });
    };
    const missing = withNpm(undefined);
    assert.deepEqual(
      [missing.status, missing.stderr.split("\n")[1]?.slice(0, 28)],
      [1, "npm was not found on PATH: i"],
    );
    const { status, stderr } = withNpm("exit 0");
    assert.equal(status, 1);
    assert.match(
      stderr,
      /install their programs by scripts, which npm did not run.*\n.*\nnpm ci --ignore-scripts=false\n$/s,
    );
  });

  it("uses what is installed behind a link when it is as new as the lock file", () => {
    mkdirSync(join(folder, "others/.bin"));
    for (const file of [".package-lock.json", ".bin/node"]) writeFileSync(join(folder, "others", file), "");
    symlinkSync("/bin/true", join(folder, "others/.bin/true"));
    const old = new Date(0);
    utimesSync(join(folder, "checkout/package-lock.json"), old, old);
    assert.equal(run().status, 0);
  });
});
