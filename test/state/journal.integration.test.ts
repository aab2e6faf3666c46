import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { cpSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { stackKeys } from "../../features/state/stackKeys.ts";
import { EngineProject, NAME, SECRET } from "./support/engineProject.ts";
import type { Exported, States } from "./support/engineProject.ts";

const UP = ["up", "--yes", "--skip-preview", "--stack", NAME.stack];

/** Lines of a state, without what differs from run to run: times, and the id of the default provider. */
function comparable(state: Exported, world: string): string[] {
  const text = JSON.stringify(
    state,
    (key, value: unknown) => (["created", "modified", "time"].includes(key) ? undefined : value),
    1,
  );
  const id = /"urn": ".*providers.*",\s+"type": "pulumi:providers:.*",\s+"id": "(.*)"/.exec(text)?.[1] ?? "none";
  return text.replaceAll(world, "<world>").replaceAll(id, "<provider>").split("\n");
}

function assertEqualStates(actual: readonly string[], expected: readonly string[], what: string): void {
  const at = actual.findIndex((line, index) => line !== expected[index]);
  if (at === -1) assert.equal(actual.length, expected.length, what);
  else assert.deepEqual(actual.slice(at - 8, at + 8), expected.slice(at - 8, at + 8), `${what}, line ${at}`);
}

describe("the journal under the Pulumi engine", function () {
  // The toolchain may have to be built first.
  this.timeout(3_600_000);
  let project: EngineProject;
  before(async () => {
    project = await EngineProject.create();
  });
  after(() => project.remove());

  const succeeded = ({ status, output }: { status: number; output: string }) => assert.equal(status, 0, output);

  it("makes the same states as the plain backend: made, changed, replaced, deleted, refreshed, imported", async () => {
    const [plain, journaled] = [await project.states("plain"), await project.states("journaled")];
    const steps: [readonly string[], NodeJS.ProcessEnv][] = [
      [UP, {}],
      [UP, { VALUE: "2", COUNT: "10" }],
      [UP, { VALUE: "2", COUNT: "10" }],
      [["up", "--yes", "--stack", NAME.stack], { VALUE: "2", COUNT: "5", RENAMED: "1" }],
      [["refresh", "--yes", "--skip-preview", "--stack", NAME.stack], {}],
      [["up", "--yes", "--skip-preview", "--refresh", "--stack", NAME.stack], { VALUE: "3", COUNT: "6", RENAMED: "1" }],
      [["destroy", "--yes", "--skip-preview", "--stack", NAME.stack], {}],
    ];
    for (const [index, [args, env]] of steps.entries()) {
      // One thing disappears, which a refresh finds.
      if (index === 4) for (const { world } of [plain, journaled]) rmSync(join(world, "thing1-1"));
      succeeded(await plain.plain(args, { ...env, IN_ORDER: "1" }));
      const log: string[] = [];
      succeeded(await journaled.run(args, { ...env, IN_ORDER: "1" }, log));
      assert.deepEqual(log, [], "with a journal");
      const [expected, actual] = [await plain.state(), await journaled.state()];
      const what = `step ${index}: ${args.join(" ")}`;
      assertEqualStates(comparable(actual, journaled.world), comparable(expected, plain.world), what);
      assert.deepEqual(journaled.things(), plain.things());
      assert.deepEqual([journaled.files("journals"), journaled.files("locks")], [[], []]);
    }
    for (const kind of ["history", "backups"] as const)
      assert.equal(journaled.files(kind).length, plain.files(kind).length, kind);
    const history = (states: States) =>
      states
        .plain(["stack", "history", "--json", "--stack", NAME.stack])
        .then(({ output }) =>
          output
            .replace(/"(startTime|endTime)": ".*"|"pulumi.env.PULUMI_CREDENTIALS_PATH": "set",?/g, "")
            .replace(/\s+/g, ""),
        );
    assert.equal(await history(journaled), await history(plain));
  });

  it("leaves a state that the plain CLI works on, and works on one of the plain CLI", async () => {
    const states = await project.states("mixed");
    succeeded(await states.plain(UP, { COUNT: "3" }));
    succeeded(await states.run(UP, { COUNT: "5" }));
    succeeded(await states.plain([...UP, "--expect-no-changes"], { COUNT: "5" }));
    const file = join(project.folder, "exported.json");
    succeeded(await states.plain(["stack", "export", "--stack", NAME.stack, "--file", file]));
    succeeded(await states.run(UP, { COUNT: "2" }));
    succeeded(await states.plain(["stack", "import", "--stack", NAME.stack, "--file", file]));
    assert.equal((await states.state()).deployment.resources.filter(({ id }) => id !== undefined).length, 5 + 1);
    succeeded(await states.run([...UP, "--refresh"], { COUNT: "2" }));
    assert.deepEqual(states.things(), ["thing0-1", "thing1-1"]);
  });

  it("has no secret in the journal, and nobody else's answer", async () => {
    const states = await project.states("secrets");
    const { ended } = await states.begin(UP, { DELAY: "300" });
    let seen = "";
    await states.until(() => {
      seen = states.journal() || seen;
      return seen.includes("ciphertext") && seen.includes('"thing5"');
    }, "a journal with secrets");
    succeeded(await ended);
    assert.ok(!seen.includes(SECRET));
    assert.ok(!seen.includes("a-passphrase"));
    assert.match(seen, /^[0-9a-f]{64} \d+ {"journal":1,"engine":"v3\.259\.0"/);
  });

  it("refuses a second update as the plain backend does, which refuses, too", async () => {
    const states = await project.states("twice");
    const { ended } = await states.begin(UP, { DELAY: "1500", COUNT: "2" });
    await states.until(() => states.things().length === 2, "the first update");
    const plain = await states.plain(UP);
    assert.notEqual(plain.status, 0);
    assert.match(plain.output, /the stack is currently locked by 1 lock/);
    await assert.rejects(states.begin(UP), /the stack is currently locked: .* is being updated by process \d+/);
    succeeded(await ended);
    assert.equal((await states.state()).deployment.pending_operations.length, 0);
    // Somebody else's lock, of the plain CLI.
    const lock = join(states.folder, stackKeys(NAME).lock("other"));
    writeFileSync(lock, '{"pid":1,"username":"u","hostname":"h","timestamp":"2026-01-01T00:00:00Z"}');
    const refused = await states.run(UP, { COUNT: "3" });
    assert.notEqual(refused.status, 0);
    assert.match(refused.output, /the stack is currently locked by 1 lock\(s\)[^]*created by u@h \(pid 1\)/);
    rmSync(lock);
    succeeded(await states.run(UP, { COUNT: "3" }));
  });

  it("writes what was done into the state when the program fails", async () => {
    const states = await project.states("failing");
    const { status, output } = await states.run(UP, { WORLD: join(states.folder, "nowhere") });
    assert.notEqual(status, 0);
    assert.match(output, /ENOENT/);
    const { resources, pending_operations } = (await states.state()).deployment;
    assert.ok(resources.some(({ type }) => type === "test:index:Group"));
    assert.deepEqual(pending_operations, []);
    assert.deepEqual([states.files("journals"), states.files("locks")], [[], []]);
    succeeded(await states.run(UP));
  });

  it("refuses a journal whose state somebody changed, until a person decides", async () => {
    const states = await project.states("changed");
    const { child, ended } = await states.begin(UP, { DELAY: "100", COUNT: "20" });
    await states.until(() => states.things().length > 5, "some things");
    const engine = states.enginePid();
    child.kill("SIGKILL");
    process.kill(engine, "SIGKILL");
    await ended;
    succeeded(await states.plain(["cancel", "--yes", "--stack", NAME.stack]));
    const journals = join(states.folder, ".pulumi", "journals");
    cpSync(journals, join(project.folder, "kept"), { recursive: true });
    succeeded(await states.plain(UP, { COUNT: "1" }));
    const sum = () =>
      createHash("sha256")
        .update(readFileSync(join(states.folder, stackKeys(NAME).state)))
        .digest("hex");
    const before = sum();
    await assert.rejects(states.run(UP), /does not begin with the state that is there[^]*a-journal-was-left/);
    assert.equal(sum(), before);
    assert.equal(states.files("journals").length, 1);
  });
});
