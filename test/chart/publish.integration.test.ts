import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { appendFileSync, cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ensureProgram } from "../../sandbox/toolchain/ensure.ts";
import { startOciRegistry } from "./ociRegistry.ts";
import type { OciRegistry } from "./ociRegistry.ts";

const ROOT = join(import.meta.dirname, "../..");

describe("the chart's command", function () {
  this.timeout(60_000);
  let root = "";
  let env: NodeJS.ProcessEnv = {};
  let registry: OciRegistry;

  const chart = async (...args: string[]): Promise<{ status: number; stdout: string; stderr: string }> => {
    const child = spawn(process.execPath, [join(ROOT, "commands/main.ts"), "image", ...args, "--root", root], { env });
    let [stdout, stderr] = ["", ""];
    child.stdout.on("data", (data: Buffer) => (stdout += data.toString()));
    child.stderr.on("data", (data: Buffer) => (stderr += data.toString()));
    const status = await new Promise<number>((done) => child.once("close", (code) => done(code ?? 128)));
    return { status, stdout, stderr };
  };
  const git = (...args: string[]): void => {
    const author = ["-c", "user.name=t", "-c", "user.email=t@t.example", "-c", "commit.gpgsign=false"];
    const { status, stderr } = spawnSync("git", [...author, ...args], { cwd: root, encoding: "utf8" });
    assert.equal(status, 0, stderr);
  };
  const change = (file: string, from: string, to: string): void => {
    const path = join(root, "charts/odoo", file);
    const text = readFileSync(path, "utf8");
    assert.ok(text.includes(from));
    writeFileSync(path, text.replace(from, to));
  };

  beforeEach(async () => {
    await ensureProgram("helm");
    root = mkdtempSync(join(tmpdir(), "odoo-saas-chart-"));
    env = {
      ...process.env,
      HELM_CACHE_HOME: join(root, "helm"),
      HELM_CONFIG_HOME: join(root, "helm"),
      GITHUB_OUTPUT: join(root, "output"),
    };
    cpSync(join(ROOT, "charts"), join(root, "charts"), { recursive: true });
    git("init", "--quiet", "--initial-branch=main");
    git("add", "charts");
    git("commit", "--quiet", "--message=First");
    registry = await startOciRegistry();
  });
  afterEach(async () => {
    await registry.close();
    rmSync(root, { recursive: true });
  });

  it("accepts the chart as it is", async () => {
    const { status, stdout, stderr } = await chart("chart-check", "--base", "main");
    assert.deepEqual({ status, stdout, stderr }, { status: 0, stdout: "odoo 0.1.0: valid\n", stderr: "" });
  });

  it("refuses another content under a version that was there", async () => {
    appendFileSync(join(root, "charts/odoo/values.yaml"), "# more\n");
    const { status, stderr } = await chart("chart-check", "--base", "main");
    assert.equal(status, 1);
    assert.match(stderr, /Chart\.yaml: version is 0\.1\.0, which main has with another content/);
    assert.match(stderr, /docs\/runbooks\/chart\.md/);
    change("Chart.yaml", "version: 0.1.0", "version: 0.1.1");
    assert.equal((await chart("chart-check", "--base", "main")).status, 0);
  });

  it("refuses a chart that helm does not take", async () => {
    change("templates/web.yaml", "{{-", "{{- nothing ");
    const { status, stderr } = await chart("chart-check");
    assert.equal(status, 1);
    assert.match(stderr, /^helm lint failed:[^]*web\.yaml/);
  });

  it("publishes a version once, and tells its digest for the signature each time", async () => {
    const to = ["chart-publish", "--registry", `oci://${registry.address}/charts`, "--plain-http"];
    const first = await chart(...to);
    assert.equal(first.status, 0, first.stderr);
    const [, reference = ""] =
      /^published odoo 0\.1\.0: (127\.0\.0\.1:\d+\/charts\/odoo@sha256:[0-9a-f]{64})\n$/.exec(first.stdout) ?? [];
    assert.notEqual(reference, "");
    const pushes = (): number => registry.requests.filter((request) => request.startsWith("PUT")).length;
    const after = pushes();
    assert.ok(after > 0);
    change("Chart.yaml", "description: ", "description: Another, ");
    const second = await chart(...to);
    assert.deepEqual(second, { status: 0, stdout: `${reference}: version 0.1.0 is already published\n`, stderr: "" });
    assert.equal(pushes(), after);
    assert.equal(
      readFileSync(join(root, "output"), "utf8"),
      `reference=${reference}\npublished=true\nreference=${reference}\npublished=false\n`,
    );
  });

  it("does not publish to a registry that does not answer, even if its address contains 404", async () => {
    await registry.close();
    for (const path of ["charts", "charts/404"]) {
      const { status, stderr } = await chart(
        "chart-publish",
        "--registry",
        `oci://${registry.address}/${path}`,
        "--plain-http",
      );
      assert.equal(status, 1);
      assert.match(stderr, /did not answer whether it has odoo 0\.1\.0[^]*docs\/runbooks\/chart\.md/);
    }
  });

  it("tells how it is called", async () => {
    for (const args of [
      ["chart-push"],
      ["chart-publish"],
      ["chart-publish", "--registry", "ghcr.io/x"],
      ["chart-check", "more"],
      ["chart-check", "--what"],
    ]) {
      const { status, stderr } = await chart(...args);
      assert.equal(status, 2, args.join(" "));
      assert.match(stderr, /^Usage: npx odoo-saas image/m);
    }
  });
});
