import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { cacheRoot, exists, keyOf, publish } from "../../sandbox/toolchain/cache.ts";

const CACHE = new URL("../../sandbox/toolchain/cache.ts", import.meta.url).href;

/** A log that nothing is to be written to. */
const unexpected = (line: string): never => assert.fail(line);

describe("the toolchain's cache", function () {
  this.timeout(60_000); // processes are started, on machines that may be busy building
  let temp = "";
  beforeEach(async () => (temp = await mkdtemp(join(tmpdir(), "odoo-saas-cache-"))));
  afterEach(async () => rm(temp, { recursive: true, force: true }));

  /** A process that publishes `<temp>/part`: it notes that it began, takes `delay` milliseconds, and writes a file. */
  function publisher(delay: number) {
    const program = `
      import { appendFile, writeFile } from "node:fs/promises";
      import { setTimeout as sleep } from "node:timers/promises";
      import { publish } from "${CACHE}";
      await publish(${JSON.stringify(join(temp, "part"))}, () => {}, async (dir) => {
        await appendFile(${JSON.stringify(join(temp, "began"))}, "x");
        await writeFile(dir + "/half", "");
        await sleep(${delay});
        await writeFile(dir + "/whole", "");
      });`;
    return spawn(process.execPath, ["--input-type=module-typescript", "-e", program], { stdio: "inherit" });
  }

  async function until(path: string): Promise<void> {
    while (!(await exists(path))) await sleep(20);
  }

  it("is where the environment says, else root's or the user's cache folder", () => {
    assert.equal(cacheRoot({ ODOO_SANDBOX_CACHE: "/x", XDG_CACHE_HOME: "/y" }, 0), "/x");
    assert.equal(cacheRoot({ XDG_CACHE_HOME: "/y" }, 0), "/var/cache/odoo-saas-sandbox");
    assert.equal(cacheRoot({ XDG_CACHE_HOME: "/y" }, 1000), "/y/odoo-saas-sandbox");
    assert.match(cacheRoot({ ODOO_SANDBOX_CACHE: "" }, 1000), /\/\.cache\/odoo-saas-sandbox$/);
  });

  it("keys by the inputs and by the names and contents of the files", async () => {
    await writeFile(join(temp, "go.mod"), "a");
    const key = await keyOf({ version: 1 }, temp);
    assert.equal(await keyOf({ version: 1 }, temp), key);
    assert.notEqual(await keyOf({ version: 2 }, temp), key);
    await writeFile(join(temp, "go.mod"), "b");
    const changed = await keyOf({ version: 1 }, temp);
    assert.notEqual(changed, key);
    await writeFile(join(temp, "go.sum"), "");
    assert.notEqual(await keyOf({ version: 1 }, temp), changed);
  });

  it("leaves nothing when making fails, and makes it the next time", async () => {
    const part = join(temp, "part");
    const failing = publish(part, unexpected, async (dir) => {
      await writeFile(join(dir, "half"), "");
      throw new Error("broke");
    });
    await assert.rejects(failing, /broke/);
    assert.deepEqual(await readdir(temp), []);
    await publish(part, unexpected, (dir) => writeFile(join(dir, "whole"), ""));
    assert.deepEqual(await readdir(temp, { recursive: true }), ["part", "part/whole"]);
  });

  it("takes over from a process that was killed in the middle", async () => {
    const killed = publisher(60_000);
    await until(join(temp, "began"));
    killed.kill("SIGKILL");
    await once(killed, "exit");
    assert.ok(!(await exists(join(temp, "part"))));
    await publish(join(temp, "part"), unexpected, (dir) => writeFile(join(dir, "whole"), ""));
    await rm(join(temp, "began"));
    assert.deepEqual(await readdir(temp), ["part"]);
    assert.deepEqual(await readdir(join(temp, "part")), ["whole"]);
  });

  it("is made once by one process that wants it twice at the same time", async () => {
    let made = 0;
    const make = async (): Promise<void> => {
      made++;
      await sleep(100);
    };
    const twice = [1, 2].map(() => publish(join(temp, "part"), () => undefined, make));
    await Promise.all(twice);
    assert.equal(made, 1);
    assert.deepEqual(await readdir(temp), ["part"]);
  });

  it("takes over a lock whose process id belongs to another process by now", async () => {
    await writeFile(join(temp, "part.lock"), JSON.stringify({ pid: process.pid, started: "1" }));
    await publish(join(temp, "part"), unexpected, (dir) => writeFile(join(dir, "whole"), ""));
    assert.deepEqual(await readdir(temp), ["part"]);
  });

  it("is made once by two processes that want it at the same time, and the second says that it waits", async () => {
    const first = publisher(600);
    const ended = once(first, "exit");
    await until(join(temp, "began"));
    const lines: string[] = [];
    await publish(
      join(temp, "part"),
      (line) => lines.push(line),
      () => assert.fail("made twice"),
    );
    assert.deepEqual(await ended, [0, null]);
    assert.equal(await readFile(join(temp, "began"), "utf8"), "x");
    assert.deepEqual(await readdir(join(temp, "part")), ["half", "whole"]);
    await publish(join(temp, "part"), unexpected, () => assert.fail("made twice"));
    assert.deepEqual(lines, [`part: process ${first.pid ?? "?"} is making it; waiting for that …`]);
  });
});
