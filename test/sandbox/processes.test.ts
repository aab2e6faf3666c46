import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { processIdentity } from "../../lib/processIdentity.ts";
import { logFile, openInstance } from "../../sandbox/instance.ts";
import type { Instance } from "../../sandbox/instance.ts";
import {
  checkPortFree,
  ensureStarted,
  isCurrent,
  runningProcess,
  stopProcess,
  waitUntilReady,
} from "../../sandbox/processes.ts";
import type { Program } from "../../sandbox/processes.ts";

describe("sandbox processes", () => {
  let folder: string;
  let instance: Instance;
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), "sandbox-processes-"));
    instance = await openInstance({ home: join(folder, "home"), env: {}, newPorts: "free" });
  });
  afterEach(async () => {
    await stopProcess(instance, "service", 1);
    rmSync(folder, { recursive: true });
  });

  const node = (script: string, env = {}): Program => ({
    name: "service",
    command: process.execPath,
    args: ["-e", script],
    env,
  });
  const forEver = node("setInterval(() => {}, 1000)");
  const record = () => join(instance.home, "run", "service.json");

  it("starts a program once, knows it again, and stops it", async () => {
    assert.equal(ensureStarted(instance, forEver), true);
    const pid = runningProcess(instance, "service");
    assert.ok(pid);
    assert.equal(ensureStarted(instance, forEver), false);
    assert.equal(runningProcess(instance, "service"), pid);
    assert.equal(await stopProcess(instance, "service"), true);
    assert.equal(processIdentity(pid), undefined);
    assert.equal(await stopProcess(instance, "service"), false);
  });

  it("knows when a program would be started with other settings", () => {
    ensureStarted(instance, forEver);
    assert.equal(isCurrent(instance, forEver), true);
    assert.equal(isCurrent(instance, { ...forEver, env: { PORT: "1" } }), false);
    assert.equal(isCurrent(instance, { ...forEver, args: [...forEver.args, "--port=1"] }), false);
  });

  it("knows when a file has changed that a program read when it started", () => {
    const file = join(folder, "settings");
    writeFileSync(file, "port 1");
    const program = { ...forEver, reads: [file] };
    ensureStarted(instance, program);
    assert.equal(isCurrent(instance, program), true);
    writeFileSync(file, "port 2");
    assert.equal(isCurrent(instance, program), false);
  });

  it("keeps no secret of a program's environment in its record", () => {
    ensureStarted(instance, node("setInterval(() => {}, 1000)", { PASSWORD: "very-secret-value" }));
    assert.doesNotMatch(readFileSync(record(), "utf8"), /very-secret-value/);
  });

  it("starts a killed program again", async () => {
    ensureStarted(instance, forEver);
    const pid = runningProcess(instance, "service");
    assert.ok(pid);
    process.kill(pid, "SIGKILL");
    while (processIdentity(pid) !== undefined) await sleep(10);
    assert.equal(runningProcess(instance, "service"), undefined);
    assert.equal(ensureStarted(instance, forEver), true);
  });

  it("never takes another process with the same number for its own", async () => {
    const other = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"]);
    try {
      const stale = { pid: other.pid, identity: "an earlier run of the machine 12345", fingerprint: "" };
      writeFileSync(record(), JSON.stringify(stale));
      assert.equal(runningProcess(instance, "service"), undefined);
      assert.equal(await stopProcess(instance, "service"), false);
      assert.ok(other.pid !== undefined && processIdentity(other.pid) !== undefined, "the other process lives");
    } finally {
      other.kill("SIGKILL");
    }
  });

  it("ends what does not end by itself", async () => {
    ensureStarted(instance, node("process.on('SIGTERM', () => {}); console.log('up'); setInterval(() => {}, 1000)"));
    while (!readFileSync(logFile(instance, "service"), "utf8").includes("up")) await sleep(10);
    assert.equal(await stopProcess(instance, "service", 0.2), true);
  });

  it("shows the end of the log of what ended before it was ready", async () => {
    ensureStarted(instance, node("console.error('no such database'); process.exit(3)"));
    const waiting = waitUntilReady(instance, "service", { seconds: 30, isReady: () => Promise.resolve(false) });
    await assert.rejects(waiting, (error) => {
      assert.ok(error instanceof Error);
      assert.match(
        error.message,
        /^service does not run: it ended\.\nThe end of its log \(.*service\.log\):\n {2}no such database$/,
      );
      return true;
    });
  });

  it("says why it waited in vain", async () => {
    ensureStarted(instance, forEver);
    const isReady = () => Promise.reject(new Error("connection refused"));
    await assert.rejects(
      waitUntilReady(instance, "service", { seconds: 0.1, isReady }),
      /service does not run: it was not ready after 0\.1 s \(connection refused\)/,
    );
  });

  it("says what it waits for when that takes long, once", async () => {
    ensureStarted(instance, forEver);
    let asked = 0;
    const isReady = () => (++asked < 6 ? Promise.reject(new Error("starting up")) : Promise.resolve(true));
    const said: string[] = [];
    const log = (line: string) => said.push(line);
    await waitUntilReady(instance, "service", { seconds: 30, silentSeconds: 0.1, isReady, log });
    assert.equal(said.length, 1);
    assert.match(said[0] ?? "", /^Waiting for service \(starting up\), 30 s at most; its log: .*service\.log$/);
  });

  it("names a port in use, who uses it, and the variable that moves it", async () => {
    await checkPortFree(instance, "keycloak");
    // A process that is kept from running for longer than it waits has its answer all the same.
    const answer = checkPortFree(instance, "keycloak");
    await new Promise(setImmediate);
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2100);
    await answer;
    const server = createServer();
    await new Promise<void>((done) => server.listen(instance.ports.keycloak, "127.0.0.1", done));
    try {
      await assert.rejects(checkPortFree(instance, "keycloak"), (error) => {
        assert.ok(error instanceof Error);
        const [first, second] = error.message.split("\n");
        const owner = process.platform === "linux" ? `process ${process.pid} \\(.+\\)` : ".+";
        assert.match(
          first ?? "",
          new RegExp(`^Port ${instance.ports.keycloak} \\(keycloak\\) is in use by ${owner}\\.$`),
        );
        assert.match(second ?? "", /ODOO_SANDBOX_PORT_KEYCLOAK=<port> npx odoo-saas sandbox start/);
        return true;
      });
    } finally {
      await new Promise((done) => server.close(done));
    }
  });

  it("waits for a port that is given free in a moment, as of a program that was just killed", async () => {
    const server = createServer();
    await new Promise<void>((done) => server.listen(instance.ports.keycloak, "127.0.0.1", done));
    const answer = checkPortFree(instance, "keycloak");
    await sleep(300);
    server.close();
    await answer;
  });
});
