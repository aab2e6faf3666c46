import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { processIdentity, processStat } from "../../lib/processIdentity.ts";
import { runningPid, stopPostgres } from "../../sandbox/services/postgres.ts";

/** Starts a program that sleeps, tells its process id, and never looks after it again. */
const NEGLECTFUL = `
  const { spawn } = require("node:child_process");
  const child = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"], { stdio: "ignore" });
  require("node:fs").writeSync(1, child.pid + "\\n");
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
`;

// Elsewhere the system tells nothing of them.
if (process.platform === "linux")
  describe("a process that ended and whose parent does not look", function () {
    this.timeout(20_000);
    let parent: ChildProcess;
    let folder: string;
    let pid: number;

    beforeEach(async () => {
      folder = mkdtempSync(join(tmpdir(), "sandbox-zombies-"));
      parent = spawn(process.execPath, ["-e", NEGLECTFUL], { cwd: folder, stdio: ["ignore", "pipe", "inherit"] });
      const [line] = (await once(parent.stdout ?? assert.fail(), "data")) as [Buffer];
      pid = Number(line.toString());
      // As a server of PostgreSQL tells whose the folder is.
      writeFileSync(join(folder, "postmaster.pid"), `${pid}\n${folder}\n`);
    });

    afterEach(() => {
      process.kill(pid, "SIGKILL");
      parent.kill("SIGKILL");
      rmSync(folder, { recursive: true, force: true });
    });

    async function end(): Promise<void> {
      process.kill(pid, "SIGKILL");
      while (processStat(pid).state !== "Z") await sleep(10);
    }

    it("runs no more, though its number is still taken", async () => {
      assert.notEqual(processIdentity(pid), undefined);
      assert.equal(runningPid(folder), pid);
      await end();
      assert.ok(process.kill(pid, 0), "the number is taken");
      assert.equal(processIdentity(pid), undefined);
      assert.equal(runningPid(folder), undefined);
    });

    it("is a server that has stopped", async () => {
      await stopPostgres({ dataDir: folder, name: "neglected" });
      assert.equal(processStat(pid).state, "Z");
    });
  });
