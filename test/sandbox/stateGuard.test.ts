import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { guardState, restoreState } from "../../sandbox/stateGuard.ts";

describe("a state that is cut off while it is written", () => {
  let folder: string;
  let file: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "state-guard-"));
    file = join(folder, "sandbox.json");
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const checkpoint = (serial: number) =>
    JSON.stringify({ version: 3, checkpoint: { latest: { resources: [{ id: serial }], metadata: {} } } });
  /** As the file backend does. */
  const write = (text: string) => {
    writeFileSync(`${file}.1.tmp`, text);
    renameSync(`${file}.1.tmp`, file);
  };
  const until = async (isSo: () => boolean) => {
    while (!isSo()) await sleep(5);
  };

  it("is put back to what was whole last, and the engine's master is told", async () => {
    write(checkpoint(1));
    let cutOff = 0;
    const guard = guardState(file, () => cutOff++);
    try {
      for (const serial of [2, 3]) {
        write(checkpoint(serial));
        await until(() => readFileSync(`${file}.whole`, "utf8") === checkpoint(serial));
      }
      writeFileSync(`${file}.attrs`, "of the cut one");
      write(checkpoint(4).slice(0, -9));
      await until(() => cutOff > 0);
    } finally {
      guard.stop();
    }
    assert.equal(restoreState(file), true);
    assert.equal(readFileSync(file, "utf8"), checkpoint(3));
    assert.equal(existsSync(`${file}.attrs`), false);
    assert.equal(restoreState(file), false);
    // The two are one file now: the next version must not change the kept one.
    write(checkpoint(5));
    assert.equal(readFileSync(`${file}.whole`, "utf8"), checkpoint(3));
  });

  it("is left alone when it is whole, or not there", () => {
    assert.equal(restoreState(file), false);
    write(checkpoint(1));
    guardState(file, () => assert.fail("it is whole")).stop();
    assert.equal(restoreState(file), false);
    assert.equal(readFileSync(file, "utf8"), checkpoint(1));
  });

  it("is refused, with where to read on, when no whole one was kept", () => {
    write(checkpoint(1).slice(0, -1));
    assert.throws(
      () => restoreState(file),
      /was cut off.*sandbox\.json\.whole.*\nSee docs\/runbooks\/interrupted-update\.md/,
    );
  });
});
