import assert from "node:assert/strict";
import { chmodSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { withJournal } from "../../features/state/index.ts";
import { stackKeys } from "../../features/state/stackKeys.ts";
import { PULUMI_VERSION } from "../../features/state/withJournal.ts";
import { NAME, resource, stateFolder } from "./support/states.ts";

const ROOT = join(import.meta.dirname, "..", "..");

describe("the decision about a journal", () => {
  let folder: string;
  let program: string;
  let lines: string[];
  beforeEach(() => {
    folder = stateFolder([resource("a")]);
    program = join(folder, "pulumi");
    says(PULUMI_VERSION);
    writeFileSync(join(folder, "Pulumi.yaml"), `name: ${NAME.project}\nruntime: nodejs\n`);
    lines = [];
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  function says(version: string): void {
    writeFileSync(program, `#!/bin/sh\necho ${version}\n`);
    chmodSync(program, 0o755);
  }
  const decide = (args: readonly string[], env: NodeJS.ProcessEnv = {}) =>
    withJournal(
      NAME.stack,
      { program, args },
      {
        cwd: folder,
        env: { PATH: process.env.PATH, PULUMI_BACKEND_URL: `file://${folder}`, ...env },
        log: (line) => void lines.push(line),
      },
    );
  const UP = ["up", "--yes", "--stack", NAME.stack];

  it("is for it where commands write the state, and says nothing", async () => {
    for (const args of [UP, ["destroy", "--yes"], ["refresh"], ["import"]]) {
      const command = await decide(args);
      assert.equal(command.program, process.execPath);
      assert.deepEqual(command.args.slice(1), [folder, PULUMI_VERSION, program, ...args]);
      assert.ok(command.args[0]?.endsWith("features/state/host.ts"));
    }
    assert.deepEqual(lines, []);
  });

  it("is against it for what only reads, for states that are in no folder, and where it is switched off", async () => {
    for (const args of [["preview"], ["stack", "export"], ["refresh", "--preview-only"]])
      assert.deepEqual(await decide(args), { program, args });
    for (const env of [{ ODOO_SAAS_JOURNAL: "off" }, { PULUMI_BACKEND_URL: "s3://states" }, { PULUMI_BACKEND_URL: "" }])
      assert.deepEqual(await decide(UP, env), { program, args: UP });
    assert.deepEqual(lines, []);
  });

  for (const [what, expected, prepare, env] of [
    ["another version of the CLI", /is v3\.260\.0, and the journal is for v3\.259\.0/, () => says("v3.260.0"), {}],
    ["a CLI that is not there", /the Pulumi CLI is unknown/, () => rmSync(program), {}],
    ["compressed states", /ZSTD is set/, () => undefined, { PULUMI_DIY_BACKEND_ZSTD: "true" }],
    ["compressed states by an older name", /GZIP is set/, () => undefined, { PULUMI_SELF_MANAGED_STATE_GZIP: "1" }],
    ["a compressed state", /is compressed/, () => write(`${stackKeys(NAME).state}.zst`, ""), {}],
    ["a new folder", /present layout/, () => rmSync(join(folder, ".pulumi/meta.yaml")), {}],
    ["no state", /no state that can be read/, () => rmSync(join(folder, stackKeys(NAME).state)), {}],
    ["a state that was cut off", /no state that can be read/, () => write(stackKeys(NAME).state, '{"version":3'), {}],
    ["secrets of Pulumi Cloud", /secrets provider/, () => change('"passphrase"', '"service"'), {}],
    [
      "a folder that is gone",
      /cannot be written/,
      () => rmSync(join(folder, ".pulumi"), { recursive: true }),
      { PULUMI_BACKEND_URL: "file:///nowhere" },
    ],
  ] as const)
    it(`takes the plain backend for ${what}, and says so`, async () => {
      prepare();
      assert.deepEqual(await decide(UP, env), { program, args: UP });
      assert.match(lines.join("\n"), expected);
      assert.match(lines.join("\n"), /^Without a journal, since .*: the state is written at each step\.$/);
    });

  function write(key: string, text: string): void {
    writeFileSync(join(folder, key), text);
  }
  function change(from: string, to: string): void {
    const file = join(folder, stackKeys(NAME).state);
    writeFileSync(file, readFileSync(file, "utf8").replace(from, to));
  }

  it("is for the version that package.json has", () => {
    const { dependencies } = z
      .object({ dependencies: z.record(z.string(), z.string()) })
      .parse(JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")));
    assert.equal(PULUMI_VERSION, `v${dependencies["@pulumi/pulumi"] ?? ""}`);
  });
});
