import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { endOrphanedPlugins, orphanedPlugins } from "../../sandbox/orphanedPlugins.ts";

const HOME = "/sandbox-of-this-test";
const WAIT = "setInterval(() => {}, 1000)";

describe("providers whose engine is gone", () => {
  const started: ChildProcess[] = [];
  afterEach(() => started.splice(0).forEach((child) => child.kill("SIGKILL")));

  /** A process that calls itself a provider of a sandbox. */
  async function provider(home: string): Promise<ChildProcess> {
    const argv0 = `${home}/pulumi/home/plugins/resource-x-v1.0.0/pulumi-resource-x`;
    const child = spawn(process.execPath, ["-e", WAIT], { argv0, stdio: "ignore" });
    started.push(child);
    await once(child, "spawn");
    return child;
  }

  it("are found and ended, another sandbox's not", async () => {
    const [own, other] = [await provider(HOME), await provider(`${HOME}-2`)];
    assert.deepEqual(orphanedPlugins({ home: HOME }), [own.pid]);
    const ended = once(own, "exit");
    assert.equal(endOrphanedPlugins({ home: HOME }), 1);
    assert.deepEqual(await ended, [null, "SIGKILL"]);
    assert.deepEqual(orphanedPlugins({ home: HOME }), []);
    assert.equal(other.exitCode ?? other.signalCode, null);
  });

  it("are none while their engine runs", async () => {
    const plugin = `${HOME}/pulumi/home/plugins/resource-x-v1.0.0/pulumi-resource-x`;
    const start = `require("node:child_process").spawn(process.execPath, ["-e", ${JSON.stringify(WAIT)}], { argv0: ${JSON.stringify(plugin)}, stdio: "ignore" }).on("spawn", () => console.log("started"))`;
    const engine = spawn(process.execPath, ["-e", start], {
      argv0: "/any/where/pulumi",
      stdio: ["ignore", "pipe", "ignore"],
    });
    started.push(engine);
    await once(engine.stdout, "data");
    assert.deepEqual(orphanedPlugins({ home: HOME }), []);
    const gone = once(engine, "exit");
    engine.kill("SIGKILL");
    await gone;
    assert.equal(endOrphanedPlugins({ home: HOME }), 1);
  });
});
