import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PROJECT_ROOT } from "../../lib/projectRoot.ts";

const MAIN = join(PROJECT_ROOT, "commands/main.ts");

describe("sandbox commands without a sandbox", () => {
  let folder: string;
  let home: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "sandbox-cli-"));
    home = join(folder, "home");
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const env = () => ({ ...process.env, ODOO_SANDBOX_HOME: home, ODOO_SANDBOX_PORT_KEYCLOAK: "" });
  const run = (...args: string[]) =>
    spawnSync(process.execPath, [MAIN, "sandbox", ...args], { encoding: "utf8", env: env() });

  it("status says how to start one, and makes nothing", () => {
    const { status, stdout } = run("status");
    assert.equal(status, 0);
    assert.equal(stdout, "There is no sandbox. Start it: npx odoo-saas sandbox start\n");
    assert.deepEqual(JSON.parse(run("status", "--json").stdout), { services: [], outputs: {} });
    assert.ok(!existsSync(home));
  });

  it("stop and reset have nothing to do", () => {
    assert.deepEqual([run("stop").status, run("reset").status], [0, 0]);
    assert.ok(!existsSync(home));
  });

  it("env fails, so that a shell is not set up by half", () => {
    const { status, stdout, stderr } = run("env");
    assert.deepEqual([status, stdout, stderr], [1, "", "There is no sandbox. Start it: npx odoo-saas sandbox start\n"]);
  });

  it("explain themselves when they are called wrongly, with exit status 2", () => {
    for (const args of [
      ["down"],
      ["start", "--fast"],
      ["status", "--secrets"],
      ["stop", "now"],
      ["toolchain", "everything"],
    ]) {
      const { status, stderr } = run(...args);
      assert.equal(status, 2, args.join(" "));
      assert.match(stderr, /^Usage: npx odoo-saas sandbox/m);
      assert.doesNotMatch(stderr, /^\s+at /m);
    }
  });

  it("explain themselves when they are asked, also where options go to Pulumi, and start nothing", () => {
    for (const [args, summary] of [
      [["start", "--help"], /one\s+row\s+per\s+tenant/],
      [["up", "--skip-preview", "-h"], /Updates\s+the\s+sandbox[^]*never\s+touches\s+staging\s+or\s+prod/],
      [["preview", "--help"], /update\s+of\s+the\s+sandbox[^]*Never\s+previews\s+staging\s+or\s+prod/],
    ] as const) {
      const { status, stdout } = run(...args);
      assert.equal(status, 0, args.join(" "));
      assert.match(stdout, summary);
    }
    assert.ok(!existsSync(home));
  });

  it("report what a person can fix without a stack trace", () => {
    mkdirSync(home);
    writeFileSync(join(home, "secrets.json"), "{");
    const damaged = run("stop");
    assert.equal(damaged.status, 1);
    assert.match(damaged.stderr, /^\S+secrets\.json cannot be read\.\nDelete this sandbox with [^\n]+\n$/);
    const toolchain = spawnSync(process.execPath, [MAIN, "sandbox", "toolchain"], {
      encoding: "utf8",
      env: { ...env(), ODOO_SANDBOX_TOOLCHAIN: "fast" },
    });
    assert.equal(toolchain.status, 1);
    assert.equal(toolchain.stderr, 'ODOO_SANDBOX_TOOLCHAIN is "fast", expected auto, build, official or none\n');
  });
});

describe("signals to a sandbox command", () => {
  /** Runs a program that takes signals over as `sandbox up` does, and interrupts it while Pulumi runs, or does not. */
  async function interrupt(isPulumiRunning: boolean): Promise<{ status: number | null; out: string }> {
    const source = `
      import { waitForPulumiOnSignals } from ${JSON.stringify(join(PROJECT_ROOT, "sandbox/interrupts.ts"))};
      process.on("SIGINT", () => process.exit(99));
      const interrupts = waitForPulumiOnSignals(() => ${isPulumiRunning});
      setTimeout(() => process.exit(interrupts.isInterrupted ? 10 : 11), 1500);
      console.log("ready");`;
    const child = spawn(process.execPath, ["--input-type=module", "--eval", source]);
    let out = "";
    child.stderr.setEncoding("utf8").on("data", (text: string) => (out += text));
    child.stdout.once("data", () => child.kill("SIGINT"));
    const status = await new Promise<number | null>((done) => child.once("close", done));
    return { status, out };
  }

  it("wait for Pulumi, which ends in order", async () => {
    assert.deepEqual(await interrupt(true), { status: 10, out: "" });
  });

  it("end the command at any other time, and say how to continue", async () => {
    const { status, out } = await interrupt(false);
    assert.equal(status, 130);
    assert.match(out, /^Interrupted\. The same command continues from here/);
  });
});
