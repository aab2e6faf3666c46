import assert from "node:assert/strict";
import { existsSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { replayLeftJournal, withJournal } from "../../features/state/index.ts";
import { stackKeys } from "../../features/state/stackKeys.ts";
import { processIdentity } from "../../lib/processIdentity.ts";
import { EngineProject, NAME } from "./support/engineProject.ts";
import type { Ran, Running, States } from "./support/engineProject.ts";

const UP = ["up", "--yes", "--skip-preview", "--stack", NAME.stack];
const REFRESH = ["refresh", "--yes", "--skip-preview", "--clear-pending-creates", "--stack", NAME.stack];
const COUNT = "24";

describe("faults while an update keeps a journal", function () {
  // The toolchain may have to be built first.
  this.timeout(3_600_000);
  let project: EngineProject;
  before(async () => {
    project = await EngineProject.create();
  });
  after(() => project.remove());

  const succeeded = ({ status, output }: Ran) => assert.equal(status, 0, output);

  /** Whatever there is, the state has it, or has that its creation was begun; and it has nothing else. */
  async function assertNothingLost(states: States, what: string): Promise<void> {
    const { resources, pending_operations } = (await states.state()).deployment;
    const known = new Set(resources.flatMap(({ type, id }) => (type.includes("dynamic") ? [id] : [])));
    const begun = new Set(pending_operations.map(({ resource: { urn } }) => urn.slice(urn.lastIndexOf("::") + 2)));
    const things = states.things();
    for (const thing of things) {
      const name = thing.slice(0, thing.lastIndexOf("-"));
      assert.ok(known.has(thing) || begun.has(name), `${what}: ${thing} exists, and the state does not know it`);
    }
    for (const id of known) assert.ok(things.includes(id ?? ""), `${what}: the state has ${id ?? ""}, which is gone`);
    // In the place of `adopt`: what was begun and does exist would be forgotten by the refresh that follows.
    for (const thing of things) if (!known.has(thing)) rmSync(join(states.world, thing));
  }

  /** Waits until a process and what it began are gone. */
  const gone = (states: States, pid: number) => states.until(() => processIdentity(pid) === undefined, `${pid} ends`);
  const replayed = async (states: States): Promise<string> => {
    const lines: string[] = [];
    await replayLeftJournal(NAME.stack, {
      cwd: project.folder,
      env: states.env(),
      log: (line) => void lines.push(line),
    });
    return lines.join("\n");
  };
  /** The next update has nothing of the fault: the program's things are there, each once. */
  async function goesOn(states: States, env: NodeJS.ProcessEnv = { COUNT }): Promise<void> {
    succeeded(await states.run(REFRESH, env));
    succeeded(await states.run(UP, env));
    succeeded(await states.plain([...UP, "--expect-no-changes"], env));
    assert.deepEqual([states.files("journals"), states.files("locks")], [[], []]);
  }

  const victims = {
    service: ({ child }: Running) => void child.kill("SIGKILL"),
    engine: (_: Running, engine: number) => void process.kill(engine, "SIGKILL"),
    "service and engine": ({ child }: Running, engine: number) => {
      child.kill("SIGKILL");
      process.kill(engine, "SIGKILL");
    },
  };
  for (const [victim, kill] of Object.entries(victims))
    it(`keeps what was done when ${victim} is killed, at several moments of an update`, async () => {
      const states = await project.states(`killed-${victim.replaceAll(" ", "-")}`);
      // Without its service, the engine asks each time for a quarter of a minute before it gives up.
      for (const [round, moment] of (victim === "service" ? [9] : [1, 9, 17]).entries()) {
        const value = String(round + 1);
        const env = { COUNT, VALUE: value, DELAY: "60" };
        const running = await states.begin([...UP, "--parallel", "4"], env);
        const before = states.things();
        const isNew = () => states.things().filter((thing) => !before.includes(thing)).length;
        await states.until(() => isNew() >= (round === 0 ? moment : 1 + round), `${moment} things`);
        const engine = states.enginePid();
        kill(running, engine);
        const { output } = await running.ended;
        await gone(states, engine);
        // What a provider had in hand when its engine ended.
        await sleep(300);
        if (victim === "engine") {
          assert.match(output, /pulumi was ended by SIGKILL/);
          assert.equal(await replayed(states), "", "the service itself has written the state");
        } else {
          const plain = await states.plain(UP, env);
          assert.match(plain.output, /the stack is currently locked by 1 lock/, "plain pulumi waits for the journal");
          assert.match(await replayed(states), /Replayed the journal of the update/);
        }
        assert.equal(await replayed(states), "", "once");
        await assertNothingLost(states, `${victim}, round ${round}`);
        assert.deepEqual([states.files("journals"), states.files("locks")], [[], []]);
        succeeded(await states.run(REFRESH, env));
      }
      await goesOn(states, { COUNT, VALUE: victim === "service" ? "1" : "3" });
    });

  it("keeps what was done when a destroy and a refresh are cut off", async () => {
    const states = await project.states("cut-off");
    succeeded(await states.run(UP, { COUNT, DELAY: "60" }));
    for (const args of [
      ["refresh", "--yes", "--skip-preview", "--stack", NAME.stack],
      ["destroy", "--yes", "--skip-preview", "--parallel", "4", "--stack", NAME.stack],
    ]) {
      const running = await states.begin(args);
      await states.until(
        () => (args[0] === "refresh" ? states.journal().length > 5000 : states.things().length < 20),
        `some of the ${args[0] ?? ""}`,
      );
      const engine = states.enginePid();
      victims["service and engine"](running, engine);
      await running.ended;
      await sleep(300);
      assert.match(await replayed(states), /Replayed/);
      const { resources, pending_operations } = (await states.state()).deployment;
      const known = resources.map(({ id }) => id);
      for (const thing of states.things()) assert.ok(known.includes(thing), thing);
      const unsure = pending_operations.map(({ resource: { urn } }) => urn);
      for (const { urn, id = "", type } of resources)
        assert.ok(!type.includes("dynamic") || states.things().includes(id) || unsure.includes(urn), id);
      succeeded(await states.run(REFRESH));
    }
    succeeded(await states.run(["destroy", "--yes", "--skip-preview", "--stack", NAME.stack]));
    assert.deepEqual(states.things(), []);
  });

  it("keeps what was acknowledged when the journal may grow no further, and goes on when it may", async () => {
    const states = await project.states("full");
    const options = { cwd: project.folder, env: states.env(), log: (line: string) => assert.fail(line) };
    const { program, args } = await withJournal(NAME.stack, { program: project.program, args: UP }, options);
    // Blocks of 512 bytes: a few entries.
    const limited = ["-c", 'ulimit -f 60; exec "$0" "$@"', program, ...args];
    const { status, output } = await states.start({ program: "/bin/sh", args: limited }, { COUNT, DELAY: "60" }).ended;
    assert.notEqual(status, 0);
    assert.match(output, /The state could not be written: EFBIG/);
    await sleep(300);
    await replayed(states);
    JSON.parse(readFileSync(join(states.folder, stackKeys(NAME).state), "utf8"));
    await assertNothingLost(states, "full");
    await goesOn(states);
  });

  it("says when the folder of the states disappears, makes none in its place, and goes on when it is back", async () => {
    const states = await project.states("away");
    const running = await states.begin(UP, { COUNT, DELAY: "100" });
    await states.until(() => states.things().length > 3, "some things");
    renameSync(states.folder, `${states.folder}-elsewhere`);
    const { status, output } = await running.ended;
    assert.notEqual(status, 0);
    assert.match(output, /The journal is gone|folder of the states is gone/);
    assert.ok(!existsSync(states.folder));
    await sleep(300);
    renameSync(`${states.folder}-elsewhere`, states.folder);
    assert.match(await replayed(states), /Replayed/);
    await assertNothingLost(states, "away");
    await goesOn(states);
  });
});
