import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CHECKOUT } from "../../sandbox/instance.ts";

describe("sandbox commands without a sandbox", () => {
  let folder: string;
  let home: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "sandbox-cli-"));
    home = join(folder, "home");
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const run = (...args: string[]) =>
    spawnSync(process.execPath, [join(CHECKOUT, "sandbox/main.ts"), ...args], {
      encoding: "utf8",
      env: { ...process.env, ODOO_SANDBOX_HOME: home, ODOO_SANDBOX_PORT_KEYCLOAK: "" },
    });

  it("status says how to start one, and makes nothing", () => {
    const { status, stdout } = run("status");
    assert.equal(status, 0);
    assert.equal(stdout, "There is no sandbox. Start it: npm run sandbox\n");
    assert.deepEqual(JSON.parse(run("status", "--json").stdout), { services: [], outputs: {} });
    assert.ok(!existsSync(home));
  });

  it("down and reset have nothing to do", () => {
    assert.deepEqual([run("down").status, run("reset").status], [0, 0]);
    assert.ok(!existsSync(home));
  });

  it("env fails, so that a shell is not set up by half", () => {
    const { status, stdout, stderr } = run("env");
    assert.deepEqual([status, stdout, stderr], [1, "", "There is no sandbox. Start it: npm run sandbox\n"]);
  });

  it("explain themselves when they are called wrongly, with exit status 2", () => {
    for (const args of [[], ["start"], ["up", "--fast"], ["status", "--secrets"], ["down", "now"]]) {
      const { status, stderr } = run(...args);
      assert.equal(status, 2, args.join(" "));
      assert.match(stderr, /usage: npm run <command>/);
      assert.doesNotMatch(stderr, /^\s+at /m);
    }
  });

  it("explain themselves when they are asked, also where options go to Pulumi, and start nothing", () => {
    for (const args of [["--help"], ["up", "--help"], ["update", "-h"], ["preview", "--help"]]) {
      const { status, stdout } = run(...args);
      assert.equal(status, 0, args.join(" "));
      assert.match(stdout, /^usage: npm run <command>/);
    }
    assert.ok(!existsSync(home));
  });
});
