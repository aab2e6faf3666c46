import assert from "node:assert/strict";
import { chmodSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Command } from "@commander-js/extra-typings";
import { execa } from "execa";
import { noteResults, recordCommand } from "../../commands/record.ts";
import { EVENT_KINDS, eventSchema, readEvents, record } from "../../features/events/index.ts";
import { GROUPS } from "../../commands/index.ts";
import { openFileStore } from "../../lib/fileStore.ts";
import { PROJECT_ROOT } from "../../lib/projectRoot.ts";
import { UserError } from "../../lib/userError.ts";

describe("the ledger of events", () => {
  let folder: string;
  let warned: string[];
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "odoo-saas-events-"));
    warned = [];
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const begun = new Date(Date.now() - 2000);
  const keep = (more: Partial<Parameters<typeof record>[1]> = {}, env: NodeJS.ProcessEnv = {}) =>
    record(
      PROJECT_ROOT,
      { kind: "deploy up", outcome: "succeeded", begun, ...more },
      { env: { ODOO_SAAS_EVENTS: folder, ...env }, warn: (line) => void warned.push(line) },
    );
  const ledger = (name = "") => readEvents(openFileStore(join(folder, name)));
  const files = () => readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) => name.includes("."));

  it("has each event in a file of its own, with who, when and of which commit", async () => {
    keep({ stack: "prod", tenants: ["acme"] });
    keep({ outcome: "failed", error: new Error("\n\u001b[31mit broke\u001b[0m\nat line 1") });
    const [first, second] = await ledger();
    assert.deepEqual([first?.stack, first?.tenants, first?.reason], ["prod", ["acme"], undefined]);
    assert.ok((first?.seconds ?? 0) >= 2 && /^[0-9a-f]{40}$/.test(first?.commit ?? "") && first?.actor !== "");
    assert.deepEqual([second?.outcome, second?.reason, second?.tenants], ["failed", "it broke", []]);
    assert.equal(files().length, 2);
    for (const name of files()) assert.match(name, /^\d{4}\/\d\d\/\d\d\/[-0-9T.]+Z-[-0-9a-f]{36}\.json$/);
    assert.deepEqual(warned, []);
  });

  it("names the person and the run of a workflow", async () => {
    const run = { GITHUB_SERVER_URL: "https://github.com", GITHUB_REPOSITORY: "a/b", GITHUB_RUN_ID: "7" };
    keep({}, { GITHUB_ACTOR: "maria", ...run });
    const [event] = await ledger();
    assert.deepEqual([event?.actor, event?.link], ["maria", "https://github.com/a/b/actions/runs/7"]);
  });

  it("is not kept where no folder is named, and stops nothing where it cannot be written", () => {
    keep({}, { ODOO_SAAS_EVENTS: "" });
    assert.deepEqual(files(), []);
    writeFileSync(join(folder, "file"), "");
    keep({}, { ODOO_SAAS_EVENTS: join(folder, "file") });
    assert.match(warned.join(), /^The event could not be kept in .*file \(ODOO_SAAS_EVENTS\): /);
  });

  it("cuts long reasons, and keeps one line of them", async () => {
    keep({ outcome: "failed", error: "x".repeat(1000) });
    assert.equal((await ledger())[0]?.reason?.length, 300);
  });

  it("is refused where a file of it is no event", async () => {
    keep();
    writeFileSync(join(folder, "other.json"), JSON.stringify({ version: 2 }));
    await assert.rejects(
      ledger(),
      (error) => error instanceof UserError && /other\.json is not an event/.test(error.message),
    );
    await assert.rejects(ledger("none"), /none cannot be read: ENOENT/);
  });

  it("has kinds that are commands, or part of one", () => {
    const commands = GROUPS.flatMap(({ name, commands: verbs }) => Object.keys(verbs).map((verb) => `${name} ${verb}`));
    assert.deepEqual(
      EVENT_KINDS.filter((kind) => !commands.includes(kind)),
      ["deploy wave"],
    );
  });

  describe("of a command", () => {
    const previous = process.env.ODOO_SAAS_EVENTS;
    beforeEach(() => {
      process.env.ODOO_SAAS_EVENTS = folder;
    });
    afterEach(() => {
      if (previous === undefined) delete process.env.ODOO_SAAS_EVENTS;
      else process.env.ODOO_SAAS_EVENTS = previous;
    });
    /** A command as the command line has it once it was called. */
    const called = (group: string, verb: string) => {
      const command = new Command(verb).option("--stack <stack>");
      new Command(group).addCommand(command);
      return command.parse(["--stack", "prod"], { from: "user" });
    };

    it("says what came of it for each tenant, as it was noted last", async () => {
      const drift = called("deploy", "drift");
      noteResults(drift, [{ tenant: "acme", outcome: "failed", differences: 3 }]);
      recordCommand(drift, begun, new Error("it could not be restored"));
      noteResults(drift, [{ tenant: "acme", outcome: "succeeded", differences: 3 }]);
      recordCommand(drift, begun);
      assert.deepEqual(
        (await readEvents(openFileStore(folder))).map(({ outcome, tenants, results }) => [outcome, tenants, results]),
        [
          ["failed", ["acme"], [{ tenant: "acme", outcome: "failed", differences: 3 }]],
          ["succeeded", ["acme"], [{ tenant: "acme", outcome: "succeeded", differences: 3 }]],
        ],
      );
    });

    it("says that nothing differs, which is not the same as nothing", async () => {
      const [clean, cut] = [called("deploy", "drift"), called("deploy", "drift")];
      noteResults(clean, []);
      recordCommand(clean, begun);
      recordCommand(cut, begun, new Error("no such stack"));
      assert.deepEqual(
        (await readEvents(openFileStore(folder))).map(({ results }) => results),
        [[], undefined],
      );
    });
  });

  describe("of the command line", () => {
    const run = (...args: readonly string[]) =>
      execa(process.execPath, [join(PROJECT_ROOT, "commands/main.ts"), ...args], {
        cwd: PROJECT_ROOT,
        env: { ODOO_SAAS_EVENTS: folder, PATH: folder },
        extendEnv: false,
        reject: false,
      });

    it("has a command that failed, with its stack, and none that only reads", async () => {
      writeFileSync(join(folder, "pulumi"), "#!/bin/sh\necho 'no such stack' >&2\nexit 1\n");
      chmodSync(join(folder, "pulumi"), 0o755);
      assert.equal((await run("deploy", "drift", "--stack", "prod")).exitCode, 1);
      assert.equal((await run("deploy", "inventory", "--stack", "prod")).exitCode, 1);
      assert.equal((await run("deploy", "drift")).exitCode, 2);
      const events = await ledger();
      assert.deepEqual(
        events.map(({ kind, outcome, stack }) => [kind, outcome, stack]),
        [["deploy drift", "failed", "prod"]],
      );
      assert.ok(events[0]?.reason !== undefined && events[0].reason !== "");
      assert.deepEqual(eventSchema.parse(events[0]), events[0]);
    });
  });
});
