import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { readState } from "../../features/state/checkpoint.ts";
import { FolderStore } from "../../features/state/folderStore.ts";
import { encodeRecord } from "../../features/state/journalLog.ts";
import { ownerOf } from "../../features/state/owner.ts";
import { recoverJournal } from "../../features/state/recoverJournal.ts";
import { StackJournal } from "../../features/state/stackJournal.ts";
import type { JournalHeader } from "../../features/state/stackJournal.ts";
import { fullName, stackKeys } from "../../features/state/stackKeys.ts";
import { LockedError, StateError } from "../../features/state/stateError.ts";
import { ENGINE, entry, NAME, resource, stateFolder, urnOf } from "./support/states.ts";

const INFO = { kind: "update", startTime: 1, message: "m", environment: {}, config: {} };
const keys = stackKeys(NAME);
const ID = "11111111-2222-3333-4444-555555555555";

describe("recovery of a journal", () => {
  let folder: string;
  let store: FolderStore;
  let lines: string[];
  const path = (key: string) => join(folder, key);
  const recover = () => recoverJournal(store, NAME, ENGINE, (line) => lines.push(line));
  const urns = async () => (await readState(store, NAME))?.deployment.resources?.map(({ urn }) => urn) ?? [];

  /** Somebody who is gone. */
  const gone = () => {
    const { pid } = spawnSync("true");
    return { ...ownerOf([process.pid]), processes: [{ pid, identity: "gone" }] };
  };
  const record = (value: unknown) => encodeRecord(Buffer.from(JSON.stringify(value)));
  /** Leaves a journal and its lock, as an update that was killed does. */
  const leave = async (records: readonly unknown[], change: Partial<JournalHeader> = {}): Promise<void> => {
    const base = (await readState(store, NAME))?.sum ?? "";
    const owner = gone();
    const header: JournalHeader = {
      journal: 1,
      engine: ENGINE.version,
      stack: fullName(NAME),
      base,
      owner,
      info: INFO,
      ...change,
    };
    mkdirSync(path(keys.journals), { recursive: true });
    mkdirSync(path(keys.locks), { recursive: true });
    writeFileSync(path(keys.journal(ID)), Buffer.concat([record(header), ...records.map(record)]));
    const lock = { pid: owner.processes[0]?.pid, username: "u", hostname: owner.hostname, timestamp: "t" };
    writeFileSync(path(keys.lock(ID)), JSON.stringify(lock));
  };
  const made = { entries: [entry(1, 1, { state: resource("b") })] };
  const begun = {
    entries: [entry(2, 0, { operationID: 2, operation: { type: "creating", resource: resource("c") } })],
  };
  /** All files with their contents, but what says when something was done. */
  const snapshot = () =>
    [keys.state, keys.journal(ID)].map((key) => (existsSync(path(key)) ? readFileSync(path(key), "utf8") : undefined));

  beforeEach(() => {
    folder = stateFolder([resource("a")]);
    store = new FolderStore(folder);
    lines = [];
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it("does nothing where there is none", async () => {
    const before = snapshot();
    assert.equal(await recover(), false);
    assert.deepEqual(snapshot(), before);
    assert.deepEqual(lines, []);
  });

  it("takes into the state what was acknowledged, keeps what had not ended, and says so", async () => {
    await leave([made, begun]);
    assert.equal(await recover(), true);
    assert.deepEqual(await urns(), [urnOf("b"), urnOf("a")]);
    const pending = (await readState(store, NAME))?.deployment.pending_operations;
    assert.deepEqual(pending, [{ type: "creating", resource: resource("c") }]);
    assert.match(
      lines.join("\n"),
      /Replayed the journal .*organization\/shop\/dev.* 2 records; 1 operation had not ended/,
    );
    assert.deepEqual(readdirSync(path(keys.journals)), []);
    assert.deepEqual(readdirSync(path(keys.locks)), []);
    const [history = "{}"] = readdirSync(path(keys.history)).filter((file) => file.endsWith(".history.json"));
    assert.match(readFileSync(join(path(keys.history), history), "utf8"), /"result":"failed"/);
    assert.match(readFileSync(path(keys.formerState), "utf8"), new RegExp(urnOf("a")));
    assert.equal(await recover(), false);
  });

  it("puts what a resource needs before it, where a full disk refused the entry of the former", async () => {
    const cron = resource("cron", { dependencies: [urnOf("web")], parent: urnOf("chart") });
    rmSync(folder, { recursive: true });
    folder = stateFolder([resource("chart"), resource("web", { parent: urnOf("chart") }), cron]);
    store = new FolderStore(folder);
    // The engine wrote all three again; the disk was full for the entries of the first two.
    await leave([{ entries: [entry(3, 1, { state: cron, removeOld: 2 })] }]);
    assert.equal(await recover(), true);
    assert.deepEqual(await urns(), [urnOf("chart"), urnOf("web"), urnOf("cron")]);
  });

  it("refuses a state that no order makes right, and writes nothing", async () => {
    const before = readFileSync(path(keys.state), "utf8");
    await leave([{ entries: [entry(1, 1, { state: resource("b", { dependencies: [urnOf("nowhere")] }) })] }]);
    await assert.rejects(recover(), /makes a state that Pulumi would refuse: .*::b refers to .*::nowhere/);
    assert.equal(readFileSync(path(keys.state), "utf8"), before);
    assert.equal(readdirSync(path(keys.journals)).length, 1);
  });

  it("drops a last record that was cut off, at each byte, and no other", async () => {
    const state = readFileSync(path(keys.state));
    await leave([made]);
    const whole = readFileSync(path(keys.journal(ID)));
    const size = whole.length;
    await leave([made, begun]);
    const { length } = readFileSync(path(keys.journal(ID)));
    for (let cut = size; cut < length; cut += 37) {
      writeFileSync(path(keys.state), state);
      await leave([made, begun]);
      truncateSync(path(keys.journal(ID)), cut);
      assert.equal(await recover(), true);
      assert.deepEqual(await urns(), [urnOf("b"), urnOf("a")], `cut at ${cut}`);
      assert.equal((await readState(store, NAME))?.deployment.pending_operations, undefined);
    }
    assert.match(lines.join("\n"), /never acknowledged: dropped/);
  });

  it("forgets a journal that had not begun, with its lock", async () => {
    const before = readFileSync(path(keys.state), "utf8");
    await leave([]);
    truncateSync(path(keys.journal(ID)), 20);
    assert.equal(await recover(), true);
    assert.equal(readFileSync(path(keys.state), "utf8"), before);
    assert.deepEqual([readdirSync(path(keys.journals)), readdirSync(path(keys.locks))], [[], []]);
  });

  it("can be cut off itself: after the state is written, the journal is not applied again", async () => {
    await leave([made]);
    const journal = readFileSync(path(keys.journal(ID)));
    const log = new Map<string, Buffer>();
    // As if the machine went down before the journal was removed: it has the record of the state that was written.
    const failing = new (class extends FolderStore {
      override delete(key: string): Promise<void> {
        if (key === keys.journal(ID)) {
          log.set(key, readFileSync(path(key)));
          return Promise.reject(new Error("down"));
        }
        return super.delete(key);
      }
    })(folder);
    await assert.rejects(
      recoverJournal(failing, NAME, ENGINE, () => undefined),
      /down/,
    );
    assert.ok((log.get(keys.journal(ID))?.length ?? 0) > journal.length);
    const state = readFileSync(path(keys.state), "utf8");
    assert.equal(await recover(), true);
    assert.equal(readFileSync(path(keys.state), "utf8"), state);
    assert.deepEqual(readdirSync(path(keys.journals)), []);
  });

  it("begins again where the state could not be written", async () => {
    await leave([made]);
    const failing = new (class extends FolderStore {
      override write(key: string, content: Buffer): Promise<void> {
        return key === keys.state ? Promise.reject(new Error("full")) : super.write(key, content);
      }
    })(folder);
    await assert.rejects(
      recoverJournal(failing, NAME, ENGINE, () => undefined),
      /full/,
    );
    assert.deepEqual(await urns(), [urnOf("a")]);
    assert.deepEqual(readdirSync(path(keys.locks)), [`${ID}.json`], "plain pulumi refuses meanwhile");
    assert.equal(await recover(), true);
    assert.deepEqual(await urns(), [urnOf("b"), urnOf("a")]);
  });

  for (const [what, change, expected] of [
    ["of another state", { base: "0".repeat(64) }, /does not begin with the state that is there.*a-journal-was-left/s],
    ["of another engine", { engine: "v3.260.0" }, /is of Pulumi v3.260.0/],
    ["of another stack", { stack: "organization/shop/prod" }, /is of organization\/shop\/prod/],
  ] as const)
    it(`refuses one ${what}, and touches nothing`, async () => {
      await leave([made], change);
      const before = snapshot();
      await assert.rejects(recover(), (error) => error instanceof StateError && expected.test(error.message));
      assert.deepEqual(snapshot(), before);
      assert.deepEqual(readdirSync(path(keys.locks)), [`${ID}.json`]);
    });

  it("refuses one that was damaged, that makes an invalid state, or that has an unknown entry", async () => {
    const orphan = { entries: [entry(1, 1, { state: resource("b", { parent: urnOf("nobody") }) })] };
    for (const records of [[orphan], [{ entries: [{ ...entry(1, 1), more: 1 }] }], [{ other: 1 }]]) {
      await leave(records);
      const before = snapshot();
      await assert.rejects(recover(), StateError);
      assert.deepEqual(snapshot(), before);
    }
    await leave([made, begun]);
    const bytes = readFileSync(path(keys.journal(ID)));
    bytes[bytes.length - 10] = 0;
    writeFileSync(path(keys.journal(ID)), bytes);
    await assert.rejects(recover(), /was damaged.*a-journal-was-left/s);
    assert.deepEqual(await urns(), [urnOf("a")]);
  });

  it("waits for an update that runs, here or perhaps elsewhere", async () => {
    await leave([made], { owner: ownerOf([process.pid]) });
    await assert.rejects(recover(), (error) => error instanceof LockedError && /being updated/.test(error.message));
    await leave([made], { owner: { ...gone(), space: "another machine" } });
    await assert.rejects(
      recover(),
      (error) => error instanceof LockedError && /no longer runs there/.test(error.message),
    );
    // `pulumi cancel` says that it does not.
    rmSync(path(keys.lock(ID)));
    assert.equal(await recover(), true);
    assert.deepEqual(await urns(), [urnOf("b"), urnOf("a")]);
  });

  it("waits for somebody else's lock, and for a second recovery", async () => {
    await leave([made]);
    writeFileSync(path(keys.lock("other")), '{"pid":1,"username":"u","hostname":"h","timestamp":"t"}');
    await assert.rejects(recover(), /locked by 1 lock.*created by u@h \(pid 1\)/s);
    rmSync(path(keys.lock("other")));
    const both = await Promise.allSettled([recover(), recover()]);
    assert.ok(
      both.every((one) => one.status === "fulfilled" || one.reason instanceof LockedError),
      "or one goes back",
    );
    await recover();
    assert.deepEqual(await urns(), [urnOf("b"), urnOf("a")]);
    assert.deepEqual(readdirSync(path(keys.locks)), []);
  });

  it("refuses a second journal of the same stack", async () => {
    await leave([made]);
    writeFileSync(path(keys.journal("other")), "");
    await assert.rejects(recover(), /There are 2 journals/);
  });
});

describe("the journal of an update", () => {
  it("locks the stack as Pulumi does, and leaves nothing behind that could not begin", async () => {
    const folder = stateFolder([resource("a")]);
    const store = new FolderStore(folder);
    try {
      const journal = await StackJournal.begin(store, NAME, INFO, ENGINE, [process.pid]);
      const lock = readFileSync(join(folder, keys.lock(journal.id)), "utf8");
      assert.match(lock, new RegExp(`"pid":${process.pid},"username":".+","hostname":".+","timestamp":".+Z"`));
      await assert.rejects(StackJournal.begin(store, NAME, INFO, ENGINE, [process.pid]), LockedError);
      assert.equal(readdirSync(join(folder, keys.locks)).length, 1);
      await journal.finish(ENGINE, { result: "succeeded" }, () => undefined);
      await journal.finish(ENGINE, { result: "succeeded" }, () => undefined);
      await assert.rejects(journal.append(Buffer.from("{}")), /over/);
      const nobody = { ...NAME, stack: "nobody" };
      await assert.rejects(StackJournal.begin(store, nobody, INFO, ENGINE, [process.pid]), /no state/);
      assert.deepEqual(readdirSync(join(folder, stackKeys(nobody).locks)), []);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
